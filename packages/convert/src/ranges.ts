import type { DType } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { rangeFactor } from './narrow.js';

/** Which dtypes images have and get: where one rule is for several, what is white in one may be nearly black in another. */
export class Ranges {
  readonly #tallies = new Map<DType, Map<DType, Tally>>();

  /** How many images of the one dtype get the other: for every call with the same ones the same object. */
  tally(from: DType, to: DType): Tally {
    let sources = this.#tallies.get(to);
    if (sources === undefined) this.#tallies.set(to, sources = new Map<DType, Tally>());
    let tally = sources.get(from);
    if (tally === undefined) sources.set(from, tally = { count: 0 });
    return tally;
  }

  /** Notes images of several dtypes that got one, all by the same factor. */
  note(ledger: Ledger): void {
    for (const [to, sources] of this.#tallies) {
      const taken = [...sources].filter(([, { count }]) => count > 0);
      const [first] = taken;
      if (first === undefined || taken.every(([from]) => rangeFactor(first[0], from) === 1 || from === first[0])) continue;
      const counts = taken.map(([from, { count }]) => `${count} ${from}`);
      ledger.note(`one scale for ${counts.slice(0, -1).join(', ')} and ${counts.at(-1) ?? ''} images, all as ${to}: their ranges differ; --scale range takes each from its own`);
    }
  }
}
