/**
 * TIFF 6.0 and BigTIFF: `II` or `MM` (the order of all numbers), 42 or 43, and the offset of the first directory: a count, so
 * many entries `tag:u16 type:u16 count value`, and the offset of the next directory (a further page), 0 for none. A value that
 * does not fit its field (4 bytes; BigTIFF 8) is the offset of the values.
 */
import { ByteCursor, ImgstoreError } from '@imgstore/core';
import type { DecodeLoss } from '../types.js';
import { CMYK, EXIF, FRAMES, ICC } from './header.js';
import type { PlainHeader } from './header.js';

const TAG = { width: 256, height: 257, bits: 258, photometric: 262, samples: 277, tileWidth: 322, tileHeight: 323, extraSamples: 338, sampleFormat: 339, exif: 34665, icc: 34675 } as const;

/** Bytes of one value, by its type; only unsigned integers are asked for. */
const TYPE_BYTES: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([[1, 1], [3, 2], [4, 4], [16, 8]]);

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
  const extra = value(TAG.extraSamples, 0);
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

function readPage(bytes: Uint8Array): Page {
  const little = bytes[0] === 0x49;
  const cursor = new ByteCursor(bytes);
  const number = (size: 1 | 2 | 4 | 8): number => {
    switch (size) {
      case 1: return cursor.u8();
      case 2: return little ? cursor.u16le() : cursor.u16be();
      case 4: return little ? cursor.u32le() : cursor.u32be();
      case 8: return little ? cursor.u64le() : cursor.u64be();
    }
  };
  cursor.position = 2;
  const isBig = number(2) === 43;
  const wordBytes = isBig ? 8 : 4;
  cursor.position = isBig ? 8 : 4;
  cursor.position = number(wordBytes);
  const count = number(isBig ? 8 : 2);
  if (count > 0xffff) throw new ImgstoreError('CORRUPT', `the TIFF announces ${count} entries in its directory`);
  const entries = new Map<number, { readonly type: number; readonly count: number; readonly field: number }>();
  for (let entry = 0; entry < count; entry++) {
    const [tag, type, values] = [number(2), number(2), number(wordBytes)];
    entries.set(tag, { type, count: values, field: cursor.position });
    cursor.skip(wordBytes);
  }
  const hasNext = cursor.remaining >= wordBytes && number(wordBytes) !== 0;
  const values = (tag: number): number[] => {
    const entry = entries.get(tag);
    const size = TYPE_BYTES.get(entry?.type ?? 0);
    if (entry === undefined || size === undefined) return [];
    cursor.position = entry.field;
    if (entry.count * size > wordBytes) cursor.position = number(wordBytes);
    return Array.from({ length: Math.min(entry.count, MOST_SAMPLES) }, () => number(size));
  };
  return { has: (tag) => entries.has(tag), values, hasNext };
}
