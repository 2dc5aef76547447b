import type { Bench, Place } from '../bench.js';
import { inStoreOrder } from '../bench.js';
import { check, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { catalogues, fewSamples } from '../catalogue/catalogue.js';
import { requireSame } from '../compare.js';
import { readAll } from '../reading.js';
import { requireUnchanged, snapshotDifference, snapshotOf } from '../snapshot.js';
import { requireCode } from '../typed.js';
import { factsOf, feed, writeTo } from '../writing.js';

/** A target that is there already. */
export function existingCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  const skip = accepts === undefined ? { skip: 'the store cannot be written' } : {};
  return [
    {
      name: 'existing target: is EXISTS without overwrite, before a sample is pulled, and stays as it is',
      ...skip,
      run: () => occupied(bench, async (place) => {
        const before = snapshotOf(place.folder);
        const store = bench.writableAt(place.target);
        const samples = fewSamples(store.accepts, 3);
        const source = feed(samples);
        const error = await rejectionOf(store.write(source, { source: factsOf(samples, store.accepts) }), 'EXISTS');
        requireCode(error, ['EXISTS'], 'writing onto a store');
        check(source.pulled === 0, () => `${source.pulled} samples were pulled`);
        requireUnchanged(place.folder, before, 'writing was refused');
      }),
    },
    {
      name: 'existing target: is replaced as a whole with overwrite',
      ...skip,
      run: () => occupied(bench, async (place) => {
        const samples = fewSamples(bench.writableAt(place.target).accepts, 3);
        await writeTo(bench, place, samples, { overwrite: true });
        requireSame(await readAll(bench.storeAt(place.source)), inStoreOrder(samples, bench.writableAt(place.target).accepts), 'the new store');
        const there = snapshotOf(place.folder);
        await bench.inPlace(async (other) => {
          await writeTo(bench, other, samples);
          const what = snapshotDifference(snapshotOf(other.folder), there);
          check(what === undefined, () => `where a store was replaced, ${what ?? ''}; expected what the same samples give in an empty folder`);
        });
      }),
    },
    {
      name: 'existing target: is kept when the new one fails',
      ...skip,
      run: () => occupied(bench, async (place) => {
        const before = snapshotOf(place.folder);
        const store = bench.writableAt(place.target);
        const samples = fewSamples(store.accepts, 10);
        for (const at of [0, 5, 10]) {
          const source = feed(samples, (ordinal) => {
            if (ordinal === at) throw new Error('the source fails, says the kit');
          });
          await rejectionOf(store.write(source, { overwrite: true, source: factsOf(samples, store.accepts) }), 'the error of the source');
          requireUnchanged(place.folder, before, `replacing failed at sample ${at}`);
        }
      }),
    },
  ];
}

/** With a store of the whole catalogue in place. */
async function occupied(bench: Bench, run: (place: Place) => Promise<void>): Promise<void> {
  await bench.inPlace(async (place) => {
    const samples = catalogues(bench.writableAt(place.target).accepts)[0]?.samples ?? [];
    await writeTo(bench, place, samples);
    await run(place);
  });
}
