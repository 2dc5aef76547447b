import { decodeUtf8 } from '@imgstore/core';

const slots = 256;
const longestKey = 64;

/** Strings of names seen before. The same few names stand in every record, and making a string of bytes costs more than comparing them. */
export class KeyCache {
  readonly #bytes: (Uint8Array | undefined)[] = new Array<undefined>(slots);
  readonly #texts: string[] = new Array<string>(slots).fill('');

  /** The text of `bytes[start..end)`; undefined when they are not UTF-8. */
  get(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    if (length === 0 || length > longestKey) return decodeUtf8(bytes.subarray(start, end));
    const hash = ((length * 31 + bytes[end - 1]!) * 31 + bytes[start + (length >> 1)]!) * 31 + bytes[end - 2 < start ? start : end - 2]! + bytes[start]!;
    const slot = hash % slots;
    if (this.#isAt(slot, bytes, start, length)) return this.#texts[slot];
    // Two names that meet in one slot do not drive each other out.
    const other = slot ^ 1;
    if (this.#isAt(other, bytes, start, length)) return this.#texts[other];
    const text = decodeUtf8(bytes.subarray(start, end));
    if (text !== undefined) {
      this.#bytes[other] = this.#bytes[slot];
      this.#texts[other] = this.#texts[slot]!;
      this.#bytes[slot] = bytes.slice(start, end);
      this.#texts[slot] = text;
    }
    return text;
  }

  #isAt(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const known = this.#bytes[slot];
    if (known?.length !== length) return false;
    for (let index = 0; index < length; index++) if (known[index] !== bytes[start + index]) return false;
    return true;
  }
}
