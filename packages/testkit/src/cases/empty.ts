import type { Bench } from '../bench.js';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { fewSamples } from '../catalogue/catalogue.js';
import { requireNothingOpen } from '../open-files.js';
import { collect, readAll } from '../reading.js';
import { factsOf, feed } from '../writing.js';

/** A store without samples. */
export function emptyCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  return [{
    name: 'empty store: is written, read, described and split as no samples',
    ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
    run: () => bench.inPlace(async (place) => {
      const store = bench.writableAt(place.target);
      // A store of one form learns it from the plan, even when nothing comes.
      const { count: _, ...facts } = factsOf(fewSamples(store.accepts), store.accepts);
      const summary = await store.write(feed([]), { source: { ...facts, ...(store.accepts.count === true ? { count: 0 } : {}) } });
      check(summary.samples === 0, () => `write counted ${summary.samples} samples of none`);
      const source = bench.storeAt(place.source);
      const samples = await readAll(source);
      check(samples.length === 0, () => `reading gave ${samples.length} samples`);
      const { count = 0 } = await source.describe();
      check(count === 0, () => `describe counts ${count} samples`);
      if (bench.isSplittable) {
        for (const range of await bench.splittableAt(place.source).split({ count: 3 })) {
          const found = await readAll(bench.storeAt(place.source), { range });
          check(found.length === 0 && (range.count ?? 0) === 0, () => 'a range of the empty store has samples');
        }
      }
      if (bench.isIndexed) {
        const index = bench.indexedAt(place.source);
        const keys = await collect(index.keys());
        check(keys.length === 0, () => `the empty store has ${keys.length} keys`);
        check(await index.get('nothing') === undefined, () => 'get gives a sample of the empty store');
        await index.close();
      }
      requireNothingOpen(place.folder, 'the empty store was read');
    }),
  }];
}
