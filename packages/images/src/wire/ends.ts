import { ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** The error for an image that ends before its structure does. `offset` is where the part begins that is not all there. */
export function cutShort(what: string, offset: number, place: ErrorPlace): ImgstoreError {
  return new ImgstoreError('TRUNCATED', `the image ends inside of ${what}`, { ...place, offset });
}

/** The error for a structure that cannot be. */
export function broken(what: string, offset: number, place: ErrorPlace): ImgstoreError {
  return new ImgstoreError('CORRUPT', what, { ...place, offset });
}

/** Reads numbers of an image. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
