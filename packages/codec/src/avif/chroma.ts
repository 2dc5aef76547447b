/**
 * Rows of the planes of a picture. Chroma of half the size is doubled as libyuv does it: a sample stands between those of two pixels, so the nearer of
 * two samples counts three times as much, across and down (9, 3, 3, 1 sixteenths). The first and the last row and column have the nearer sample only;
 * the last column has so at an odd width too, where it is a sample's first.
 */

/** Pixels of three planes, those of half the size repeated: Cr, Y, Cb of each pixel. Of gray all are Y. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The place of each plane in a pixel. */
export const PLANE = { cr: 0, luma: 1, cb: 2 } as const;

interface Halves {
  /** Whether the chroma has half the width, and half the height. */
  readonly isHalfWide: boolean;
  readonly isHalfHigh: boolean;
}

/** A row of brightness. */
export function lumaRow({ width, data }: Planes, y: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, x) => data[(y * width + x) * 3 + PLANE.luma] as number); // within the planes
}

/** A row of Cb or Cr, at its full width. */
export function chromaRow({ width, height, data }: Planes, { y, plane, isHalfWide, isHalfHigh }: Halves & { readonly y: number; readonly plane: number }): Uint8Array {
  const near = (isHalfHigh ? y - y % 2 : y) * width;
  const far = (isHalfHigh ? farther(y, height) : y) * width;
  const row = new Uint8Array(width);
  for (let x = 0; x < width; x++) {
    const nearX = isHalfWide ? x - x % 2 : x;
    const farX = isHalfWide && x < width - 1 ? farther(x, width) : nearX;
    const sample = (at: number): number => data[at * 3 + plane] as number; // within the planes
    row[x] = (9 * sample(near + nearX) + 3 * sample(near + farX) + 3 * sample(far + nearX) + sample(far + farX) + 8) >> 4;
  }
  return row;
}

/** Where the sample is that is second next to a pixel: behind an odd one, before an even one. At the ends it is the next one. */
function farther(at: number, length: number): number {
  if (at % 2 === 1) return at + 1 < length ? at + 1 : at - 1;
  return at === 0 ? 0 : at - 2;
}
