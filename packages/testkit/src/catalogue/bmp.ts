import { ByteSink } from '@imgstore/core';

/** A BMP file with 24 bits a pixel (BITMAPINFOHEADER, bottom line first). `pixels` are height x width x 3. */
export function encodeBmp(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = new ByteSink(54 + stride * height);
  for (const byte of [0x42, 0x4d]) file.u8(byte);
  for (const number of [54 + stride * height, 0, 54, 40, width, height]) file.u32le(number);
  for (const number of [1, 24]) file.u16le(number);
  for (const number of [0, stride * height, 2835, 2835, 0, 0]) file.u32le(number);
  const line = new Uint8Array(stride);
  for (let row = height - 1; row >= 0; row--) {
    line.set(pixels.subarray(row * width * 3, (row + 1) * width * 3));
    file.bytes(line);
  }
  return new Uint8Array(file.view());
}
