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

/**
 * The error that sharp's becomes: one line of ours. What the library says of it is only the cause: it has one place for that in the whole
 * process, where the words of images that are decoded beside this one stand too.
 */
export function decodeError(cause: unknown, { format, limits }: { readonly format: Header['format']; readonly limits: Required<Limits> }): ImgstoreError {
  if (isTimeout(cause)) return tooSlow('decoding', limits, cause);
  return new ImgstoreError('CORRUPT', `the ${NAMES[format]} is damaged: its pixels cannot be decoded`, { cause });
}

/** The same for an image that cannot be written, which the checks before should have seen. */
export function encodeError(cause: unknown, { format, limits }: { readonly format: string; readonly limits: Required<Limits> }): ImgstoreError {
  if (isTimeout(cause)) return tooSlow('encoding', limits, cause);
  return new ImgstoreError('UNSUPPORTED', `the image cannot be written as ${format}`, { cause });
}

function isTimeout(cause: unknown): boolean {
  return /\btimeout: \d+% complete/.test(cause instanceof Error ? cause.message : String(cause));
}
