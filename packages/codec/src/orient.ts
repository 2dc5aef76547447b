import { sniffImage } from '@imgstore/core';
import type { Breathe } from './pieces.js';

/** The EXIF orientation of an image file, 1 to 8; 1 where it has none or nonsense. */
export function orientationOf(bytes: Uint8Array): number {
  return sniffImage(bytes)?.orientation ?? 1;
}

/** Whether turning upright exchanges width and height. */
export function isTurned(orientation: number): boolean {
  return orientation >= 5;
}

/** The orientation that undoes one: a quarter turn by the opposite one, all others by themselves. */
export function inverseOf(orientation: number): number {
  return orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
}

/** Pixels of so many bytes, row by row. */
export interface Rows {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly elementSize: number;
  readonly data: Uint8Array;
}

/**
 * The pixels turned upright, as EXIF's orientation says how they are stored: 2 mirrored, 3 by 180 degrees, 4 upside down,
 * 5 transposed, 6 to be turned clockwise, 7 transposed about the other diagonal, 8 counterclockwise. The very same pixels for 1.
 */
export async function turn(rows: Rows, orientation: number, breathe: Breathe): Promise<Rows> {
  if (orientation === 1) return rows;
  const { width, height, channels, elementSize, data } = rows;
  const pixel = channels * elementSize;
  const row = width * pixel;
  // Where the first pixel of the result is in the source, and what a step right and a step down in the result are there.
  const right = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const bottom = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const start = (right ? row - pixel : 0) + (bottom ? (height - 1) * row : 0);
  const alongRow = right ? -pixel : pixel;
  const alongColumn = bottom ? -row : row;
  const [across, down] = isTurned(orientation) ? [alongColumn, alongRow] : [alongRow, alongColumn];
  const [newWidth, newHeight] = isTurned(orientation) ? [height, width] : [width, height];
  const turned = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < newHeight; y++) {
    await breathe();
    for (let x = 0, from = start + y * down; x < newWidth; x++, from += across) {
      for (let byte = 0; byte < pixel; byte++) turned[to++] = data[from + byte] as number; // within the bytes, by the size
    }
  }
  return { width: newWidth, height: newHeight, channels, elementSize, data: turned };
}
