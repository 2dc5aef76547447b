import { encodeUtf8 } from './keys.js';
import { HASH_SEEDS, hashOf, orderOfHashes } from './hash.js';

/**
 * Finds the numbers of names, which count from 0 as they are added, without holding the names: by two hashes of 32 bits, which tell ten million
 * of them apart, but not names that were made to have the same. 12 bytes for each.
 */
export class NameIndex {
  #hashes: Uint32Array = new Uint32Array(2048);
  #count = 0;
  /** Numbers by ascending first hash, and of one hash in their order. */
  #order: Uint32Array = new Uint32Array(0);

  get count(): number {
    return this.#count;
  }

  add(name: string): void {
    if (2 * this.#count === this.#hashes.length) {
      const larger = new Uint32Array(4 * this.#count);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes.set(hashesOf(name), 2 * this.#count);
    this.#count++;
  }

  /** To be called once, behind the last name: only then names are found. */
  async finish(): Promise<void> {
    this.#order = await orderOfHashes(this.#count, (number) => this.#hashes[2 * number]!);
  }

  /** The numbers of that name, in their order; of a name that was not added, none. */
  find(name: string): readonly number[] {
    const [one, other] = hashesOf(name);
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hashes[2 * this.#order[middle]!]! < one) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (; low < this.#order.length && this.#hashes[2 * this.#order[low]!] === one; low++) {
      if (this.#hashes[2 * this.#order[low]! + 1] === other) found.push(this.#order[low]!);
    }
    return found;
  }
}

function hashesOf(name: string): readonly [number, number] {
  const bytes = encodeUtf8(name);
  return [hashOf(bytes, HASH_SEEDS[0]), hashOf(bytes, HASH_SEEDS[1])];
}
