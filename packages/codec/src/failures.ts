import { ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { Limits } from '@imgstore/core';
import { NAMES } from './header/header.js';
import type { Header } from './header/header.js';
import { tooSlow } from './pieces.js';

/** An error's `offset` is one in a file or record, not in an image: here it goes into the text. Other errors stay as they are. */
export function imageError(error: unknown): unknown {
  if (!isImgstoreError(error) || error.offset === undefined) return error;
  const { code, what, offset } = error;
  return new ImgstoreError(code, code === 'TRUNCATED' ? `the image is cut: at its byte ${offset}, ${what}` : `${what}, at byte ${offset} of the image`, { cause: error });
}

/** What sharp says of a file that ends too early, or points behind its end. */
const CUT = /premature end of JPEG image|unexpected end|not enough data|read past end|got \d+ bytes, expected/i;

/** The error that sharp's becomes: one line of ours, with sharp's reason as far as it is one. */
export function decodeError(cause: unknown, { format, limits }: { readonly format: Header['format']; readonly limits: Required<Limits> }): ImgstoreError {
  if (isImgstoreError(cause)) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/\btimeout: \d+% complete/.test(said)) return tooSlow('decoding', limits, cause);
  const isCut = CUT.test(said);
  const reason = reasonIn(said);
  return new ImgstoreError(isCut ? 'TRUNCATED' : 'CORRUPT', `the ${NAMES[format]} is ${isCut ? 'cut' : 'damaged'}${reason === '' ? '' : `: ${reason}`}`, { cause });
}

/** The same for an image that cannot be written, which the checks before should have seen. */
export function encodeError(cause: unknown, format: string): ImgstoreError {
  if (isImgstoreError(cause)) return cause;
  const reason = reasonIn(cause instanceof Error ? cause.message : String(cause));
  return new ImgstoreError('UNSUPPORTED', `the image cannot be written as ${format}${reason === '' ? '' : `: ${reason}`}`, { cause });
}

/** The first line that is a reason, without the name of the part of the library that says it, in lower case. */
function reasonIn(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^Input buffer has corrupt header:/, '').replace(/^ *\w+: /, '').trim());
  const line = (lines.find((each) => each !== '' && !/failOn setting|^bad seek/.test(each)) ?? '').replace(/^read error at scanline \d+; /i, '');
  const printable = line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?').slice(0, 100);
  return /^[A-Z][a-z]/.test(printable) ? printable.slice(0, 1).toLowerCase() + printable.slice(1) : printable;
}
