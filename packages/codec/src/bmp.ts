import { ByteCursor } from '@imgstore/core';
import { unpackRunLength } from './bmp-runs.js';
import type { BmpHeader, BmpMasks } from './header/bmp.js';
import type { Rows } from './orient.js';
import type { Breathe } from './pieces.js';

/** The pixels of a BMP: rgb, or rgba where it has a mask for alpha. @throws ImgstoreError TRUNCATED, CORRUPT. */
export async function decodeBmp(bytes: Uint8Array, header: BmpHeader, breathe: Breathe): Promise<Rows> {
  const { width, height, bits, isTopDown, isRunLength, dataStart, palette } = header;
  const channels = header.color === 'rgba' ? 4 : 3;
  const rowBytes = isRunLength ? width : Math.ceil(width * bits / 32) * 4;
  const cursor = new ByteCursor(bytes);
  cursor.position = dataStart;
  const source = isRunLength ? await unpackRunLength(bytes, header, breathe) : cursor.bytes(rowBytes * height);
  const data = new Uint8Array(width * height * channels);
  const unpack = palette === undefined ? masked(bits, header.masks) : indexed(isRunLength ? 8 : bits, palette);
  for (let y = 0; y < height; y++) {
    await breathe();
    const row = isTopDown ? y : height - 1 - y;
    unpack(source.subarray(row * rowBytes, (row + 1) * rowBytes), data.subarray(y * width * channels, (y + 1) * width * channels));
  }
  return { width, height, channels, elementSize: 1, data };
}

/** Unpacks one row of the file into one row of pixels. */
type Unpack = (from: Uint8Array, to: Uint8Array) => void;

/** Indexes of 1, 4 or 8 bits, the first pixel in the highest bits. An index beyond the palette is black. */
function indexed(bits: number, palette: Uint8Array): Unpack {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  return (from, to) => {
    for (let x = 0; x * 3 < to.length; x++) {
      const index = ((from[Math.floor(x / perByte)] as number) >> (8 - bits - (x % perByte) * bits)) & mask; // a row has all its pixels
      for (let channel = 0; channel < 3; channel++) to[x * 3 + channel] = palette[index * 3 + channel] ?? 0;
    }
  };
}

/** Pixels of 16, 24 or 32 bits, little-endian, with their colours by mask; a colour of n bits is spread over 0 to 255. */
function masked(bits: number, masks: BmpMasks): Unpack {
  const channels = masks.filter((mask) => mask !== 0).map((mask) => {
    const shift = 2 ** (31 - Math.clz32(mask & -mask)); // the value of the lowest bit set
    return { shift, most: mask / shift };
  });
  const pixelBytes = bits / 8;
  const offsets = channels.map(({ shift }) => Math.log2(shift) / 8);
  if (channels.every(({ most }) => most === 255) && offsets.every(Number.isInteger)) return wholeBytes(offsets, pixelBytes);
  return (from, to) => {
    for (let at = 0, out = 0; out < to.length; at += pixelBytes) {
      let pixel = 0;
      for (let byte = pixelBytes - 1; byte >= 0; byte--) pixel = pixel * 256 + (from[at + byte] as number); // a row has all its pixels
      for (const { shift, most } of channels) to[out++] = Math.floor(Math.floor(pixel / shift) % (most + 1) * 255 / most);
    }
  };
}

/** Pixels of which each colour is a byte. */
function wholeBytes(offsets: readonly number[], pixelBytes: number): Unpack {
  return (from, to) => {
    for (let at = 0, out = 0; out < to.length; at += pixelBytes) {
      for (const offset of offsets) to[out++] = from[at + offset] as number; // a row has all its pixels
    }
  };
}
