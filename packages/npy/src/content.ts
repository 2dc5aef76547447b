import type { BatchSource, ReadOptions, Sample, StoreDescription } from '@imgstore/core';

/** What a location holds, opened. */
export interface Content {
  readonly description: StoreDescription;
  /** How many samples there are. */
  readonly count: number;
  /** Whether a sample can be reached without reading those before it. */
  readonly isSeekable: boolean;
  /** The key of the sample of that ordinal. */
  keyAt(ordinal: number): string;
  /** The ordinal of the sample of that key; undefined: there is none. */
  find(key: string): number | undefined | Promise<number | undefined>;
  /** The samples from one ordinal up to another, in batches. Does not close the content. */
  batches(range: SampleRange, options: ReadOptions): BatchSource<Sample>;
  close(): void;
}

/** Ordinals, half open. */
export interface SampleRange {
  readonly from: number;
  readonly to: number;
}

/** Of a sample that has none: one map for all of them. */
export const NO_FEATURES: Sample['features'] = new Map();
