import { decodeUtf8 } from '@imgstore/core';

const slots = 256;
const longestKey = 64;

/** A name that was seen. */
interface Known {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The name that came after this one the last time. */
  next: Known | undefined;
  /** Whether it is still in a slot: what is not leads nowhere, so that nothing but the slots holds names. */
  isKept: boolean;
}

/** Strings of names seen before. The same few names stand in every record, and making a string of bytes costs more than comparing them. */
export class KeyCache {
  readonly #known: (Known | undefined)[] = new Array<undefined>(slots);
  /** What was asked for last: names come in the same order in every record. */
  #last: Known | undefined;

  /** The text of `bytes[start..end)`; undefined when they are not UTF-8. */
  get(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    const last = this.#last;
    const expected = last?.next;
    if (expected !== undefined && isAt(expected.bytes, bytes, start, length)) {
      this.#last = expected;
      return expected.text;
    }
    if (length === 0 || length > longestKey) return decodeUtf8(bytes.subarray(start, end));
    const found = this.#find(bytes, start, end);
    if (found === undefined) return undefined;
    if (last?.isKept) last.next = found;
    this.#last = found;
    return found.text;
  }

  #find(bytes: Uint8Array, start: number, end: number): Known | undefined {
    const length = end - start;
    const hash = ((length * 31 + bytes[end - 1]!) * 31 + bytes[start + (length >> 1)]!) * 31 + bytes[end - 2 < start ? start : end - 2]! + bytes[start]!;
    const slot = hash % slots;
    // Two names that meet in one slot do not drive each other out.
    const other = slot ^ 1;
    for (const known of [this.#known[slot], this.#known[other]]) if (known && isAt(known.bytes, bytes, start, length)) return known;
    const text = decodeUtf8(bytes.subarray(start, end));
    if (text === undefined) return undefined;
    const dropped = this.#known[other];
    if (dropped) {
      dropped.isKept = false;
      dropped.next = undefined;
    }
    this.#known[other] = this.#known[slot];
    return this.#known[slot] = { bytes: new Uint8Array(bytes.subarray(start, end)), text, next: undefined, isKept: true };
  }
}

function isAt(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index++) if (known[index] !== bytes[start + index]) return false;
  return true;
}
