import { HASH_SEEDS, hashOf, orderOfHashes } from '@imgstore/core';

/** Where a row begins. */
export interface RowPlace {
  readonly offset: number;
  readonly record: number;
}

/** Finds rows by text without holding the texts: by a hash of 32 bits, so that what is found must be compared. 16 bytes for each row. */
export class RowIndex {
  #hashes: Uint32Array = new Uint32Array(1024);
  #offsets: Float64Array = new Float64Array(1024);
  #count = 0;
  /** Numbers of rows by ascending hash, and of one hash in their order. */
  #order: Uint32Array = new Uint32Array(0);

  get count(): number {
    return this.#count;
  }

  /** Adds the next row. */
  add(text: string, offset: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = textHash(text);
    this.#offsets[this.#count] = offset;
    this.#count++;
  }

  /** To be called once, behind the last row: only then rows are found by text. */
  async finish(): Promise<void> {
    this.#order = await orderOfHashes(this.#count, (row) => this.#hashAt(row));
  }

  /** The row of that number; undefined: there are fewer. */
  at(record: number): RowPlace | undefined {
    return record < this.#count ? { offset: this.#offsets[record]!, record } : undefined;
  }

  /** The rows whose text has this text's hash, in their order. */
  find(text: string): readonly RowPlace[] {
    const order = this.#order;
    const hash = textHash(text);
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hashAt(order[middle]!) < hash) low = middle + 1;
      else high = middle;
    }
    const found: RowPlace[] = [];
    for (let at = low; at < order.length && this.#hashAt(order[at]!) === hash; at++) found.push({ offset: this.#offsets[order[at]!]!, record: order[at]! });
    return found;
  }

  /** The rows whose texts have a hash that others have too: those of one hash one after the other, of which `isFirst` is the first. */
  * sharing(): Generator<{ readonly place: RowPlace; readonly isFirst: boolean }, void, undefined> {
    const order = this.#order;
    for (const [at, record] of order.entries()) {
      const isAs = (other: number | undefined): boolean => other !== undefined && this.#hashAt(other) === this.#hashAt(record);
      const isFirst = !isAs(order[at - 1]);
      if (!isFirst || isAs(order[at + 1])) yield { place: { offset: this.#offsets[record]!, record }, isFirst };
    }
  }

  #hashAt(row: number): number {
    return this.#hashes[row]!;
  }

  #grow(): void {
    const [hashes, offsets] = [new Uint32Array(2 * this.#count), new Float64Array(2 * this.#count)];
    hashes.set(this.#hashes);
    offsets.set(this.#offsets);
    [this.#hashes, this.#offsets] = [hashes, offsets];
  }
}

function textHash(text: string): number {
  return hashOf(Buffer.from(text), HASH_SEEDS[0]);
}
