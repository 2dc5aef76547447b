import { encodeUtf8, escapeKey, ordinalKey, unescapeKey } from '@imgstore/core';
import type { Accepts } from '@imgstore/core';

type KeyAccepts = Accepts['key'];

/** Keys that are legal and awkward: paths, reserved names, other scripts, control characters. None is empty. */
const AWKWARD: readonly string[] = [
  'plain', 'n01440764/n01440764_10026.JPEG', 'with space', '../../escape', '/absolute', 'C:\\windows', '.hidden', '-dash', 'trailing.', 'NUL',
  'con.txt', '\u00fcmlaut', 'u\u0308mlaut', '\u65e5\u672c\u8a9e', '\u{1f600}', '\u{10ffff}', '\uffee', 'UPPER', 'upper', '__proto__', 'constructor', 'a\tb',
  '"quoted"', "it's", '<b>&amp;', '%41%2f', '00000007', '00000003_x', 'line\nbreak', 'nul\u0000byte', 'x'.repeat(200),
];

/** Keys that are not UTF-8, or look like the escape of one, in the form that `escapeKey` of core gives them. */
const BYTES: readonly string[] = [[0xff, 0xfe], [0x00, 0x80], [0x61, 0xff, 0x5c, 0x78, 0x34, 0x31], [...encodeUtf8('\\x41')]]
  .map((bytes) => escapeKey(Uint8Array.from(bytes)));

/** So many different keys that the store holds, awkward ones first. For a store without keys: ordinals. */
export function keysFor(accepts: KeyAccepts, count: number): readonly string[] {
  if (accepts.kind === 'ordinal') return Array.from({ length: count }, (_, at) => ordinalKey(at));
  const awkward = [...AWKWARD, ...(accepts.kind === 'bytes' ? BYTES : []), ...(accepts.maxBytes === undefined ? [] : ['k'.repeat(accepts.maxBytes)])];
  return [...new Set([...awkward.filter((key) => holds(accepts, key)), ...plainKeys(accepts, count)])].slice(0, count);
}

/** So many keys without anything remarkable, ascending. @throws Error when none of our forms of a key is allowed. */
export function plainKeys(accepts: KeyAccepts, count: number): readonly string[] {
  if (accepts.kind === 'ordinal') return Array.from({ length: count }, (_, at) => ordinalKey(at));
  const form = FORMS.find((make) => holds(accepts, make(0)) && holds(accepts, make(count)));
  if (form === undefined) throw new Error(`no key that the kit can make fits accepts.key: ${String(accepts.allows)}, ${accepts.maxBytes} bytes`);
  return Array.from({ length: count }, (_, at) => form(at));
}

const FORMS: readonly ((at: number) => string)[] = [
  (at) => `sample-${String(at).padStart(6, '0')}`,
  (at) => `sample${String(at).padStart(6, '0')}`,
  (at) => `sample${String(at).padStart(6, '0')}.png`,
  ordinalKey,
  (at) => String(at).padStart(4, '0'),
];

function holds({ maxBytes = Infinity, allows }: KeyAccepts, key: string): boolean {
  return unescapeKey(key).length <= maxBytes && (allows === undefined || matches(allows, key));
}

/** A pattern that was made global would remember where it was. */
function matches(pattern: RegExp, text: string): boolean {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(text);
}
