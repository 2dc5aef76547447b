/**
 * AVIF: core's `sniffImage` reads the size, the channels and the turn out of the boxes. Here is what else must be known: `meta`
 * names each item's type (`Exif`) and holds `colr` properties, whose kinds `prof` and `rICC` are ICC profiles. A file whose first brand
 * is `avis` is an animation.
 */
import { ImgstoreError, sniffImage } from '@imgstore/core';
import type { DecodeLoss } from '@imgstore/core';
import { EXIF, ICC } from './header.js';
import type { PlainHeader } from './header.js';

const COLORS: ReadonlyMap<number, PlainHeader['color']> = new Map([[1, 'gray'], [2, 'gray-alpha'], [3, 'rgb'], [4, 'rgba']]);

/** @throws ImgstoreError TRUNCATED when the bytes end inside of the header, UNSUPPORTED for an animation and for more than 8 bits. */
export function readAvifHeader(bytes: Uint8Array): PlainHeader {
  if (String.fromCharCode(...bytes.subarray(8, 12)) === 'avis') throw new ImgstoreError('UNSUPPORTED', 'an AVIF that is an animation is not read');
  const { width, height, channels = 0, bitDepth = 8 } = sniffImage(bytes) ?? {};
  if (width === undefined || height === undefined) throw new ImgstoreError('TRUNCATED', 'the AVIF is cut, or does not say its size');
  const color = COLORS.get(channels);
  if (color === undefined || bitDepth !== 8) throw new ImgstoreError('UNSUPPORTED', `an AVIF of ${channels} channels and ${bitDepth} bits is not read`);
  const boxes = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MOST_HEADER_BYTES)).toString('latin1');
  const losses: DecodeLoss[] = [...boxes.includes('colrprof') || boxes.includes('colrrICC') ? [ICC] : [], ...boxes.includes('Exif\0') ? [EXIF] : []];
  return { format: 'avif', width, height, dtype: 'uint8', color, losses };
}

/** A profile may be long; items are named near the start. */
const MOST_HEADER_BYTES = 4096;
