import { hashOf, SEEDS } from '../hash.js';

/** Where a row begins. */
export interface RowPlace {
  readonly offset: number;
  readonly record: number;
}

/** Finds rows by text without holding the texts: by a hash of 32 bits, so that what is found must be compared. 20 bytes for each row. */
export class RowIndex {
  #hashes: Uint32Array = new Uint32Array(1024);
  #offsets: Float64Array = new Float64Array(1024);
  #count = 0;
  /** Numbers of rows by ascending hash, and of one hash in their order. Made by the first search. */
  #order: Uint32Array | undefined;

  /** Adds the next row. */
  add(text: string, offset: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = textHash(text);
    this.#offsets[this.#count] = offset;
    this.#count++;
  }

  /** The rows whose text has this text's hash, in their order. */
  find(text: string): readonly RowPlace[] {
    const order = this.#order ??= this.#sort();
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

  #hashAt(row: number): number {
    return this.#hashes[row]!;
  }

  #sort(): Uint32Array {
    return Uint32Array.from({ length: this.#count }, (_, row) => row).sort((a, b) => this.#hashAt(a) - this.#hashAt(b) || a - b);
  }

  #grow(): void {
    const [hashes, offsets] = [new Uint32Array(2 * this.#count), new Float64Array(2 * this.#count)];
    hashes.set(this.#hashes);
    offsets.set(this.#offsets);
    [this.#hashes, this.#offsets] = [hashes, offsets];
  }
}

function textHash(text: string): number {
  return hashOf(Buffer.from(text), SEEDS[0]);
}
