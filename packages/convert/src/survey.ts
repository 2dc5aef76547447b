import { compareKeys, ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore } from '@imgstore/core';
import { Reading } from './reading.js';
import { refuse } from './refusal.js';

/** What must be known of all samples before the first is written. */
export interface Survey {
  readonly count: number;
  /** The class names of samples without a label, sorted by their UTF-8 bytes: a name's place is its label. Empty unless asked for. */
  readonly classes: readonly string[];
}

/** What to find out, and how. */
export interface SurveyOptions extends Pick<ReadOptions, 'signal' | 'skip' | 'onBadSample' | 'progress'> {
  /** Whether to collect class names. */
  readonly classes: boolean;
  readonly limit: number | undefined;
  /** What is done to samples before they are fitted. */
  readonly map: (samples: AsyncIterable<Sample>) => AsyncIterable<Sample>;
}

/**
 * Reads the source once, without image bytes where it can, to count its samples and collect class names.
 * @throws ImgstoreError UNSUPPORTED when the source was open before and can be read only once, LIMIT above a million names.
 */
export async function survey(source: SampleStore, options: SurveyOptions): Promise<Survey> {
  const { classes: wantsClasses, map, ...readOptions } = options;
  const reading = await open(source, { ...readOptions, payload: 'head', borrow: true }, wantsClasses);
  const names = new Set<string>();
  let count = 0;
  try {
    for await (const sample of map(reading.samples())) {
      count++;
      if (wantsClasses) collect(names, sample);
    }
  } finally {
    await reading.close();
  }
  return { count, classes: [...names].sort(compareKeys) };
}

/** The caller has read the first sample once already: what cannot be read now cannot be read twice. */
async function open(source: SampleStore, options: Parameters<typeof Reading.open>[1], wantsClasses: boolean): Promise<Reading> {
  try {
    return await Reading.open(source, options);
  } catch (error) {
    if (!isImgstoreError(error, 'UNSUPPORTED')) throw error;
    const [what, hint] = wantsClasses
      ? ['class names must become numbers, which takes a first look at all of them', 'give all names, in the order of their labels, as the list of classes']
      : ['this target must know the number of samples before it writes', 'write it without shards, or make a file of the source first'];
    throw new ImgstoreError('UNSUPPORTED', `${what}, and this source can be read only once`, { location: source.location, hint, cause: error });
  }
}

function collect(names: Set<string>, sample: Sample): void {
  if (sample.className === undefined) return;
  if (sample.label !== undefined) {
    throw refuse(sample, 'has a label and a class name, and samples before it have names alone; numbers for those could be wrong',
      'give all names, in the order of their labels, as the list of classes', 'MISMATCH');
  }
  if (names.size >= MOST_NAMES && !names.has(sample.className)) throw refuse(sample, `there are more than ${MOST_NAMES} class names`, undefined, 'LIMIT');
  names.add(sample.className);
}

const MOST_NAMES = 1_000_000;
