/**
 * GIF (89a specification): `GIF87a` or `GIF89a`, the logical screen `width:u16le height:u16le flags:u8 background:u8 aspect:u8` and,
 * by flag 80, a palette of 3 << (1 + flags & 7) bytes. Then blocks: `21 label` with sub-blocks (label F9: flags:u8 delay:u16le
 * transparent:u8, of which flag 01 says that one index is transparent), `2C left:u16le top:u16le width:u16le height:u16le flags:u8`
 * (80 palette, 40 interlaced) with a palette, the code size:u8 and sub-blocks, and `3B`, the end. Sub-blocks are `length:u8
 * payload`, and end with a length of 0.
 */
import { ByteCursor, countPart, ImgstoreError } from '@imgstore/core';
import { FRAMES } from './header.js';
import type { Header } from './header.js';

/** The first picture of a GIF. */
export interface GifFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
  /** Three bytes a colour; undefined: index n is the gray n. */
  readonly palette: Uint8Array | undefined;
  /** The index that is transparent. */
  readonly transparent: number | undefined;
  /** The bits of a pixel in the code. */
  readonly codeSize: number;
  /** Where the sub-blocks of the code begin. */
  readonly dataStart: number;
}

/** A GIF's header, with what its decoder needs. */
export interface GifHeader extends Header {
  readonly format: 'gif';
  readonly frame: GifFrame;
}

const EXTENSION = 0x21;
const PICTURE = 0x2c;
const END = 0x3b;
const CONTROL = 0xf9;
const APPLICATION = 0xff;

/** @throws ImgstoreError TRUNCATED when the bytes end before the first picture, CORRUPT. */
export function readGifHeader(bytes: Uint8Array): GifHeader {
  const cursor = new ByteCursor(bytes);
  cursor.skip(6);
  const [width, height, flags] = [cursor.u16le(), cursor.u16le(), cursor.u8()];
  cursor.skip(2);
  const shared = readPalette(cursor, flags);
  let transparent: number | undefined;
  let isLoop = false;
  for (let blocks = 0; ;) {
    blocks = countPart(blocks, 'blocks in the GIF');
    const kind = cursor.u8();
    if (kind === PICTURE) break;
    if (kind === END) throw new ImgstoreError('CORRUPT', 'the GIF has no picture');
    if (kind === 0) continue; // some programs pad
    if (kind !== EXTENSION) throw new ImgstoreError('CORRUPT', `the GIF has an unknown block ${kind} at its byte ${cursor.position - 1}`);
    const label = cursor.u8();
    const first = cursor.bytes(cursor.u8());
    if (first.length > 0) skipSubBlocks(cursor);
    if (label === CONTROL && first.length >= 4 && ((first[0] as number) & 1) === 1) transparent = first[3];
    if (label === APPLICATION && startsWith(first, 'NETSCAPE')) isLoop = true;
  }
  const frame = readFrame(cursor, shared, transparent);
  if (frame.left + frame.width > width || frame.top + frame.height > height || frame.width === 0 || frame.height === 0) {
    throw new ImgstoreError('CORRUPT', `the first picture of the GIF, ${frame.width} x ${frame.height} at ${frame.left}, ${frame.top}, does not lie in the ${width} x ${height} pixels of the whole`);
  }
  return {
    format: 'gif', width, height, dtype: 'uint8', color: transparent === undefined ? 'rgb' : 'rgba', frame,
    losses: hasMorePictures(bytes, frame.dataStart, isLoop) ? [FRAMES] : [],
  };
}

/** A picture behind the first. Where the bytes are cut before it is known, one that repeats is taken for an animation. */
function hasMorePictures(bytes: Uint8Array, dataStart: number, isLoop: boolean): boolean {
  const cursor = new ByteCursor(bytes);
  cursor.position = dataStart;
  try {
    skipSubBlocks(cursor);
    for (let blocks = 0; ;) {
      blocks = countPart(blocks, 'blocks in the GIF');
      const kind = readBlock(cursor);
      if (kind !== EXTENSION) return kind === PICTURE;
    }
  } catch { // cut, or damaged there; decoding says so
    return isLoop;
  }
}

/** Steps over one block behind the first picture and tells its kind. */
function readBlock(cursor: ByteCursor): number {
  let kind = cursor.u8();
  while (kind === 0) kind = cursor.u8();
  if (kind === EXTENSION) cursor.skip(1);
  else if (kind === PICTURE) readFrame(cursor, undefined, undefined);
  else if (kind === END) return END;
  else throw new ImgstoreError('CORRUPT', `the GIF has an unknown block ${kind} at its byte ${cursor.position - 1}`);
  skipSubBlocks(cursor);
  return kind;
}

function readFrame(cursor: ByteCursor, shared: Uint8Array | undefined, transparent: number | undefined): GifFrame {
  const [left, top, width, height, flags] = [cursor.u16le(), cursor.u16le(), cursor.u16le(), cursor.u16le(), cursor.u8()];
  const palette = readPalette(cursor, flags) ?? shared;
  const codeSize = cursor.u8();
  return { left, top, width, height, isInterlaced: (flags & 0x40) !== 0, palette, transparent, codeSize, dataStart: cursor.position };
}

function readPalette(cursor: ByteCursor, flags: number): Uint8Array | undefined {
  return flags & 0x80 ? cursor.bytes(3 << ((flags & 7) + 1)) : undefined;
}

function skipSubBlocks(cursor: ByteCursor): void {
  for (let length = cursor.u8(); length > 0; length = cursor.u8()) cursor.skip(length);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((character, at) => bytes[at] === character.charCodeAt(0));
}
