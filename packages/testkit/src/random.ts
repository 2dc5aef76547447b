/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to `end`, which is not included. */
  below(end: number): number;
  /** So many bytes. */
  bytes(length: number): Uint8Array;
}

/** Marsaglia's xorshift of 32 bits. `seed` is any whole number but 0. */
export function seeded(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let turn = 0; turn < 8; turn++) next(); // small seeds begin with small numbers
  return {
    below: (end) => Math.floor((next() / 2 ** 32) * end),
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
  };
}

/** The values in another order. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const value = result[last] as T; // both are indices of the array
    result[last] = result[other] as T;
    result[other] = value;
  }
  return result;
}
