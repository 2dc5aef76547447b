import { encodeUtf8, HASH_SEEDS, hashOf } from '@imgstore/core';
import { foldName } from './names.js';

const BITS = 2 ** 28;
const MASK = BITS - 1;
const HASHES = 6;

/**
 * Which paths are taken, however many there are, in 32 MiB: a Bloom filter over paths as a system without upper and lower case sees them.
 * It never misses a path that is taken. It may take a free one for taken: of a million and more about one in a billion, of ten million one in
 * 20,000. That costs a hash in a name and a row in the manifest, and nothing else.
 */
export class NameFilter {
  readonly #words: Uint32Array = new Uint32Array(BITS / 32);

  has(path: string): boolean {
    const [one, other] = hashesOf(path);
    for (let at = 0, bit = one; at < HASHES; at++, bit = (bit + other) >>> 0) if ((this.#words[(bit & MASK) >>> 5]! & (1 << (bit & 31))) === 0) return false;
    return true;
  }

  add(path: string): void {
    const [one, other] = hashesOf(path);
    for (let at = 0, bit = one; at < HASHES; at++, bit = (bit + other) >>> 0) this.#words[(bit & MASK) >>> 5]! |= 1 << (bit & 31);
  }
}

/** Two hashes make all of them (Kirsch and Mitzenmacher). */
function hashesOf(path: string): readonly [number, number] {
  const bytes = encodeUtf8(foldName(path));
  return [hashOf(bytes, HASH_SEEDS[0]), hashOf(bytes, HASH_SEEDS[1]) | 1];
}
