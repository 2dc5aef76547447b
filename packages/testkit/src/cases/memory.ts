import type { Sample } from '@imgstore/core';
import type { Bench } from '../bench.js';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { manySamples, thumbnail } from '../catalogue/catalogue.js';
import { collectGarbage, usedBytes } from '../collector.js';
import { copyOf } from '../copy.js';
import { factsOf, feed } from '../writing.js';

const COUNT = 10_000;
const INTERVAL = 2000;
/** Samples that may be in the hands of a store at once: a few batches. */
const MOST_HELD = 1024;
/** For an index of the keys; the images take more. */
const MOST_BYTES = 12 * 2 ** 20;

/** Memory that does not grow with the number of samples. */
export function memoryCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  return [{
    name: `memory: ${COUNT} small samples are written and read without being held`,
    long: true,
    ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
    run: () => bench.inPlace(async (place) => {
      if (accepts === undefined) return;
      const models = manySamples(accepts, COUNT, thumbnail(accepts));
      const written = new Watch('writing');
      const store = bench.writableAt(place.target);
      await store.write(watched(models, written), { source: factsOf(models, accepts) });
      const read = new Watch('reading');
      let count = 0;
      for await (const sample of bench.storeAt(place.source).read()) {
        await read.see(sample);
        count++;
      }
      check(count === COUNT, () => `${count} samples came of ${COUNT}`);
    }),
  }];
}

/** Copies, one at a time, each known to the watch. */
function watched(models: readonly Sample[], watch: Watch): AsyncIterable<Sample> {
  const source = feed(models);
  return {
    async* [Symbol.asyncIterator]() {
      for await (const model of source) {
        const sample = copyOf(model);
        await watch.see(sample);
        yield sample;
      }
    },
  };
}

/** Looks from time to time how many of the samples that passed are still held by anyone. */
class Watch {
  readonly #what: string;
  #seen: WeakRef<Sample>[] = [];
  #count = 0;
  #before: number | undefined;

  constructor(what: string) {
    this.#what = what;
  }

  async see(sample: Sample): Promise<void> {
    this.#seen.push(new WeakRef(sample));
    if (++this.#count % INTERVAL !== 0) return;
    await collectGarbage();
    this.#seen = this.#seen.filter((reference) => reference.deref() !== undefined);
    const held = this.#seen.length;
    check(held <= MOST_HELD, () => `${this.#what}: ${held} of ${this.#count} samples are still held`);
    this.#before ??= usedBytes();
    const grown = usedBytes() - this.#before;
    check(grown <= MOST_BYTES, () => `${this.#what}: memory grew by ${grown} bytes in ${this.#count} samples`);
  }
}
