import { ImgstoreError, quote } from './errors.js';

/**
 * Orders two keys by their UTF-8 bytes, as LMDB orders them: negative, 0 or positive. (JavaScript's own order differs
 * for characters above U+FFFF.) For well-formed text.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** A code unit's place in the order of code points: surrogates stand for characters above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The text as UTF-8. @throws ImgstoreError LOSSY when it holds half a surrogate pair, which has no UTF-8 form. */
export function encodeUtf8(text: string): Uint8Array {
  const ascii = text.length <= SHORT ? encodeAscii(text) : undefined;
  if (ascii !== undefined) return ascii;
  if (/\p{Surrogate}/u.test(text)) throw new ImgstoreError('LOSSY', `the text ${quote(text)} holds half a surrogate pair, which UTF-8 cannot hold`);
  return encoder.encode(text);
}

/** Up to this length a loop is several times as fast as a TextEncoder. */
const SHORT = 100;

function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return undefined;
    bytes[i] = unit;
  }
  return bytes;
}

/** The text that those bytes are in UTF-8, a byte order mark included, or undefined when they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

const encoder = /* @__PURE__ */ new TextEncoder();
const strict = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The key of a record without one: its ordinal in the whole store, at least 8 digits. */
export function ordinalKey(ordinal: number): string {
  return String(ordinal).padStart(8, '0');
}

/** The ordinal that a key asks for where keys are ordinals, in decimal digits with any zeros before them: `7`, `00000007`; undefined when it is none. */
export function parseOrdinal(key: string): number | undefined {
  return /^\d+$/.test(key) && Number.isSafeInteger(Number(key)) ? Number(key) : undefined;
}

/** Whether the key is what {@link ordinalKey} makes of some ordinal. */
export function isOrdinalKey(key: string): boolean {
  return /^(?:\d{8}|[1-9]\d{8,15})$/.test(key);
}
