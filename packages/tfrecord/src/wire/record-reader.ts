import { ImgstoreError, MOST_FEATURES, WireReader } from '@imgstore/core';

/**
 * The most values of bytes in one record, steps of a SequenceExample included. Each becomes an object of about 100 bytes, but may
 * be 2 bytes of the record, and next to nothing of a compressed file: without a bound a file of 500 KB fills the memory.
 * Numbers need no objects, nor do lists of single bytes (`singleBytes`); they have no bound but the record's.
 */
const MAX_VALUES = 1_000_000;

/** Whether a record may have that many features: each takes up to 1 KB, its name included. */
export function mayHaveFeatures(count: number): boolean {
  return count <= MOST_FEATURES;
}

/** Reads the messages of one record, and counts what becomes an object. */
export class RecordReader extends WireReader {
  /** The feature that is read, for errors. */
  feature: string | undefined;
  #features = 0;
  #values = 0;

  /** Counts an entry of Features or FeatureLists. @throws ImgstoreError LIMIT */
  countFeature(): void {
    if (!mayHaveFeatures(++this.#features)) throw this.#tooMany(MOST_FEATURES, 'features');
  }

  /** Counts values of bytes, steps of a list, or pieces of a message that comes in several. @throws ImgstoreError LIMIT */
  countValues(count: number): void {
    this.#values += count;
    if (this.#values > MAX_VALUES) throw this.#tooMany(MAX_VALUES, 'values');
  }

  #tooMany(most: number, what: string): ImgstoreError {
    return new ImgstoreError('LIMIT', `a record of more than ${most.toLocaleString('en-US')} ${what}`, {
      offset: this.base + this.position, ...(this.feature !== undefined && { feature: this.feature }),
    });
  }
}
