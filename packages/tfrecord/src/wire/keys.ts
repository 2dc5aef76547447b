import { decodeUtf8 } from '@imgstore/core';

const slots = 256;
const longestKey = 64;

/** Strings of names seen before. The same few names stand in every record, and making a string of bytes costs more than comparing them. */
export class KeyCache {
  readonly #entries: (readonly [Uint8Array, string] | undefined)[] = new Array<undefined>(slots);

  /** The text of those bytes; undefined when they are not UTF-8. */
  get(bytes: Uint8Array): string | undefined {
    const { length } = bytes;
    if (length === 0 || length > longestKey) return decodeUtf8(bytes);
    const slot = (length * 31 + bytes[0]! * 7 + bytes[length - 1]! * 131 + bytes[length >> 1]! * 17) % slots;
    const entry = this.#entries[slot];
    if (entry !== undefined && isEqual(entry[0], bytes)) return entry[1];
    const text = decodeUtf8(bytes);
    if (text !== undefined) this.#entries[slot] = [bytes.slice(), text];
    return text;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
