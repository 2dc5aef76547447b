import type { ReadOptions, Sample, SampleStore } from '@imgstore/core';
import { intact } from './intact.js';
import type { Sieve } from './sieve.js';

/** A source that is open, with its first sample in hand. Whoever opens it closes it. */
export class Reading {
  /** Absent when there are no samples. */
  readonly first: Sample | undefined;
  /** Whether bytes of images may be cut. */
  readonly isHead: boolean;
  readonly #iterator: AsyncIterator<Sample>;
  #atFirst = true;
  #left: number;

  private constructor(iterator: AsyncIterator<Sample>, first: Sample | undefined, { limit, isHead }: { readonly limit: number; readonly isHead: boolean }) {
    this.#iterator = iterator;
    this.first = first;
    this.isHead = isHead;
    this.#left = first === undefined ? 0 : limit;
  }

  /** Opens the source and reads its first sample. `limit`: as many samples as there will be at most. Default: all. `sieve`: what passes over bad images. */
  static async open(source: SampleStore, options: ReadOptions & { readonly limit?: number | undefined; readonly sieve?: Pick<Sieve, 'read'> | undefined }): Promise<Reading> {
    const { limit = Infinity, sieve, ...readOptions } = options;
    const iterator = samplesOf(source, readOptions, sieve)[Symbol.asyncIterator]();
    const first = limit === 0 ? undefined : await iterator.next();
    return new Reading(iterator, first?.done === false ? first.value : undefined, { limit, isHead: readOptions.payload === 'head' });
  }

  /**
   * The samples that are left, from the first on. To stop leaves the source open, so that another call goes on behind
   * the last one that was given.
   */
  samples(): AsyncIterable<Sample> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#next() }) };
  }

  /** Whether no sample is left. */
  async isAtEnd(): Promise<boolean> {
    return (await this.#next()).done === true;
  }

  /** Lets the source go. Can be called twice. */
  async close(): Promise<void> {
    this.#left = 0;
    await this.#iterator.return?.();
  }

  #next(): Promise<IteratorResult<Sample>> {
    if (this.#left <= 0) return Promise.resolve({ value: undefined, done: true });
    this.#left--;
    if (!this.#atFirst || this.first === undefined) return this.#iterator.next();
    this.#atFirst = false;
    return Promise.resolve({ value: this.first, done: false });
  }
}

/** The samples of the source. Where bad ones are told, images that are cut are told with them; else whoever takes a sample looks. */
function samplesOf(source: SampleStore, options: ReadOptions, sieve: Pick<Sieve, 'read'> | undefined): AsyncIterable<Sample> {
  const { onBadSample } = options;
  if (onBadSample === undefined) return source.read(options);
  return sieve === undefined ? intact(source.read(options), options, onBadSample) : sieve.read(source, options, onBadSample);
}
