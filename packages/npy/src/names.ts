/** Keys as paths below a folder, each a file NAME.npy, and back: reversible, and never out of the folder. */
import { decodeUtf8, encodeUtf8, keyOfText } from '@imgstore/core';

const SUFFIX = '.npy';

/**
 * Keys that a folder holds: parts between slashes, each of up to 200 characters of `A-Z a-z 0-9 . _ -`, up to 80 of ASCII, or up to
 * 20 of any kind. Then no name is above 255 bytes.
 */
export const FOLDER_KEYS: RegExp = /^(?:[A-Za-z0-9._-]{1,200}|[\0-.0-\x7f]{1,80}|[^/]{1,20})(?:\/(?:[A-Za-z0-9._-]{1,200}|[\0-.0-\x7f]{1,80}|[^/]{1,20}))*$/u;

/** The longest key, so that no path is too long for a system. */
export const MAX_KEY_BYTES = 1000;

/** The path of a key's file: each part with what is not `A-Z a-z 0-9 . _ -` as `%HH`, and so a dot in front or at the end. */
export function pathOfKey(key: string): string {
  const parts = key.split('/').map(encodePart);
  const last = parts.pop() ?? '';
  // A folder is never taken for an array.
  return [...parts.map((part) => (part.endsWith(SUFFIX) ? `${part.slice(0, -1)}%79` : part)), last + SUFFIX].join('/');
}

/** The key of a file by its path below the folder, which ends in `.npy`: decoded where it is what {@link pathOfKey} makes, else as it stands there. */
export function keyOfPath(path: string): string {
  const name = path.slice(0, -SUFFIX.length);
  const key = name.split('/').map(decodePart).join('/');
  return pathOfKey(key) === path ? key : keyOfText(name);
}

function encodePart(part: string): string {
  const bytes = encodeUtf8(part);
  let text = '';
  bytes.forEach((byte, at) => {
    const character = String.fromCharCode(byte);
    const isSafe = /[A-Za-z0-9._-]/.test(character) && !(at === 0 && /[.-]/.test(character)) && !(at === bytes.length - 1 && character === '.');
    text += isSafe ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return text;
}

function decodePart(part: string): string {
  if (!part.includes('%')) return part;
  const bytes = part.split(/(%[0-9A-F]{2})/).flatMap((piece) => (/^%[0-9A-F]{2}$/.test(piece) ? [parseInt(piece.slice(1), 16)] : [...encodeUtf8(piece)]));
  return decodeUtf8(Uint8Array.from(bytes)) ?? part;
}
