import { ImgstoreError } from '@imgstore/core';
import type { Sample, SampleStore } from '@imgstore/core';
import { SeededRandom } from './random.js';

/** What samples are shared out by: the label, else the class name; those without either are one more class. */
type Stratum = number | string;

/** How many samples of each class there are. */
export type Strata = ReadonlyMap<Stratum, number>;

const NO_CLASS = '';
const MOST_CLASSES = 1_000_000;

/** The class of a sample. Names are told from labels by their type. */
function stratumOf({ label, className }: Sample): Stratum {
  return label ?? className ?? NO_CLASS;
}

/** Counts the samples of each class. @throws ImgstoreError LIMIT above a million classes; what reading throws. */
export async function countStrata(samples: AsyncIterable<Sample>, { location }: Pick<SampleStore, 'location'>): Promise<Strata> {
  const counts = new Map<Stratum, number>();
  for await (const sample of samples) {
    const stratum = stratumOf(sample);
    const count = counts.get(stratum) ?? 0;
    if (count === 0 && counts.size >= MOST_CLASSES) {
      throw new ImgstoreError('LIMIT', `there are more than ${MOST_CLASSES} labels to share out`, { location, hint: 'split by counts instead: train=rest,val=5000' });
    }
    counts.set(stratum, count + 1);
  }
  return counts;
}

/** How many of `count` samples each part gets: its fraction, rounded so that the sum is right, up where the most is missing. Fractions sum to 1. */
export function shares(count: number, fractions: readonly number[]): readonly number[] {
  const exact = fractions.map((fraction) => fraction * count);
  // 0.29 * 100 is 28.999999999999996, and means 29.
  const counts = exact.map((share) => Math.floor(share + EPSILON));
  const missing = exact.map((share, part) => ({ part, rest: share - (counts[part] ?? 0) })).sort((a, b) => b.rest - a.rest || a.part - b.part);
  let left = count - counts.reduce((sum, one) => sum + one, 0);
  for (const { part } of missing) {
    if (left-- <= 0) break;
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}

const EPSILON = 1e-9;

/**
 * Says for sample after sample, in the order in which they were counted, which part it belongs to. Of each class every part gets its
 * share exactly, whichever samples the seed chooses; what is kept is a few numbers for each class.
 */
export class Assignment {
  readonly #left: ReadonlyMap<Stratum, number[]>;
  readonly #random: SeededRandom;
  readonly #location: string;

  constructor(strata: Strata, { fractions, seed, location }: { readonly fractions: readonly number[]; readonly seed: number; readonly location: string }) {
    this.#left = new Map([...strata].map(([stratum, count]) => [stratum, [...shares(count, fractions)]]));
    this.#random = new SeededRandom(seed);
    this.#location = location;
  }

  /** The part of the next sample. @throws ImgstoreError CHANGED when there are others than were counted. */
  partOf(sample: Sample): number {
    const left = this.#left.get(stratumOf(sample)) ?? [];
    // Selection sampling: a place that is left is as likely as any other.
    let place = this.#random.below(left.reduce((sum, one) => sum + one, 0));
    for (const [part, count] of left.entries()) {
      if (place < count) {
        left[part] = count - 1;
        return part;
      }
      place -= count;
    }
    throw new ImgstoreError('CHANGED', 'there are more samples of this class than were counted before', { location: this.#location, key: sample.key });
  }
}
