/** Whether the file of an image is all there. Nothing is decoded: what is looked at is the structure around the pixels. */
import type { ErrorPlace, ImageFormat } from '@imgstore/core';
import { checkAvif } from './avif.js';
import { checkBmp } from './bmp.js';
import { checkGif } from './gif.js';
import { checkJpeg } from './jpeg.js';
import { checkPng } from './png.js';
import { checkTiff } from './tiff.js';
import { checkWebp } from './webp.js';

const CHECKS: { readonly [format: string]: (bytes: Uint8Array, place: ErrorPlace) => void } = {
  jpeg: checkJpeg, png: checkPng, gif: checkGif, webp: checkWebp, bmp: checkBmp, tiff: checkTiff, avif: checkAvif,
};

/**
 * That the bytes of an image reach to the end that its own structure says, and that its checksums hold (PNG). Bytes behind that end are let
 * be, as all decoders do. Damage to the pixels of other formats shows only when they are decoded.
 * @throws ImgstoreError TRUNCATED, CORRUPT, with the offset in the file.
 */
export function checkWhole(format: ImageFormat, bytes: Uint8Array, place: ErrorPlace): void {
  CHECKS[format]?.(bytes, place);
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
