import { decodeUtf8, encodeUtf8 } from '@imgstore/core';

/** What a `cls` member says: a number, or a text that is the name of a class; undefined: something else, which stays a feature. */
export function parseCls(bytes: Uint8Array): { readonly label: number } | { readonly className: string } | undefined {
  const text = bytes.length > MOST_BYTES ? undefined : decodeUtf8(bytes);
  if (text === undefined) return undefined;
  if (/^\s*[-+]?[0-9]+\s*$/.test(text)) {
    const label = Number(text);
    return Number.isSafeInteger(label) ? { label: label === 0 ? 0 : label } : undefined;
  }
  const line = withoutLineEnd(text);
  // Lists of numbers are no name.
  return /\p{L}/u.test(line) && !/\p{Cc}/u.test(line) ? { className: line } : undefined;
}

/** Nobody calls a class so. */
const MOST_BYTES = 1000;

/** The name of a class in a member of its own: UTF-8, whose last line end does not count. undefined: not UTF-8. */
export function parseClassName(bytes: Uint8Array): string | undefined {
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : withoutLineEnd(text);
}

/** The bytes of which {@link parseClassName} makes that name. */
export function formatClassName(name: string): Uint8Array {
  return encodeUtf8(name.endsWith('\n') ? `${name}\n` : name);
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
