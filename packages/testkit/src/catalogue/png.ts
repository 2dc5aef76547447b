import { deflateSync } from 'node:zlib';
import { ByteSink, encodeUtf8 } from '@imgstore/core';

/** The colour type of the PNG specification for each number of channels. */
const COLOR_TYPE = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

/** What a PNG is made of. */
export interface PngPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** Of one channel. Default 8. */
  readonly bits?: 8 | 16;
  /** height x width x channels, 16 bits big-endian. */
  readonly data: Uint8Array;
}

/** A PNG file (W3C PNG, third edition): unfiltered lines, stored without compression, so that its size is known. */
export function encodePng({ width, height, channels, bits = 8, data }: PngPixels): Uint8Array {
  const header = new ByteSink(13);
  header.u32be(width);
  header.u32be(height);
  for (const byte of [bits, COLOR_TYPE[channels], 0, 0, 0]) header.u8(byte);
  const stride = (width * channels * bits) / 8;
  const lines = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++) lines.set(data.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  const file = new ByteSink(64);
  file.bytes(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
  putChunk(file, 'IHDR', header.view());
  putChunk(file, 'IDAT', deflateSync(lines, { level: 0 }));
  putChunk(file, 'IEND', new Uint8Array());
  return new Uint8Array(file.view());
}

function putChunk(file: ByteSink, type: string, data: Uint8Array): void {
  const body = new Uint8Array(4 + data.length);
  body.set(encodeUtf8(type));
  body.set(data, 4);
  file.u32be(data.length);
  file.bytes(body);
  file.u32be(crc32(body));
}

/** The CRC of PNG (annex D), bit by bit: these images are small. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
