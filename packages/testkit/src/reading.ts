import type { ReadOptions, Sample, SampleStore } from '@imgstore/core';

/** All samples of a store. */
export async function readAll(store: SampleStore, options: ReadOptions = {}): Promise<readonly Sample[]> {
  return collect(store.read(options));
}

/** All values of a stream. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

/** What a reading came to: samples, and the error that ended it. */
export interface Outcome {
  readonly samples: readonly Sample[];
  readonly error?: unknown;
}

/** Reads until the end or the first error. @param most samples after which it stops: more than a store could hold */
export async function readOutcome(store: SampleStore, options: ReadOptions = {}, most: number = Infinity): Promise<Outcome> {
  const samples: Sample[] = [];
  try {
    for await (const sample of store.read(options)) {
      samples.push(sample);
      if (samples.length > most) break;
    }
    return { samples };
  } catch (error) {
    return { samples, error };
  }
}
