import { compareKeys, decodeUtf8, encodeUtf8 } from './keys.js';

/**
 * A key of any bytes as text. Valid UTF-8 is that text, unchanged, unless it looks like an escape. In other keys, each
 * byte that is no part of valid UTF-8 becomes `\xHH` (lower case), and so do control and invisible characters, so that the
 * text can be printed. A backslash that would look like an escape becomes `\x5c`. {@link unescapeKey} gives the bytes back.
 */
export function escapeKey(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return keyOfText(text);
  let escaped = '';
  let plain = '';
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at);
    const length = character === undefined ? 1 : encodeUtf8(character).length;
    if (character === undefined || /[\p{C}\p{Zl}\p{Zp}]/u.test(character)) {
      escaped += escapeBackslashes(plain);
      plain = '';
      for (const byte of bytes.subarray(at, at + length)) escaped += `\\x${byte.toString(16).padStart(2, '0')}`;
    } else plain += character;
    at += length;
  }
  return escaped + escapeBackslashes(plain);
}

/** The bytes of which {@link escapeKey} made that text. @throws ImgstoreError LOSSY as {@link encodeUtf8}. */
export function unescapeKey(key: string): Uint8Array {
  const bytes = encodeUtf8(key);
  if (!key.includes('\\x')) return bytes;
  let length = 0;
  for (let at = 0; at < bytes.length; length++) {
    const escaped = escapedByte(bytes, at);
    bytes[length] = escaped ?? bytes[at]!;
    at += escaped === undefined ? 1 : ESCAPE_LENGTH;
  }
  return new Uint8Array(bytes.subarray(0, length));
}

/**
 * The key of what a text calls, such as a path: {@link escapeKey} of its UTF-8. Half a surrogate pair, which no file is called, stays. A store whose
 * names are texts must not take them for keys as they are: `a\x41` would become `aA` in a store of bytes.
 */
export function keyOfText(text: string): string {
  return text.includes('\\x') ? escapeBackslashes(text) : text;
}

/** The text of which {@link keyOfText} made that key; undefined for the key of bytes that are no UTF-8. @throws ImgstoreError LOSSY as {@link encodeUtf8}. */
export function textOfKey(key: string): string | undefined {
  return key.includes('\\x') ? decodeUtf8(unescapeKey(key)) : key;
}

/** Orders two keys by the bytes that they stand for: as `compareKeys`, also where they have escapes. @throws ImgstoreError LOSSY as {@link encodeUtf8}. */
export function compareKeyBytes(a: string, b: string): number {
  if (!a.includes('\\x') && !b.includes('\\x')) return compareKeys(a, b);
  const [one, other] = [unescapeKey(a), unescapeKey(b)];
  const differs = one.findIndex((byte, at) => byte !== other[at]);
  return differs < 0 ? one.length - other.length : one[differs]! - (other[differs] ?? -1);
}

const ESCAPE_LENGTH = 4;

/** The byte whose escape stands there; undefined: none does. */
function escapedByte(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== 0x5c || bytes[at + 1] !== 0x78) return undefined;
  const [high, low] = [digitOf(bytes[at + 2]), digitOf(bytes[at + 3])];
  return high === undefined || low === undefined ? undefined : 16 * high + low;
}

/** The value of a hexadecimal digit in lower case. */
function digitOf(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x61 + 10 : undefined;
}

/** A backslash that begins what looks like an escape, as an escape itself. No escape ends where such a backslash could be completed. */
function escapeBackslashes(text: string): string {
  return text.replace(/\\(?=x[0-9a-f]{2})/g, '\\x5c');
}

/** The character whose UTF-8 form begins there, or undefined when none does. */
function characterAt(bytes: Uint8Array, at: number): string | undefined {
  const first = bytes[at] as number;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return at + length > bytes.length ? undefined : decodeUtf8(bytes.subarray(at, at + length));
}
