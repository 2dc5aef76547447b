import { checkRead, ImgstoreError, isIndexedStore, mapEach, ordinalKey } from '@imgstore/core';
import type { IndexedStore, ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { SourceOrdinals } from './source-ordinals.js';

/** A run of samples in a source, by their ordinals. */
export interface Window {
  /** Samples in front of it. Default 0. */
  readonly skip?: number;
  /** The most samples in it. Default: all that follow. */
  readonly limit?: number;
}

/** What the samples of a source have in another order, or some of them, have in common. */
export abstract class DerivedStore implements SampleStore {
  readonly format: string;
  /** The source's: it stands in every error, and no target may lie there. */
  readonly location: string;
  /** All samples that these were chosen from. Absent: they are all. */
  readonly whole?: { readonly source: SampleStore; readonly window: Window };
  protected readonly source: SampleStore;

  constructor(source: SampleStore) {
    this.source = source;
    this.format = source.format;
    this.location = source.location;
  }

  abstract describe(options?: { readonly signal?: AbortSignal }): Promise<StoreDescription>;

  /** @throws ImgstoreError UNSUPPORTED for a range; what reading the source throws. */
  read(options: ReadOptions = {}): AsyncIterable<Sample> {
    if (options.range !== undefined) throw new ImgstoreError('UNSUPPORTED', 'samples that were chosen or shuffled are not read in ranges', { location: this.location });
    checkRead(options, { location: this.location });
    return this.samples(options);
  }

  /** Those of the source. */
  async* files(use: 'read' | 'write', options?: { readonly signal?: AbortSignal }): AsyncGenerator<string, void, undefined> {
    if (this.source.files !== undefined) yield* this.source.files(use, options);
  }

  protected abstract samples(options: ReadOptions): AsyncIterable<Sample>;
}

/** The source, where it has random access. */
export function indexed(source: SampleStore): IndexedStore | undefined {
  return isIndexedStore(source) ? source : undefined;
}

/** A sample of the source, and whether its key says nothing but its place there. */
export interface Found {
  readonly sample: Sample;
  readonly isOrdinal: boolean;
}

/** The samples of a window of the source, in their order. `read` is told what the reader was asked for. */
export function foundIn(source: SampleStore, { skip = 0 }: Window, { keys }: Pick<StoreDescription, 'keys'>, read: ReadOptions): AsyncIterable<Found> {
  const bad = { skipped: 0 };
  const ordinals = new SourceOrdinals({ keys, first: skip, ledger: bad });
  const { onBadSample } = read;
  const samples = source.read({
    ...read, skip, ...(onBadSample === undefined ? {} : { onBadSample: (error, raw) => {
      bad.skipped++;
      onBadSample(error, raw);
    } }),
  });
  return mapEach(samples, (sample) => ({ sample, isOrdinal: ordinals.isOwn(sample.key) && keys === 'ordinal' }));
}

/** The first `limit` of the values, and no pull beyond them. Default: all. */
export async function* take<T>(values: AsyncIterable<T>, limit: number = Infinity): AsyncGenerator<T, void, undefined> {
  if (limit <= 0) return;
  let left = limit;
  for await (const value of values) {
    yield value;
    if (--left <= 0) return;
  }
}

/** The sample at another place than in its source: a key that says only its place says the new one. */
export function placed({ sample, isOrdinal }: Found, position: number): Sample {
  return isOrdinal ? { ...sample, key: ordinalKey(position) } : sample;
}

/** The description without what is untrue of some of the samples, or of another order. */
export function partly({ count: _count, bytes: _bytes, ordered: _ordered, ...rest }: StoreDescription): StoreDescription {
  return rest;
}

/** That a seed is one. @throws ImgstoreError BAD_OPTION. */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new ImgstoreError('BAD_OPTION', `the seed is ${String(seed)}, expected a whole number from 0 to 2^53-1`);
}
