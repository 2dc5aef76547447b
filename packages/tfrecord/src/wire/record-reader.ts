import { ImgstoreError, WireReader } from '@imgstore/core';

/**
 * The most features of one record, and the most values of bytes in it. Each becomes an object of about 100 bytes, but may
 * be 2 bytes of the record, and next to nothing of a compressed file: without a bound a file of 500 KB fills the memory.
 * Numbers need no objects, nor do lists of single bytes (`singleBytes`); they have no bound but the record's.
 */
const MAX_OBJECTS = 1_000_000;

/** Whether a record may have that many features. */
export function mayHaveFeatures(count: number): boolean {
  return count <= MAX_OBJECTS;
}

/** Reads the messages of one record, and counts what becomes an object. */
export class RecordReader extends WireReader {
  /** The feature that is read, for errors. */
  feature: string | undefined;
  #features = 0;
  #values = 0;

  /** Counts an entry of Features or FeatureLists, or a step of a list. @throws ImgstoreError LIMIT */
  countFeature(): void {
    if (!mayHaveFeatures(++this.#features)) throw this.#tooMany('features');
  }

  /** Counts values of bytes, or pieces of a message that comes in several. @throws ImgstoreError LIMIT */
  countValues(count: number): void {
    this.#values += count;
    if (this.#values > MAX_OBJECTS) throw this.#tooMany('values');
  }

  #tooMany(what: string): ImgstoreError {
    return new ImgstoreError('LIMIT', `a record of more than ${MAX_OBJECTS.toLocaleString('en-US')} ${what}`, {
      offset: this.base + this.position, ...(this.feature !== undefined && { feature: this.feature }),
    });
  }
}
