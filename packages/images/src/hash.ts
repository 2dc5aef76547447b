/** A hash of 32 bits, all of which depend on all of the bytes: FNV-1a with the finish of MurmurHash3. Hashes of two seeds are as good as independent. */
export function hashOf(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Two seeds. */
export const SEEDS = [0x811c_9dc5, 0x9e37_79b9] as const;
