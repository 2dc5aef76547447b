/**
 * Numbers that look like chance and depend on a seed alone: the generator xoshiro128** of Blackman and Vigna, whose state is
 * filled by {@link mix}. The same on every machine.
 */
export class SeededRandom {
  readonly #state: Uint32Array = new Uint32Array(4);

  /** @param seed a whole number from 0 to 2^53-1 */
  constructor(seed: number) {
    const [low, high] = halvesOf(seed);
    for (let i = 0; i < 4; i++) this.#state[i] = mix(mix(low, i + 1), high);
    // All zero would stay so.
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** A whole number from 0 to `count` - 1, each as likely as the others. `count` is 1 to 2^53. */
  below(count: number): number {
    if (count <= 1) return 0;
    // What is left over at the top of the range would make the lowest numbers likelier: it is drawn again.
    const range = count <= 2 ** 32 ? 2 ** 32 : 2 ** 53;
    const limit = range - (range % count);
    for (;;) {
      const drawn = range === 2 ** 32 ? this.#next() : (this.#next() >>> 11) * 2 ** 32 + this.#next();
      if (drawn < limit) return drawn % count;
    }
  }

  #next(): number {
    const state = this.#state;
    const [a, b, c, d] = [state[0] as number, state[1] as number, state[2] as number, state[3] as number];
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    state[0] = a ^ b ^ d;
    state[1] = a ^ b ^ c;
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotate(b ^ d, 11);
    return result;
  }
}

/** A 32-bit hash of a number and a key: every bit of both may change every bit of it. (The finaliser of MurmurHash3, twice.) */
export function mix(value: number, key: number): number {
  return scramble(scramble(value + Math.imul(key, 0x9e3779b1)) ^ key);
}

function scramble(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The low 32 bits of a whole number, and the rest. */
export function halvesOf(seed: number): readonly [low: number, high: number] {
  return [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
