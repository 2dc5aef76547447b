/** Whether the file of an image is all there. Nothing is decoded: what is looked at is the structure around the pixels. */
import { crc32 } from 'node:zlib';
import { checkImage, ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { ErrorPlace, ImageFormat } from '@imgstore/core';

/**
 * Core's `checkImage` for an image that is a file by itself.
 * @throws ImgstoreError TRUNCATED, CORRUPT, with the offset in the file.
 */
export function checkWhole(format: ImageFormat, bytes: Uint8Array, place: ErrorPlace): void {
  try {
    checkImage(format, bytes, { crc32, place });
  } catch (error) {
    if (!isImgstoreError(error) || error.code !== 'TRUNCATED' || error.offset === undefined) throw error;
    throw new ImgstoreError('TRUNCATED', `the image is cut: ${error.what}`, { ...place, offset: error.offset, cause: error });
  }
}

/** So many bytes at the end of a file show whether it is all there. */
export const TAIL_BYTES = 12;

/** The chunk IEND with its checksum. */
const PNG_END = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

/** Whether a file with this end is all there, as far as its format shows that by the end: what is cut elsewhere does not end so. */
export function endsWell(format: ImageFormat, tail: Uint8Array): boolean {
  if (format === 'jpeg') return tail.at(-2) === 0xff && tail.at(-1) === 0xd9;
  return format === 'png' && PNG_END.every((byte, at) => tail[at] === byte);
}
