import type { Accepts, Sample, StoreDescription, WriteOptions, WriteSummary } from '@imgstore/core';
import type { Bench, Place } from './bench.js';

/** A source of samples that knows what became of it. */
export interface Feed extends AsyncIterable<Sample> {
  /** Samples that were pulled so far. */
  readonly pulled: number;
  /** Whether it ran to its end or was closed. A source that was never begun is closed. */
  readonly isClosed: boolean;
}

/** The samples one by one; `before` is called before each with its ordinal, and once more at the end. */
export function feed(samples: Iterable<Sample>, before: (ordinal: number) => void = () => undefined): Feed {
  let pulled = 0;
  let open = 0;
  async function* run(): AsyncGenerator<Sample, void, undefined> {
    open++;
    try {
      for (const sample of samples) {
        before(pulled);
        pulled++;
        yield sample;
        await Promise.resolve(); // a source of files is never quite synchronous
      }
      before(pulled);
    } finally {
      open--;
    }
  }
  return { [Symbol.asyncIterator]: run, get pulled() { return pulled; }, get isClosed() { return open === 0; } };
}

/** What convert would say of these samples to the target: only what such a target can count on. */
export function factsOf(samples: readonly Sample[], accepts: Accepts): StoreDescription {
  const [first] = samples;
  const image = accepts.uniform === true && first?.image?.kind === 'tensor' ? first.image : undefined;
  return {
    keys: accepts.key.kind === 'ordinal' ? 'ordinal' : 'stored',
    ...(accepts.count === true ? { count: samples.length } : {}),
    ...(image === undefined ? {} : { image: { dtype: image.dtype, shape: image.shape, layout: image.layout, ...(image.color === undefined ? {} : { color: image.color }) } }),
  };
}

/** Writes the samples to the place's target with a new store. */
export function writeTo(bench: Bench, place: Place, samples: readonly Sample[], options: WriteOptions = {}): Promise<WriteSummary> {
  const store = bench.writableAt(place.target);
  return store.write(feed(samples), { source: factsOf(samples, store.accepts), ...options });
}

