import { breather } from './breather.js';

/** A hash of 32 bits, all of which depend on all of the bytes: FNV-1a with the finish of MurmurHash3. Hashes of two seeds are as good as independent. */
export function hashOf(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Two seeds for {@link hashOf}. */
export const HASH_SEEDS: readonly [number, number] = [0x811c_9dc5, 0x9e37_79b9];

const DIGIT_BITS = 8;
const PIECE = 65_536;

/**
 * The numbers below `count` by ascending hash, and of one hash in their order. Sorted by the digits of the hashes, in pieces with breath between
 * them: comparing ten million would let nothing else run for seconds.
 */
export async function orderOfHashes(count: number, hashAt: (number: number) => number): Promise<Uint32Array> {
  const breathe = breather();
  let [order, next] = [new Uint32Array(count), new Uint32Array(count)];
  const inPieces = async (visit: (at: number) => void): Promise<void> => {
    for (let from = 0; from < count; from += PIECE) {
      for (let at = from; at < Math.min(count, from + PIECE); at++) visit(at);
      await breathe();
    }
  };
  await inPieces((at) => { order[at] = at; });
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const digitOf = (number: number): number => (hashAt(number) >>> shift) & 0xff;
    const ends = new Uint32Array(2 ** DIGIT_BITS);
    await inPieces((at) => { ends[digitOf(order[at]!)]!++; });
    let sum = 0;
    const starts = ends.map((length) => (sum += length) - length);
    await inPieces((at) => { next[starts[digitOf(order[at]!)]!++] = order[at]!; });
    [order, next] = [next, order];
  }
  return order;
}
