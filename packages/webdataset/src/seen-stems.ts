import { encodeUtf8, HASH_SEEDS, hashOf } from '@imgstore/core';

/** So many stems are remembered of an archive, each in 16 bytes at most: shards have fewer. */
const MOST_STEMS = 2 ** 20;
/** A stem whose places are taken is not remembered: no archive can make looking long. */
const MOST_PROBES = 32;

/** Tells stems that come again, by hashes of 53 bits: none of a million is taken for another. Of an archive with more stems than that, the first are remembered. */
export class SeenStems {
  /** A hash at the place that its low bits say, or the next free one; 0: free. At most half full. */
  #slots: Float64Array = new Float64Array(2048);
  #count = 0;

  /** Whether the stem was added before. Adds it. */
  add(stem: string): boolean {
    if (2 * this.#count >= this.#slots.length && this.#count < MOST_STEMS) this.#grow();
    return this.#put(codeOf(stem));
  }

  #put(code: number): boolean {
    const mask = this.#slots.length - 1;
    for (let probe = 0, slot = code % this.#slots.length; probe < MOST_PROBES; probe++, slot = (slot + 1) & mask) {
      const found = this.#slots[slot]!;
      if (found === code) return true;
      if (found !== 0) continue;
      if (this.#count === MOST_STEMS) return false;
      this.#slots[slot] = code;
      this.#count++;
      return false;
    }
    return false;
  }

  #grow(): void {
    const codes = this.#slots;
    this.#slots = new Float64Array(2 * codes.length);
    this.#count = 0;
    for (const code of codes) if (code !== 0) this.#put(code);
  }
}

function codeOf(stem: string): number {
  const bytes = encodeUtf8(stem);
  return 1 + hashOf(bytes, HASH_SEEDS[0]) * 2 ** 20 + (hashOf(bytes, HASH_SEEDS[1]) >>> 12);
}
