import { ImgstoreError, quote } from '@imgstore/core';
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

/** How many samples of each class each part gets. */
export type Shares = ReadonlyMap<Stratum, readonly number[]>;

/**
 * Shares out each class by the fractions, which sum to 1: rounded down, and the samples that are left go to the parts that lack the most, over
 * this class and those before it. So classes of a few samples are shared out too, and each part has about its fraction of the whole.
 */
export function sharesOf(strata: Strata, fractions: readonly number[]): Shares {
  const shares = new Map<Stratum, readonly number[]>();
  const lacks = fractions.map(() => 0);
  for (const [stratum, count] of strata) {
    const exact = fractions.map((fraction) => fraction * count);
    // 0.29 * 100 is 28.999999999999996, and means 29.
    const counts = exact.map((share) => Math.floor(share + EPSILON));
    const remainders = exact.map((share, part) => share - (counts[part] ?? 0));
    const left = count - counts.reduce((sum, one) => sum + one, 0);
    const neediest = remainders.map((rest, part) => ({ part, rest, lack: (lacks[part] ?? 0) + rest })).filter(({ rest }) => rest > EPSILON)
      .sort((a, b) => b.lack - a.lack || a.part - b.part).slice(0, left);
    for (const { part } of neediest) counts[part] = (counts[part] ?? 0) + 1;
    counts.forEach((given, part) => { lacks[part] = (lacks[part] ?? 0) + (exact[part] ?? 0) - given; });
    shares.set(stratum, counts);
  }
  return shares;
}

const EPSILON = 1e-9;

/** Of a part without samples. */
export const EMPTY_NOTE = 'the part holds no sample';

/** What a user should know of a part, in sentences: that it is empty, or has no sample of a class. */
export function notesOnPart(shares: Shares, part: number): readonly string[] {
  const without = [...shares].filter(([, counts]) => counts[part] === 0);
  if (without.length === shares.size) return [EMPTY_NOTE];
  const [first] = without;
  if (first === undefined) return [];
  const [stratum, counts] = first;
  const name = typeof stratum === 'number' ? `label ${stratum}` : stratum === NO_CLASS ? 'samples without a class' : quote(stratum);
  const size = counts.reduce((sum, one) => sum + one, 0);
  return [`the part has no sample of ${without.length} of ${shares.size} classes, which are too small to be shared out: e.g. ${name}, with ${size} in all`];
}

/**
 * Says for sample after sample, in the order in which they were counted, which part it belongs to. Of each class every part gets its
 * share exactly, whichever samples the seed chooses; what is kept is a few numbers for each class.
 */
export class Assignment {
  readonly #left: ReadonlyMap<Stratum, number[]>;
  readonly #random: SeededRandom;
  readonly #location: string;

  constructor(shares: Shares, { seed, location }: { readonly seed: number; readonly location: string }) {
    this.#left = new Map([...shares].map(([stratum, counts]) => [stratum, [...counts]]));
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
