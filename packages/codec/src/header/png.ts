/**
 * PNG (ISO 15948, third edition): 89 `PNG` 0D 0A 1A 0A, then chunks `length:u32be type:4 payload crc:u32be`. The first is IHDR,
 * 13 bytes: width:u32be height:u32be depth:u8 colourType:u8 compression:u8 filter:u8 interlace:u8. Before IDAT may stand PLTE, tRNS
 * (transparency of a palette, or the one transparent colour), iCCP, acTL (frames:u32be) and, also behind it, eXIf.
 */
import { ByteCursor, countPart, ImgstoreError } from '@imgstore/core';
import type { DecodeLoss } from '@imgstore/core';
import { EXIF, FRAMES, ICC } from './header.js';
import type { PlainHeader } from './header.js';

const SIGNATURE_BYTES = 8;

/** The depths that each colour type may have, and its colour without transparency and with it. */
const COLOR_TYPES: ReadonlyMap<number, { readonly depths: readonly number[]; readonly opaque: PlainHeader['color']; readonly transparent: PlainHeader['color'] }> = new Map([
  [0, { depths: [1, 2, 4, 8, 16], opaque: 'gray', transparent: 'gray-alpha' }],
  [2, { depths: [8, 16], opaque: 'rgb', transparent: 'rgba' }],
  [3, { depths: [1, 2, 4, 8], opaque: 'rgb', transparent: 'rgba' }],
  [4, { depths: [8, 16], opaque: 'gray-alpha', transparent: 'gray-alpha' }],
  [6, { depths: [8, 16], opaque: 'rgba', transparent: 'rgba' }],
]);

/** @throws ImgstoreError TRUNCATED when the bytes end before the pixels begin, CORRUPT. */
export function readPngHeader(bytes: Uint8Array): PlainHeader {
  const cursor = new ByteCursor(bytes);
  cursor.skip(SIGNATURE_BYTES);
  if (cursor.u32be() !== 13 || typeOf(cursor) !== 'IHDR') throw new ImgstoreError('CORRUPT', 'the first chunk of the PNG is not its header');
  const [width, height, depth, colorType, compression, filter, interlace] = [cursor.u32be(), cursor.u32be(), cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  const type = COLOR_TYPES.get(colorType);
  if (type === undefined || !type.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw new ImgstoreError('CORRUPT', `the header of the PNG is not possible: colour type ${colorType} of ${depth} bits, compression ${compression}, filter ${filter}, interlace ${interlace}`);
  }
  cursor.skip(4);
  let colors = 0;
  let isTransparent = false;
  const losses = new Set<DecodeLoss>();
  for (let chunks = 0; ;) {
    chunks = countPart(chunks, 'chunks in the PNG');
    const length = cursor.u32be();
    const name = typeOf(cursor);
    if (name === 'IDAT') break;
    if (name === 'IEND') throw new ImgstoreError('CORRUPT', 'the PNG has no pixels');
    if (name === 'PLTE') colors = length / 3;
    // One of a length that does not fit is passed over, as by libpng.
    if (name === 'tRNS') isTransparent = colorType === 0 ? length === 2 : colorType === 2 ? length === 6 : length >= 1 && length <= colors;
    if (name === 'iCCP') losses.add(ICC);
    if (name === 'eXIf') losses.add(EXIF);
    // A count of 0 or 1 is no animation, and the first picture is the one in IDAT either way.
    if (name === 'acTL' && length >= 4 && new ByteCursor(cursor.bytes(4)).u32be() > 1) losses.add(FRAMES);
    cursor.skip(name === 'acTL' && length >= 4 ? length : length + 4);
  }
  return {
    format: 'png', width, height, dtype: depth === 16 ? 'uint16' : 'uint8', color: isTransparent ? type.transparent : type.opaque, losses: [...losses],
  };
}

function typeOf(cursor: ByteCursor): string {
  return String.fromCharCode(...cursor.bytes(4));
}
