import { breather, decodeUtf8, encodeUtf8, HASH_SEEDS, hashOf, isOrdinalKey, orderOfHashes, ordinalKey } from '@imgstore/core';

/** The most bytes that keys may take, packed. */
export const MOST_KEY_BYTES: number = 2 ** 28;

/**
 * All keys of a store, in their order, to be asked by position: packed in bytes, with four bytes more for where each ends. Keys that are
 * the ordinals of their records take no room as long as all are.
 */
export class KeyList {
  #count = 0;
  /** Where the key of each position ends; undefined while all keys are their own ordinals. */
  #ends: Uint32Array | undefined;
  #bytes: Uint8Array = new Uint8Array();

  get count(): number {
    return this.#count;
  }

  /** How much memory the keys take, in bytes. */
  get size(): number {
    return this.#ends === undefined ? 0 : this.#bytes.length + this.#ends.byteLength;
  }

  /** Adds the key of the next position; false, and nothing is added, when that would take more than {@link MOST_KEY_BYTES}. */
  add(key: string): boolean {
    if (this.#ends === undefined) {
      if (key === ordinalKey(this.#count)) {
        this.#count++;
        return true;
      }
      if (!this.#pack()) return false;
    }
    return this.#append(key);
  }

  /** The key of that position, which is below the count. */
  at(position: number): string {
    if (this.#ends === undefined) return ordinalKey(position);
    return decodeUtf8(this.#keyBytes(position)) ?? '';
  }

  /** Whether a position has that key. Looks at all of them. */
  has(key: string): boolean {
    if (this.#ends === undefined) return isOrdinalKey(key) && Number(key) < this.#count;
    const wanted = encodeUtf8(key);
    for (let position = 0; position < this.#count; position++) {
      const bytes = this.#keyBytes(position);
      if (bytes.length === wanted.length && bytes.every((byte, at) => byte === wanted[at])) return true;
    }
    return false;
  }

  /** A key that two positions have; undefined: no two are equal. Takes 12 bytes for each key while it looks. @throws the signal's reason. */
  async repeated(signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.#ends === undefined) return undefined;
    const breathe = breather();
    const hashes = new Uint32Array(this.#count);
    for (let position = 0; position < this.#count; position++) {
      signal?.throwIfAborted();
      hashes[position] = hashOf(this.#keyBytes(position), HASH_SEEDS[0]);
      await breathe();
    }
    const order = await orderOfHashes(this.#count, (position) => hashes[position]!);
    const group = new Set<string>();
    for (let at = 1; at < order.length; at++) {
      signal?.throwIfAborted();
      const [one, other] = [order[at - 1]!, order[at]!];
      if (hashes[one] !== hashes[other]) {
        group.clear();
        continue;
      }
      if (group.size === 0) group.add(this.at(one));
      const key = this.at(other);
      if (group.has(key)) return key;
      group.add(key);
      await breathe();
    }
    return undefined;
  }

  #keyBytes(position: number): Uint8Array {
    const start = position === 0 ? 0 : this.#ends?.[position - 1];
    return this.#bytes.subarray(start, this.#ends?.[position]);
  }

  /** The ordinals so far, as keys like others. */
  #pack(): boolean {
    const ordinals = this.#count;
    // Below 10^8 an ordinal key has 8 bytes, and 12 with its end.
    if (ordinals * 12 > MOST_KEY_BYTES) return false;
    this.#count = 0;
    this.#ends = new Uint32Array(1024);
    for (let ordinal = 0; ordinal < ordinals; ordinal++) this.#append(ordinalKey(ordinal));
    return true;
  }

  #append(key: string): boolean {
    const ends = this.#ends ?? new Uint32Array();
    const start = this.#count === 0 ? 0 : ends[this.#count - 1] as number;
    const bytes = encodeUtf8(key);
    const end = start + bytes.length;
    if (end + this.#count * 4 > MOST_KEY_BYTES) return false;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(end, 2 * this.#bytes.length, 4096)));
    if (this.#count === ends.length) this.#ends = grown(ends, new Uint32Array(2 * ends.length));
    this.#bytes.set(bytes, start);
    (this.#ends ?? ends)[this.#count++] = end;
    return true;
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
