import { compareKeys, ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore } from '@imgstore/core';
import { DerivedStore } from './derived-store.js';
import { Reading } from './reading.js';
import { CLASSES_HINT, refuse } from './refusal.js';
import type { Sieve } from './sieve.js';

/** What must be found out of all samples before the first is written. */
export interface SurveyNeeds {
  readonly count: boolean;
  /** The names of classes, which must become labels. */
  readonly classes: boolean;
  /** A plan needs no count: it checks only that the source could be read once more. */
  readonly isPlan: boolean;
}

/** What a look at all samples found. */
export interface Survey {
  /** Absent where it is not needed. */
  readonly count?: number;
  /** The class names of samples without a label, sorted by their UTF-8 bytes: a name's place is its label. Empty unless asked for. */
  readonly classes: readonly string[];
  /** Whether the names are those of the whole that the source is a part of. */
  readonly isOfAll: boolean;
}

/** How to look. */
export interface SurveyOptions extends Pick<ReadOptions, 'signal' | 'skip' | 'onBadSample' | 'progress'> {
  readonly limit: number | undefined;
  readonly sieve?: Pick<Sieve, 'read'>;
  /** What is done to samples before they are fitted. */
  readonly map: (samples: AsyncIterable<Sample>) => AsyncIterable<Sample>;
}

/**
 * Reads the source once, without image bytes where it can, to count its samples and collect class names. Parts of one whole have one list of
 * names, or each would give the classes other numbers: for a part the names are looked for in the whole.
 * @throws ImgstoreError UNSUPPORTED when the source was open before and can be read only once, LIMIT above a million names, MISMATCH where some
 * samples have labels and others names alone.
 */
export async function surveyFor(source: SampleStore, needs: SurveyNeeds, options: SurveyOptions): Promise<Survey> {
  const isCounted = needs.count && !needs.isPlan;
  const whole = needs.classes && source instanceof DerivedStore ? source.whole : undefined;
  if (whole === undefined) {
    const limit = needs.isPlan && !needs.classes ? Math.min(options.limit ?? 1, 1) : options.limit;
    const { count, classes } = await look(source, needs.classes, { ...options, limit });
    return { ...isCounted && { count }, classes, isOfAll: false };
  }
  const { classes } = await look(whole.source, true, { ...options, skip: 0, limit: undefined, ...whole.window });
  return { ...isCounted && await look(source, false, options), classes, isOfAll: true };
}

async function look(source: SampleStore, wantsClasses: boolean, { map, ...readOptions }: SurveyOptions): Promise<{ readonly count: number; readonly classes: readonly string[] }> {
  const reading = await open(source, { ...readOptions, payload: 'head', borrow: true }, wantsClasses);
  const names = new Names();
  let count = 0;
  try {
    for await (const sample of map(reading.samples())) {
      count++;
      if (wantsClasses) names.add(sample);
    }
  } finally {
    await reading.close();
  }
  return { count, classes: names.sorted() };
}

/** The caller has read the first sample once already: what cannot be read now cannot be read twice. */
async function open(source: SampleStore, options: Parameters<typeof Reading.open>[1], wantsClasses: boolean): Promise<Reading> {
  try {
    return await Reading.open(source, options);
  } catch (error) {
    if (!isImgstoreError(error, 'UNSUPPORTED')) throw error;
    const [what, hint] = wantsClasses
      ? ['class names must become numbers, which takes a first look at all of them', `${CLASSES_HINT}; or make a file of the source first`]
      : ['this target must know the number of samples before it writes', 'cut it by size (--shard-size, in a program shardSize), write it without shards, or make a file of the source first'];
    throw new ImgstoreError('UNSUPPORTED', `${what}, and this source can be read only once`, { location: source.location, hint, cause: error });
  }
}

/** The class names of samples without a label. */
class Names {
  readonly #names = new Set<string>();
  #isNumbered = false;

  add(sample: Sample): void {
    const { className, label } = sample;
    if (label === undefined) {
      if (className === undefined) return;
      if (this.#names.size >= MOST_NAMES && !this.#names.has(className)) throw refuse(sample, `there are more than ${MOST_NAMES} class names`, undefined, 'LIMIT');
      this.#names.add(className);
    } else this.#isNumbered = true;
    if (!this.#isNumbered || this.#names.size === 0) return;
    const [has, before] = label === undefined ? ['a class name alone', 'labels'] : ['a label', 'class names alone'];
    throw refuse(sample, `has ${has}, and samples before it have ${before}; numbers for names alone could be wrong`, CLASSES_HINT, 'MISMATCH');
  }

  sorted(): readonly string[] {
    return [...this.#names].sort(compareKeys);
  }
}

const MOST_NAMES = 1_000_000;
