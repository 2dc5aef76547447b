import { ImgstoreError } from '@imgstore/core';

/** Where records begin, 8 bytes for each. */
export class Offsets {
  #values = new Float64Array(1024);
  #count = 0;
  readonly #most: number;

  /** @param most the most records that may come */
  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws ImgstoreError LIMIT above the most. */
  add(offset: number): void {
    if (this.#count === this.#most) {
      throw new ImgstoreError('LIMIT', `random access takes at most ${this.#most} records, and the store has more`, { hint: 'open its shards one by one' });
    }
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = offset;
  }

  /** The offset of a record; undefined when there are not so many. */
  at(index: number): number | undefined {
    return index < this.#count ? this.#values[index] : undefined;
  }
}
