/**
 * The names of members: KEY.EXT, cut at the first dot behind the last slash (webdataset's tariterators.py); and keys as names
 * that every reader cuts at the same place.
 */
import { decodeUtf8, encodeUtf8, escapeKey } from '@imgstore/core';

/** What a name says. */
export type MemberName =
  | { readonly kind: 'part'; /** As stored. */ readonly stem: string; /** Lower case. */ readonly ext: string }
  | { readonly kind: 'meta' | 'hidden' | 'plain' };

/** A stored name as text, by the escape of keys: what is not UTF-8 is `\xHH`, and so is a backslash that looks like the beginning of that. */
export function textOfName(bytes: Uint8Array): string {
  return escapeKey(bytes);
}

/** `meta`: begins with a part `__x__`. `hidden`: its last part begins with a dot. `plain`: there is no dot. All of these are no part of a sample. */
export function parseMemberName(name: string): MemberName {
  if (/^__[^/]*__(?:$|\/)/.test(name)) return { kind: 'meta' };
  const base = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', base);
  if (dot < 0) return { kind: 'plain' };
  if (dot === base) return { kind: 'hidden' };
  return { kind: 'part', stem: name.slice(0, dot), ext: name.slice(dot + 1).toLowerCase() };
}

/**
 * A key as the part of a name before the dot: dots, percent signs, control characters and backslashes of an escape are `%HH`, and so are slashes that stand
 * first, last or behind another, and the first of two low lines at the front of a part (Hugging Face's reader leaves such names out). What is
 * left is a relative path without `..`.
 * @throws ImgstoreError LOSSY for half a surrogate pair.
 */
export function stemOfKey(key: string): string {
  if (PLAIN_KEY.test(key)) return key;
  return key.replace(ALL_ESCAPED, (character) => [...encodeUtf8(character)].map(hex).join(''));
}

/** What of a key is not in its stem as it is. */
export const ESCAPED: RegExp = /[.%\p{Cc}]|\\(?=x[0-9a-f]{2})|^\/|(?<=\/)\/|\/$|(?<=^|\/)_(?=_)/u;
const ALL_ESCAPED = new RegExp(ESCAPED, 'gu');
const PLAIN_KEY = /^[A-Za-z0-9-][A-Za-z0-9_-]*$/;

/** The key of a stem: decoded where it is what {@link stemOfKey} makes, else as it is. */
export function keyOfStem(stem: string): string {
  if (!stem.includes('%')) return stem;
  const bytes = stem.split(/(%[0-9A-F]{2})/).flatMap((piece) => (/^%[0-9A-F]{2}$/.test(piece) ? [parseInt(piece.slice(1), 16)] : [...encodeUtf8(piece)]));
  const key = decodeUtf8(Uint8Array.from(bytes));
  return key !== undefined && stemOfKey(key) === stem ? key : stem;
}

function hex(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
