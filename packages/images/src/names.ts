/** Texts as names of files, so that they are safe and sound on every system. */
import { createHash } from 'node:crypto';
import { encodeUtf8 } from '@imgstore/core';

/** The most bytes of a name that we make: systems take 255, and something may be put behind it. */
const MOST_BYTES = 200;

/** Characters that stay, beside letters, marks and digits of any script: none means anything to Windows, and what a shell reads is harmless in quotes. */
const SAFE = /[A-Za-z0-9._\- !#&'()+,=@[\]^{}~]/;
const SCRIPT = /[\p{L}\p{M}\p{N}]/u;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{C}]/u;

/** Names of devices, which Windows keeps whatever stands behind a dot, and the folder that macOS puts into archives, which is not read. */
const RESERVED = /^(?:__macosx$|con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$|clock\$)(?=$|[. ])/i;

/**
 * A text as the name of one file or folder: percent-encoded (`%2F`) where a character is not safe everywhere, in front (`.`, `-`, `~`, a space) or
 * at the end (`.`, a space) of it; a device of Windows, and `__MACOSX`, has its last letter encoded; letters of other scripts stay where the text is in NFC. Never
 * empty, at most 200 bytes: a longer one is cut, and ends with `~` and a hash of the whole. Different texts have different names, but for those
 * that a system without upper and lower case takes for the same.
 * @throws ImgstoreError LOSSY for half a surrogate pair.
 */
export function encodeName(text: string): string {
  const name = piecesOf(Array.from(text), text.normalize('NFC') === text).join('');
  if (name === '') return '%';
  return encodeUtf8(name).length <= MOST_BYTES ? name : hashedName(text, 0);
}

/** Another name for a text whose own name is taken: that in ASCII, cut where it is long, with `~` and a hash of the text and the number behind it. */
export function hashedName(text: string, number: number): string {
  const hash = createHash('sha256').update(encodeUtf8(number === 0 ? text : `${text}\0${number}`)).digest('hex').slice(0, HASH_DIGITS);
  let name = '';
  for (const piece of piecesOf(Array.from(text.slice(0, 2 * MOST_BYTES)).slice(0, MOST_BYTES), false)) {
    if (name.length + piece.length > MOST_BYTES - HASH_DIGITS - 1) break;
    name += piece;
  }
  return `${name}~${hash}`;
}

const HASH_DIGITS = 12;

/** The characters, each as it is or encoded. */
function piecesOf(characters: readonly string[], isNormal: boolean): string[] {
  const pieces = characters.map((character, at) => (isSafe(character, at, characters.length, isNormal) || isPlainPercent(characters, at) ? character : percent(character)));
  const device = RESERVED.exec(pieces.join(''))?.[0];
  if (device !== undefined) pieces[device.length - 1] = percent(device.slice(-1)); // it has no encoded character
  return pieces;
}

/** What a name becomes on a system that does not tell upper from lower case, nor forms of the same letter: equal for names that may be one file. */
export function foldName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

const ASCII = /^[\0-\x7f]*$/;

function isSafe(character: string, at: number, length: number, isNormal: boolean): boolean {
  if (at === 0 && /[.\-~ ]/.test(character)) return false;
  if (at === length - 1 && /[. ]/.test(character)) return false;
  if (character <= '\x7f') return SAFE.test(character);
  return isNormal && SCRIPT.test(character) && !IGNORABLE.test(character);
}

/** A percent sign that begins no escape. */
function isPlainPercent(characters: readonly string[], at: number): boolean {
  return characters[at] === '%' && at < characters.length - 1 && !/^[0-9A-Fa-f]{2}$/.test(`${characters[at + 1] ?? ''}${characters[at + 2] ?? ''}`);
}

function percent(character: string): string {
  return Array.from(encodeUtf8(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
