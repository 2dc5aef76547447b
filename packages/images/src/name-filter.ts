import { encodeUtf8 } from '@imgstore/core';
import { hashOf, SEEDS } from './hash.js';
import { foldName } from './names.js';

const BITS = 2 ** 28;
const HASHES = 6;

/**
 * Which paths are taken, however many there are, in 32 MiB: a Bloom filter over paths as a system without upper and lower case sees them.
 * It never misses a path that is taken. It may take a free one for taken: of a million and more about one in a billion, of ten million one in
 * 20,000. That costs a hash in a name and a row in the manifest, and nothing else.
 */
export class NameFilter {
  readonly #words: Uint32Array = new Uint32Array(BITS / 32);

  has(path: string): boolean {
    return bitsOf(path).every((bit) => (this.#words[bit >>> 5]! & (1 << (bit & 31))) !== 0);
  }

  add(path: string): void {
    for (const bit of bitsOf(path)) this.#words[bit >>> 5]! |= 1 << (bit & 31);
  }
}

/** Two hashes make all of them (Kirsch and Mitzenmacher). */
function bitsOf(path: string): readonly number[] {
  const bytes = encodeUtf8(foldName(path));
  const [one, other] = [hashOf(bytes, SEEDS[0]), hashOf(bytes, SEEDS[1]) | 1];
  return Array.from({ length: HASHES }, (_, at) => (one + Math.imul(at, other)) >>> 0 & (BITS - 1));
}
