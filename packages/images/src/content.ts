import type { ImgstoreError, ReadOptions, Sample, SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';

/** A sample whose image has not been read yet. */
export interface Entry extends Omit<Sample, 'image' | 'origin'> {
  /** The file of the image, as the system opens it. */
  readonly path: string;
  /** Why it is no sample: a pipe, a link that leads nowhere, a damaged row. It is told when its turn comes. */
  readonly error?: ImgstoreError;
}

/** Entries one after the other. `close` is called once, whatever happened. */
export interface Entries {
  next(): Entry | undefined | Promise<Entry | undefined>;
  close(): void | Promise<void>;
}

/** What a location holds, as far as it is known without opening the images. */
export interface Content {
  describe(signal?: AbortSignal): Promise<StoreDescription>;
  /** The entries of a range, without so many at its front. */
  entries(options: Pick<ReadOptions, 'range' | 'skip' | 'signal'>): Entries | Promise<Entries>;
  /** What `find` is to be asked for, entry by entry, in their order: keys, or ordinals where keys are there twice. */
  keys(): AsyncIterable<string>;
  /** The entry of that key; undefined: there is none. */
  find(key: string): Entry | undefined | Promise<Entry | undefined>;
  split(options: SplitOptions): Promise<readonly StoreRange[]>;
}

/** The features of an entry that has none: one map for all. */
export const NO_FEATURES: Sample['features'] = new Map();
