import { encodeUtf8, ImgstoreError } from '@imgstore/core';
import { crc32cByTable } from './wire/crc.js';

/** The most keys: hashes and table take 12 to 20 bytes for each. */
const mostKeys = 2 ** 23;

/**
 * Finds the ordinals of keys without holding the keys: by a hash of 32 bits, so that what is found must be compared with what
 * the record says.
 */
export class KeyTable {
  /** By ordinal. */
  #hashes = new Uint32Array(1024);
  #count = 0;
  /** Ordinals + 1 at the place of their hash or the next free one; at most half full. */
  #slots = new Uint32Array(2048);

  /** Adds the key of the next record. @throws ImgstoreError LIMIT. */
  add(key: string): void {
    if (this.#count === mostKeys) {
      throw new ImgstoreError('LIMIT', `an index of keys takes at most ${mostKeys} records, and the store has more`, { hint: 'open its shards one by one, or ask by number (index: true)' });
    }
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hashOf(key);
    this.#put(this.#count++);
  }

  /** The ordinals of the records whose key has this key's hash, first to last. */
  *find(key: string): Generator<number, void, undefined> {
    const hash = hashOf(key);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const ordinal = this.#slots[slot]! - 1;
      if (this.#hashes[ordinal] === hash) yield ordinal;
    }
  }

  #put(ordinal: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[ordinal]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = ordinal + 1;
  }

  #grow(): void {
    const hashes = new Uint32Array(2 * this.#count);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#slots = new Uint32Array(4 * this.#count);
    for (let ordinal = 0; ordinal < this.#count; ordinal++) this.#put(ordinal);
  }
}

function hashOf(key: string): number {
  return crc32cByTable(encodeUtf8(key));
}
