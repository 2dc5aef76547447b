/**
 * RLE8 and RLE4 of BMP: pairs of bytes. `n value`: n pixels of that index (RLE4: of its two halves in turn). `0 0`: end of the row.
 * `0 1`: end of the picture. `0 2 right down`: move. `0 n` from 3: n indexes follow as they are, padded to two bytes. Rows go from
 * the bottom up; what is stepped over has the index 0.
 */
import { ByteCursor, ImgstoreError } from '@imgstore/core';
import type { BmpHeader } from './header/bmp.js';
import type { Breathe } from './pieces.js';

/** Runs between two looks at the clock. */
const PIECE = 1024;

/** The indexes, a byte each, row by row in the file's order. @throws ImgstoreError TRUNCATED, CORRUPT when a run leaves the picture. */
export async function unpackRunLength(bytes: Uint8Array, { width, height, bits, dataStart }: BmpHeader, breathe: Breathe): Promise<Uint8Array> {
  const cursor = new ByteCursor(bytes);
  cursor.position = dataStart;
  const indexes = new Uint8Array(width * height);
  const half = (value: number, at: number): number => at % 2 === 0 ? value >> 4 : value & 15;
  let [x, y] = [0, 0];
  const room = (count: number): void => {
    if (y >= height || x + count > width) throw new ImgstoreError('CORRUPT', `a run of the BMP leaves the picture in row ${y}`);
  };
  for (let runs = 0; ; runs++) {
    if (runs % PIECE === 0) await breathe();
    const [count, value] = [cursor.u8(), cursor.u8()];
    if (count > 0) {
      room(count);
      for (let at = 0; at < count; at++) indexes[y * width + x++] = bits === 8 ? value : half(value, at);
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      return indexes;
    } else if (value === 2) {
      [x, y] = [x + cursor.u8(), y + cursor.u8()];
    } else {
      room(value);
      const length = bits === 8 ? value : Math.ceil(value / 2);
      const run = cursor.bytes(length);
      for (let at = 0; at < value; at++) indexes[y * width + x++] = bits === 8 ? run[at] as number : half(run[at >> 1] as number, at); // the run has them all
      cursor.skip(length % 2);
    }
  }
}
