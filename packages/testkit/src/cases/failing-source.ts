import type { Bench } from '../bench.js';
import { check, nameOf, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { fewSamples } from '../catalogue/catalogue.js';
import { requireNothingOpen } from '../open-files.js';
import { requireUnchanged, snapshotOf } from '../snapshot.js';
import { factsOf, feed } from '../writing.js';

/** A source that throws. */
export function failingSourceCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  return [{
    name: 'failing source: write throws what the source threw, and leaves no target and no temporary file',
    ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
    run: () => bench.inPlace(async (place) => {
      if (accepts === undefined) return;
      const samples = fewSamples(accepts, 20);
      const before = snapshotOf(place.folder);
      for (const at of [0, 1, 10, 20]) {
        const thrown = new Error(`the source fails at sample ${at}, says the kit`);
        const source = feed(samples, (ordinal) => {
          if (ordinal === at) throw thrown;
        });
        const error = await rejectionOf(bench.writableAt(place.target).write(source, { source: factsOf(samples, accepts) }), 'the error of the source');
        check(error === thrown, () => `write rejected with ${nameOf(error)}; expected what the source threw`);
        requireUnchanged(place.folder, before, `the source failed at sample ${at}`);
        requireNothingOpen(place.folder, `the source failed at sample ${at}`);
      }
    }),
  }];
}
