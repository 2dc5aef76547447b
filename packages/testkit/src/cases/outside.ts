import type { Bench } from '../bench.js';
import { check, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { fewSamples } from '../catalogue/catalogue.js';
import { requireNothingOpen } from '../open-files.js';
import { requireUnchanged, snapshotOf } from '../snapshot.js';
import { requireCode } from '../typed.js';
import { violations } from '../violations.js';
import { factsOf, feed } from '../writing.js';

/** Samples that `accepts` excludes, given straight to `write`, without fit. A case for each that `accepts` makes possible. */
export function outsideCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  if (accepts === undefined) {
    return [{ name: 'outside accepts: is refused by key, never trimmed', skip: 'the store cannot be written', run: () => Promise.resolve() }];
  }
  const [first, good, last] = fewSamples(accepts, 3);
  if (first === undefined || good === undefined || last === undefined) return [];
  return violations(accepts, good, first).map(({ what, sample, codes }): ConformanceCase => ({
    name: `outside accepts: ${what} is refused by key, and nothing is written`,
    run: () => bench.inPlace(async (place) => {
      const before = snapshotOf(place.folder);
      const source = feed([first, sample, last]);
      const error = await rejectionOf(bench.writableAt(place.target).write(source, { source: factsOf([first, good, last], accepts) }), codes.join(' or '));
      const { key } = requireCode(error, codes, `a sample with ${what}`);
      check(key === sample.key, () => `the error names the key ${JSON.stringify(key)}, the sample's is ${JSON.stringify(sample.key)}`);
      check(source.isClosed, () => 'the source was not closed');
      requireUnchanged(place.folder, before, 'the sample was refused');
      requireNothingOpen(place.folder, 'the sample was refused');
    }),
  }));
}
