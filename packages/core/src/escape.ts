import { decodeUtf8, encodeUtf8 } from './keys.js';

/**
 * A key of any bytes as text. Valid UTF-8 is that text, unchanged, unless it looks like an escape. In other keys, each
 * byte that is no part of valid UTF-8 becomes `\xHH` (lower case), and so do control and invisible characters, so that the
 * text can be printed. A backslash that would look like an escape becomes `\x5c`. {@link unescapeKey} gives the bytes back.
 */
export function escapeKey(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text.includes('\\x') ? escapeBackslashes(text) : text;
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
  if (!key.includes('\\x')) return encodeUtf8(key);
  const bytes: number[] = [];
  for (const part of key.split(/(\\x[0-9a-f]{2})/)) {
    if (/^\\x[0-9a-f]{2}$/.test(part)) bytes.push(parseInt(part.slice(2), 16));
    else bytes.push(...encodeUtf8(part));
  }
  return Uint8Array.from(bytes);
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
