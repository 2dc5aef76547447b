/**
 * TIFF 6.0 and BigTIFF (core's TiffReader reads their directories): what the tags of the first page say. Photometric interpretations:
 * 0 and 1 gray, 2 rgb, 3 a palette, 5 CMYK, 6 YCbCr.
 */
import { ByteCursor, ImgstoreError, TiffReader } from '@imgstore/core';
import type { DecodeLoss } from '@imgstore/core';
import { CMYK, EXIF, FRAMES, ICC } from './header.js';
import type { PlainHeader } from './header.js';

const TAG = {
  width: 256, height: 257, bits: 258, compression: 259, photometric: 262, stripOffsets: 273, samples: 277, rowsPerStrip: 278, planes: 284, tileWidth: 322, tileHeight: 323, tileOffsets: 324, inks: 332, extraSamples: 338, sampleFormat: 339, exif: 34665, icc: 34675,
} as const;

/** Samples of a pixel that are looked at. More is no image for us. */
const MOST_SAMPLES = 5;

const WHITE_IS_ZERO = 0;
const PALETTE = 3;
const CMYK_INKS = 5;
const YCBCR = 6;

/** JPEG of the technical note of 1995, not the older one. Its decoder makes rgb of YCbCr, others leave it as it is. */
const JPEG = 7;
/** What sharp decodes beside it: none, three of CCITT's, LZW, two numbers for deflate, PackBits, WebP. */
const COMPRESSIONS = [1, 2, 3, 4, 5, JPEG, 8, 32946, 32773, 50001];
/** Each sample of the pixels in a plane of its own, rather than side by side. */
const APART = 2;
/** Inks that are not those of CMYK. */
const OTHER_INKS = 2;

/** The tags of the first page. */
interface Page {
  readonly has: (tag: number) => boolean;
  /** The first values of a tag; empty when it is not there. */
  readonly values: (tag: number) => readonly number[];
  /** How many values a tag has; undefined when it is not there. */
  readonly count: (tag: number) => number | undefined;
  readonly hasNext: boolean;
}

/** @throws ImgstoreError TRUNCATED when the directory stands behind the end, CORRUPT, UNSUPPORTED. */
export function readTiffHeader(bytes: Uint8Array): PlainHeader {
  const page = readPage(bytes);
  const value = (tag: number, absent: number): number => page.values(tag)[0] ?? absent;
  const [width, height] = [value(TAG.width, 0), value(TAG.height, 0)];
  const photometric = value(TAG.photometric, 0);
  const samples = value(TAG.samples, 1);
  const bits = value(TAG.bits, 1);
  const format = value(TAG.sampleFormat, 1);
  const extra = value(TAG.extraSamples, 2); // a fourth sample that nothing explains is taken for alpha, as readers do
  const color = colorOf({ photometric, samples, extra });
  const isWhole = format === 1 && page.values(TAG.bits).every((each) => each === bits);
  const isDepth = photometric === CMYK_INKS || photometric === YCBCR ? bits === 8 : samples > 1 ? bits === 8 || bits === 16
    : photometric === PALETTE ? [1, 2, 4, 8].includes(bits) : [1, 2, 4, 8, 16].includes(bits);
  if (color === undefined || !isWhole || !isDepth) {
    throw new ImgstoreError('UNSUPPORTED', `a TIFF of ${samples} ${samples === 1 ? 'sample' : 'samples'} of ${bits} ${bits === 1 ? 'bit' : 'bits'}, photometric interpretation ${photometric}, sample format ${format} is not read`);
  }
  const compression = value(TAG.compression, 1);
  if (!COMPRESSIONS.includes(compression)) throw new ImgstoreError('UNSUPPORTED', `a TIFF with compression ${compression} is not read`);
  if (photometric === YCBCR && compression !== JPEG) throw new ImgstoreError('UNSUPPORTED', 'a TIFF of YCbCr colours is read only where it is compressed as JPEG');
  checkPieces(page, { width, height, samples });
  const isCmyk = photometric === CMYK_INKS;
  if (isCmyk && value(TAG.inks, 1) === OTHER_INKS) throw new ImgstoreError('UNSUPPORTED', 'a TIFF of four inks that are not those of CMYK is not read');
  const losses: DecodeLoss[] = [
    ...page.hasNext ? [FRAMES] : [], ...isCmyk ? [CMYK] : [], ...page.has(TAG.icc) ? [ICC] : [], ...page.has(TAG.exif) ? [EXIF] : [],
  ];
  const isInverted = photometric === WHITE_IS_ZERO && samples === 1 && bits === 16;
  return { format: 'tiff', width, height, dtype: bits === 16 ? 'uint16' : 'uint8', color, ...isCmyk && { isCmyk }, ...isInverted && { isInverted }, losses };
}

/** What the samples of a pixel are; undefined for what is not read. */
function colorOf({ photometric, samples, extra }: { readonly photometric: number; readonly samples: number; readonly extra: number }): PlainHeader['color'] | undefined {
  const isAlpha = extra === 2; // 1 is colours already multiplied by alpha, 0 something unknown
  switch (photometric) {
    case 0: case 1: return samples === 1 ? 'gray' : samples === 2 && isAlpha ? 'gray-alpha' : undefined;
    case 2: return samples === 3 ? 'rgb' : samples === 4 && isAlpha ? 'rgba' : undefined;
    case PALETTE: return samples === 1 ? 'rgb' : undefined;
    case CMYK_INKS: return samples === 4 ? 'rgb' : undefined;
    case YCBCR: return samples === 3 ? 'rgb' : undefined;
    default: return undefined;
  }
}

/** That there are as many strips or tiles as the pixels take. @throws ImgstoreError CORRUPT. */
function checkPieces(page: Page, { width, height, samples }: { readonly width: number; readonly height: number; readonly samples: number }): void {
  const value = (tag: number, absent: number): number => page.values(tag)[0] || absent;
  const isTiled = page.has(TAG.tileWidth);
  const pieces = isTiled ? Math.ceil(width / value(TAG.tileWidth, width)) * Math.ceil(height / value(TAG.tileHeight, height)) : Math.ceil(height / value(TAG.rowsPerStrip, height));
  const needed = pieces * (value(TAG.planes, 1) === APART ? samples : 1);
  const there = page.count(isTiled ? TAG.tileOffsets : TAG.stripOffsets) ?? needed;
  if (there < needed) throw new ImgstoreError('CORRUPT', `the TIFF has ${there} of the ${needed} ${isTiled ? 'tiles' : 'strips'} that its size takes`);
}

function readPage(bytes: Uint8Array): Page {
  const reader = new TiffReader(new ByteCursor(bytes));
  const { entries, next } = reader.directory(reader.first());
  return { has: (tag) => entries.has(tag), values: (tag) => reader.values(entries.get(tag), MOST_SAMPLES), count: (tag) => entries.get(tag)?.count, hasNext: next !== 0 };
}
