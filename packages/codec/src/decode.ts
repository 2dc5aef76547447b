import { ImgstoreError } from '@imgstore/core';
import type { Limits, TensorImage } from '@imgstore/core';
import { cmykToRgb } from './cmyk.js';
import { decodeError } from './failures.js';
import type { Header } from './header/header.js';
import { withoutStrayBytes } from './header/jpeg.js';
import { turn } from './orient.js';
import { decodeRaster } from './sharp.js';
import type { Raster, RasterRequest } from './sharp.js';

/** Decodes what the header tells of; the header's size has been held against the limits. */
export async function decodeImage(bytes: Uint8Array, header: Header, options: { readonly turn: number; readonly limits: Required<Limits> }): Promise<TensorImage> {
  const { limits } = options;
  const pixels = await decodePixels(bytes, header, limits);
  const { width, height, data } = turn(pixels, options.turn);
  return { kind: 'tensor', dtype: header.dtype, shape: [height, width, pixels.channels], layout: 'HWC', color: header.color, data };
}

async function decodePixels(bytes: Uint8Array, header: Header, limits: Required<Limits>): Promise<Raster & { readonly elementSize: number }> {
  const { format, width, height, dtype, isCmyk = false } = header;
  const source = format === 'jpeg' ? withoutStrayBytes(bytes) : bytes;
  const raster = await decodeRaster(source, { space: spaceOf(header), pixels: limits.image, seconds: limits.decode })
    .catch((error: unknown) => { throw decodeError(error, { format: format.toUpperCase(), limits }); });
  if (raster.width !== width || raster.height !== height) {
    throw new ImgstoreError('CORRUPT', `the header says ${width} x ${height} pixels, ${raster.width} x ${raster.height} are in the image`);
  }
  const channels = CHANNELS[header.color];
  const planes = isCmyk ? cmykToRgb(raster.data) : channels === 2 && raster.channels === 4 ? grayAlphaOf(raster.data) : raster.data;
  const elementSize = dtype === 'uint16' ? 2 : 1;
  if (planes.length !== width * height * channels * elementSize) {
    throw new ImgstoreError('CORRUPT', `the header promises ${channels} channels, ${raster.channels} are in the image`);
  }
  return { width, height, channels, elementSize, data: planes };
}

const CHANNELS = { 'gray': 1, 'gray-alpha': 2, 'rgb': 3, 'rgba': 4 } as const;

function spaceOf({ color, dtype, isCmyk }: Header): RasterRequest['space'] {
  if (isCmyk === true) return 'cmyk';
  const isGray = color === 'gray' || color === 'gray-alpha';
  // As b-w sharp gives one channel only; gray in three channels and its alpha are all there as srgb.
  if (dtype === 'uint8') return color === 'gray' ? 'b-w' : 'srgb';
  return isGray ? 'grey16' : 'rgb16';
}

/** The first and the last of four channels. */
function grayAlphaOf(rgba: Uint8Array): Uint8Array {
  const result = new Uint8Array(rgba.length / 2);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 2) {
    result[to] = rgba[from] as number; // within the bytes, as from is
    result[to + 1] = rgba[from + 3] as number;
  }
  return result;
}
