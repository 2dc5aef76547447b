/**
 * The pixels of an AVIF as libavif, and so Pillow, makes them: chroma of half the size is interpolated (chroma.ts), colours are converted by libyuv's
 * arithmetic (colors.ts). sharp's own way repeats the chroma, so it is asked for the planes only.
 */
import { ImgstoreError } from '@imgstore/core';
import { decodeError } from '../failures.js';
import { CHANNELS } from '../header/header.js';
import type { PlainHeader } from '../header/header.js';
import type { Rows } from '../orient.js';
import type { Budget } from '../pieces.js';
import { decodeRaster } from '../sharp.js';
import { chromaRow, lumaRow, PLANE } from './chroma.js';
import type { Planes } from './chroma.js';
import { convertRow, divideByAlpha } from './colors.js';
import type { AvifPicture, CodedItem } from './picture.js';
import { singleItemFile } from './single.js';

/** The picture as it is stored, not turned. @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT. */
export async function decodePicture({ color, alpha, isPremultiplied, conversion }: AvifPicture, header: PlainHeader, budget: Budget): Promise<Rows> {
  const { width, height } = header;
  const channels = CHANNELS[header.color];
  if ((conversion.kind === 'gray' ? 1 : 3) + (alpha === undefined ? 0 : 1) !== channels) throw new ImgstoreError('CORRUPT', `the header promises ${channels} channels, the AVIF is coded with others`);
  const planes = await decodePlanes(color, header, budget);
  const alphas = alpha && await decodePlanes(alpha, header, budget);
  const data = new Uint8ClampedArray(width * height * channels);
  for (let y = 0; y < height; y++) {
    await budget.breathe();
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    const luma = lumaRow(planes, y);
    if (conversion.kind === 'gray') {
      for (const [x, level] of luma.entries()) row[x * channels] = conversion.levels[level] as number; // 256 levels
    } else {
      const chroma = (plane: number): Uint8Array => chromaRow(planes, { y, plane, ...color.sequence });
      convertRow(row, channels, { luma, cb: chroma(PLANE.cb), cr: chroma(PLANE.cr) }, conversion.matrix);
    }
    if (alphas === undefined) continue;
    for (const [x, level] of lumaRow(alphas, y).entries()) row[(x + 1) * channels - 1] = level;
    if (isPremultiplied) divideByAlpha(row, channels);
  }
  return { width, height, channels, elementSize: 1, data: new Uint8Array(data.buffer) };
}

/** The planes of an item, which must be as large as the picture. */
async function decodePlanes({ configuration, stream, sequence }: CodedItem, { width, height }: PlainHeader, { limits }: Budget): Promise<Planes> {
  // The size that was held against the limit is that of the header, not of the stream.
  if (sequence.width > width || sequence.height > height) throw new ImgstoreError('CORRUPT', `the header says ${width} x ${height} pixels, up to ${sequence.width} x ${sequence.height} are in the image`);
  const raster = await decodeRaster(singleItemFile({ width, height, configuration, stream }), { space: 'srgb', isStrict: true, pixels: limits.image, seconds: limits.decode },
    (cause) => decodeError(cause, { format: 'avif', limits }));
  if (raster.width !== width || raster.height !== height || raster.channels !== 3) {
    throw new ImgstoreError('CORRUPT', `the header says ${width} x ${height} pixels, ${raster.width} x ${raster.height} are in the image`);
  }
  return raster;
}
