/**
 * WebP (RFC 9649): `RIFF` size:u32le `WEBP`, then chunks `type:4 length:u32le payload`, padded to even length. The first is
 * `VP8 ` (lossy): at payload 3 the start code 9D 01 2A, then width and height as the low 14 bits of u16le;
 * `VP8L` (lossless): 2F, then u32le of 14 bits width-1, 14 bits height-1, 1 bit alpha; or
 * `VP8X` (extended): flags:u8 (20 ICC, 10 alpha, 08 EXIF, 02 animation) 3 bytes width-1:u24le height-1:u24le. Each frame of
 * an animation is an `ANMF` chunk.
 */
import { ByteCursor, countPart, ImgstoreError } from '@imgstore/core';
import type { DecodeLoss } from '@imgstore/core';
import { EXIF, FRAMES, ICC } from './header.js';
import type { PlainHeader } from './header.js';

/** @throws ImgstoreError TRUNCATED when the bytes end inside of the header, CORRUPT. */
export function readWebpHeader(bytes: Uint8Array): PlainHeader {
  const cursor = new ByteCursor(bytes);
  cursor.skip(12);
  const type = String.fromCharCode(...cursor.bytes(4));
  cursor.skip(4);
  switch (type) {
    case 'VP8 ': {
      cursor.skip(3);
      if (cursor.u8() !== 0x9d || cursor.u8() !== 0x01 || cursor.u8() !== 0x2a) throw new ImgstoreError('CORRUPT', 'the WebP has no key frame');
      return header({ width: cursor.u16le() & 0x3fff, height: cursor.u16le() & 0x3fff, hasAlpha: false }, []);
    }
    case 'VP8L': {
      if (cursor.u8() !== 0x2f) throw new ImgstoreError('CORRUPT', 'the WebP has no signature of a lossless picture');
      const bits = cursor.u32le();
      return header({ width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, hasAlpha: (bits & 0x1000_0000) !== 0 }, []);
    }
    case 'VP8X': {
      const flags = cursor.u8();
      cursor.skip(3);
      const size = { width: u24le(cursor) + 1, height: u24le(cursor) + 1, hasAlpha: (flags & 0x10) !== 0 };
      const losses = [...flags & 0x20 ? [ICC] : [], ...flags & 0x08 ? [EXIF] : [], ...flags & 0x02 && countFrames(bytes) > 1 ? [FRAMES] : []];
      return header(size, losses);
    }
    default: throw new ImgstoreError('CORRUPT', 'the first chunk of the WebP is no picture');
  }
}

function header({ width, height, hasAlpha }: { readonly width: number; readonly height: number; readonly hasAlpha: boolean }, losses: readonly DecodeLoss[]): PlainHeader {
  return { format: 'webp', width, height, dtype: 'uint8', color: hasAlpha ? 'rgba' : 'rgb', losses };
}

function u24le(cursor: ByteCursor): number {
  return cursor.u16le() + cursor.u8() * 0x1_0000;
}

/** 0, 1 or 2 (many). Where the bytes are cut there are more: an animation of one frame is rare. */
function countFrames(bytes: Uint8Array): number {
  const cursor = new ByteCursor(bytes);
  cursor.skip(12);
  let [frames, chunks] = [0, 0];
  while (cursor.remaining >= 8 && frames < 2) {
    chunks = countPart(chunks, 'chunks in the WebP');
    if (String.fromCharCode(...cursor.bytes(4)) === 'ANMF') frames++;
    const length = cursor.u32le();
    if (length + (length % 2) > cursor.remaining) return 2;
    cursor.skip(length + (length % 2));
  }
  return frames;
}
