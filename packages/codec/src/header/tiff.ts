/**
 * TIFF 6.0 and BigTIFF (tiff-reader.ts reads their directories): what the tags of the first page say. Photometric interpretations:
 * 0 and 1 gray, 2 rgb, 3 a palette, 5 CMYK, 6 YCbCr.
 */
import { ImgstoreError } from '@imgstore/core';
import type { DecodeLoss } from '../types.js';
import { CMYK, EXIF, FRAMES, ICC } from './header.js';
import type { PlainHeader } from './header.js';
import { TiffReader } from './tiff-reader.js';

const TAG = {
  width: 256, height: 257, bits: 258, photometric: 262, stripOffsets: 273, samples: 277, stripLengths: 279,
  tileOffsets: 324, tileLengths: 325, extraSamples: 338, sampleFormat: 339, exif: 34665, icc: 34675,
} as const;

/** Samples of a pixel that are looked at. More is no image for us. */
const MOST_SAMPLES = 5;

const PALETTE = 3;
const CMYK_INKS = 5;
const YCBCR = 6;

/** The tags of the first page. */
interface Page {
  readonly has: (tag: number) => boolean;
  /** The first values of a tag; empty when it is not there. */
  readonly values: (tag: number) => readonly number[];
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
    throw new ImgstoreError('UNSUPPORTED', `a TIFF of ${samples} samples of ${bits} bits, photometric interpretation ${photometric}, sample format ${format} is not read`);
  }
  const isCmyk = photometric === CMYK_INKS;
  const losses: DecodeLoss[] = [
    ...page.hasNext ? [FRAMES] : [], ...isCmyk ? [CMYK] : [], ...page.has(TAG.icc) ? [ICC] : [], ...page.has(TAG.exif) ? [EXIF] : [],
  ];
  return { format: 'tiff', width, height, dtype: bits === 16 ? 'uint16' : 'uint8', color, ...isCmyk && { isCmyk }, losses };
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

/**
 * That every page's directory, the values of its tags and its pixels lie within the file: decoders pass over tags that
 * they cannot read. @throws ImgstoreError TRUNCATED, CORRUPT when the pages go in a circle.
 */
export function checkTiff(bytes: Uint8Array): void {
  const reader = new TiffReader(bytes);
  const seen = new Set<number>();
  for (let at = reader.first(); at !== 0;) {
    if (seen.has(at)) throw new ImgstoreError('CORRUPT', `the pages of the TIFF go in a circle at its byte ${at}`);
    seen.add(at);
    const { entries, next } = reader.directory(at);
    for (const entry of entries.values()) reader.requireValues(entry);
    for (const [offsets, lengths] of [[TAG.stripOffsets, TAG.stripLengths], [TAG.tileOffsets, TAG.tileLengths]] as const) {
      requirePieces(bytes.length, reader.values(entries.get(offsets), Infinity), reader.values(entries.get(lengths), Infinity));
    }
    at = next;
  }
}

function requirePieces(end: number, offsets: readonly number[], lengths: readonly number[]): void {
  for (const [piece, offset] of offsets.entries()) {
    const last = offset + (lengths[piece] ?? 0);
    if (last > end) throw new ImgstoreError('TRUNCATED', `the TIFF is cut: it ends at byte ${end}, its pixels at ${last}`);
  }
}

function readPage(bytes: Uint8Array): Page {
  const reader = new TiffReader(bytes);
  const { entries, next } = reader.directory(reader.first());
  return { has: (tag) => entries.has(tag), values: (tag) => reader.values(entries.get(tag), MOST_SAMPLES), hasNext: next !== 0 };
}
