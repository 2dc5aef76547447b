/**
 * BMP (Windows and OS/2 bitmaps): `BM` size:u32le 0:u32le pixels:u32le, where the rows begin, then the header, whose own size
 * comes first. Size 12: width:u16le height:u16le planes:u16le bits:u16le. 40 and more: width:i32le height:i32le (negative: rows
 * from the top) planes:u16le bits:u16le compression:u32le imageBytes:u32le 2 x resolution:u32le colors:u32le important:u32le;
 * from 52 on the masks of red, green and blue, from 56 on also of alpha; with 40 they follow the header. Then the palette: blue,
 * green, red and, but for size 12, a byte without meaning.
 */
import { ByteCursor, ImgstoreError } from '@imgstore/core';
import type { Header } from './header.js';

/** Where a pixel of 16, 24 or 32 bits has each of its colours. */
export type BmpMasks = readonly [red: number, green: number, blue: number, alpha: number];

/** A BMP's header, with what its decoder needs. */
export interface BmpHeader extends Header {
  readonly format: 'bmp';
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
  readonly isTopDown: boolean;
  readonly isRunLength: boolean;
  /** Where the rows begin. */
  readonly dataStart: number;
  /** Red, green, blue for each index; undefined above 8 bits. */
  readonly palette: Uint8Array | undefined;
  readonly masks: BmpMasks;
}

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const MASKED = 3;

const OS2_SIZE = 12;
const MASKS_15: BmpMasks = [0x7c00, 0x03e0, 0x001f, 0];
const MASKS_24: BmpMasks = [0xff0000, 0x00ff00, 0x0000ff, 0];

/** @throws ImgstoreError TRUNCATED when the bytes end inside of the header, CORRUPT, UNSUPPORTED. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const cursor = new ByteCursor(bytes);
  cursor.skip(10);
  const stated = cursor.u32le();
  const size = cursor.u32le();
  const isOs2 = size === OS2_SIZE;
  const [width, signedHeight] = isOs2 ? [cursor.u16le(), cursor.u16le()] : [cursor.i32le(), cursor.i32le()];
  cursor.skip(2);
  const bits = cursor.u16le();
  const compression = size >= 40 ? cursor.u32le() : RGB;
  if (size >= 40) cursor.skip(12);
  const colorCount = size >= 40 ? cursor.u32le() : 0;
  if (width <= 0 || signedHeight === 0) throw new ImgstoreError('CORRUPT', `the BMP says that it is ${width} pixels wide and ${signedHeight} high`);
  if (!isBits(bits)) throw new ImgstoreError('UNSUPPORTED', `a BMP of ${bits} bits a pixel is not read, only of 1, 4, 8, 16, 24 and 32`);
  requireCompression(compression, { bits, size, isTopDown: signedHeight < 0 });
  const headerEnd = 14 + size;
  const masks = compression === MASKED ? readMasks(bytes, { size, bits }) : bits === 16 ? MASKS_15 : MASKS_24;
  const entryBytes = isOs2 ? 3 : 4;
  const colors = bits > 8 ? 0 : Math.min(1 << bits, colorCount === 0 ? 1 << bits : colorCount);
  cursor.position = headerEnd;
  const palette = bits > 8 ? undefined : readPalette(cursor.bytes(colors * entryBytes), entryBytes);
  // Some programs leave the palette out of the stated start.
  const dataStart = bits <= 8 && stated === headerEnd ? headerEnd + colors * entryBytes : stated;
  if (dataStart < headerEnd) throw new ImgstoreError('CORRUPT', `the rows of the BMP are said to begin at its byte ${dataStart}, within the header`);
  return {
    format: 'bmp', width, height: Math.abs(signedHeight), dtype: 'uint8', color: masks[3] === 0 ? 'rgb' : 'rgba', losses: [],
    bits, isTopDown: signedHeight < 0, isRunLength: compression === RLE8 || compression === RLE4, dataStart, palette, masks,
  };
}

function isBits(bits: number): bits is BmpHeader['bits'] {
  return [1, 4, 8, 16, 24, 32].includes(bits);
}

function requireCompression(compression: number, { bits, size, isTopDown }: { readonly bits: number; readonly size: number; readonly isTopDown: boolean }): void {
  const isRead = compression === RGB
    || (compression === RLE8 && bits === 8 && !isTopDown) || (compression === RLE4 && bits === 4 && !isTopDown)
    // In OS/2's own large header the same numbers mean other compressions.
    || (compression === MASKED && bits >= 16 && size !== 64);
  if (!isRead) throw new ImgstoreError('UNSUPPORTED', `a BMP of ${bits} bits with compression ${compression}${isTopDown ? ' and rows from the top' : ''} is not read`);
}

function readMasks(bytes: Uint8Array, { size, bits }: { readonly size: number; readonly bits: number }): BmpMasks {
  const cursor = new ByteCursor(bytes);
  cursor.position = 14 + 40; // behind a header of 40, and inside of a larger one
  const colors: readonly [number, number, number] = [cursor.u32le(), cursor.u32le(), cursor.u32le()];
  // Alpha of 16 bits is one bit that most programs leave at 0: no reader believes it.
  const masks: BmpMasks = [...colors, size >= 56 && bits === 32 ? cursor.u32le() : 0];
  for (const [at, mask] of masks.entries()) {
    if (!(isRun(mask) && mask < 2 ** bits) || (mask === 0 && at < 3)) throw new ImgstoreError('UNSUPPORTED', `a BMP with the colour masks ${masks.map((each) => `0x${each.toString(16)}`).join(', ')} is not read`);
  }
  return masks;
}

/** Whether the bits that are set stand together. */
function isRun(mask: number): boolean {
  return /^1*0*$/.test(mask.toString(2));
}

function readPalette(entries: Uint8Array, entryBytes: number): Uint8Array {
  const palette = new Uint8Array(entries.length / entryBytes * 3);
  for (let from = 0, to = 0; from < entries.length; from += entryBytes) {
    for (const channel of [2, 1, 0]) palette[to++] = entries[from + channel] as number; // an entry has at least three bytes
  }
  return palette;
}
