import { crc32 } from 'node:zlib';
import { AvifItems, checkImage, ImgstoreError } from '@imgstore/core';
import type { Limits, TensorImage } from '@imgstore/core';
import { decodePicture } from './avif/decode.js';
import { avifPicture } from './avif/picture.js';
import { decodeBmp } from './bmp.js';
import { cmykToRgb } from './cmyk.js';
import { decodeError } from './failures.js';
import { decodeGif } from './gif.js';
import { CHANNELS } from './header/header.js';
import type { PlainHeader } from './header/header.js';
import { withoutStrayBytes } from './header/jpeg.js';
import { inverseOf, isTurned, orientationOf, turn } from './orient.js';
import type { Rows } from './orient.js';
import { inPieces, timedBreather } from './pieces.js';
import type { Breathe, Budget } from './pieces.js';
import type { ImageHeader } from './recognise.js';
import { decodeRaster } from './sharp.js';
import type { RasterRequest } from './sharp.js';

/** Decodes what the header tells of; the header's size has been held against the limits. */
export async function decodeImage(bytes: Uint8Array, header: ImageHeader, { orientation, limits }: { readonly orientation: number; readonly limits: Required<Limits> }): Promise<TensorImage> {
  checkImage(header.format, bytes, { crc32 });
  const budget: Budget = { limits, breathe: timedBreather('decoding', limits) };
  const rows = await decodeRows(bytes, header, budget);
  const { width, height, channels, data } = await turn(rows, orientation, budget.breathe);
  return { kind: 'tensor', dtype: header.dtype, shape: [height, width, channels], layout: 'HWC', color: header.color, data };
}

async function decodeRows(bytes: Uint8Array, header: ImageHeader, budget: Budget): Promise<Rows> {
  switch (header.format) {
    case 'gif': return decodeGif(bytes, header, budget.breathe);
    case 'bmp': return decodeBmp(bytes, header, budget.breathe);
    case 'jpeg': return decodeBySharp(withoutStrayBytes(bytes), header, budget);
    case 'avif': return decodeAvif(bytes, header, budget);
    default: return decodeBySharp(bytes, header, budget);
  }
}

/** What cannot be decoded exactly is left to sharp, which gives an AVIF turned as it says; as stored it is before that. */
async function decodeAvif(bytes: Uint8Array, header: PlainHeader, budget: Budget): Promise<Rows> {
  const picture = avifPicture(bytes);
  if (picture !== undefined) return decodePicture(picture, header, budget);
  if (AvifItems.in(bytes)?.isPremultiplied() === true) throw new ImgstoreError('UNSUPPORTED', 'an AVIF with colours multiplied by alpha is read only where it is one picture of a usual standard of colours');
  const orientation = orientationOf(bytes);
  const { width, height } = header;
  const upright = isTurned(orientation) ? { ...header, width: height, height: width } : header;
  return turn(await decodeBySharp(bytes, upright, budget), inverseOf(orientation), budget.breathe);
}

async function decodeBySharp(bytes: Uint8Array, header: PlainHeader, { limits, breathe }: Budget): Promise<Rows> {
  const { format, width, height, color, dtype, isCmyk = false, isInverted = false } = header;
  // libtiff warns of tags that it does not know, and calls damage an error.
  const raster = await decodeRaster(bytes, { space: spaceOf(header), isStrict: format !== 'tiff', pixels: limits.image, seconds: limits.decode },
    (cause) => decodeError(cause, { format, limits }));
  if (raster.width !== width || raster.height !== height) {
    throw new ImgstoreError('CORRUPT', `the header says ${width} x ${height} pixels, ${raster.width} x ${raster.height} are in the image`);
  }
  const channels = CHANNELS[color];
  const picked = pickedOfFour(header);
  const data = isCmyk ? await cmykToRgb(raster.data, breathe) : isInverted ? await invertedBack(raster.data, breathe)
    : raster.channels === 4 && picked !== undefined ? await channelsOf(raster.data, picked, breathe) : raster.data;
  const elementSize = dtype === 'uint16' ? 2 : 1;
  if (data.length !== width * height * channels * elementSize) {
    throw new ImgstoreError('CORRUPT', `the header promises ${channels} channels, ${raster.channels} are in the image`);
  }
  return { width, height, channels, elementSize, data };
}

function spaceOf({ color, dtype, isCmyk }: PlainHeader): RasterRequest['space'] {
  if (isCmyk === true) return 'cmyk';
  if (dtype === 'uint16') return color === 'gray' || color === 'gray-alpha' ? 'grey16' : 'rgb16';
  // As b-w sharp gives one channel only; gray in three channels and its alpha are all there as srgb.
  return color === 'gray' ? 'b-w' : 'srgb';
}

async function invertedBack(bytes: Uint8Array, breathe: Breathe): Promise<Uint8Array> {
  const result = new Uint8Array(bytes.length);
  await inPieces(bytes.length, breathe, (start, end) => {
    for (let at = start; at < end; at++) result[at] = ~(bytes[at] as number); // both are as long
  });
  return result;
}

/**
 * Which of four channels are those promised, where sharp gives all: of gray with alpha, and of an animated WebP without alpha whose first frame does not
 * fill it, around which is nothing.
 */
function pickedOfFour({ format, color }: PlainHeader): readonly number[] | undefined {
  return color === 'gray-alpha' ? [0, 3] : format === 'webp' && color === 'rgb' ? [0, 1, 2] : undefined;
}

async function channelsOf(rgba: Uint8Array, picked: readonly number[], breathe: Breathe): Promise<Uint8Array> {
  const result = new Uint8Array(rgba.length / 4 * picked.length);
  await inPieces(rgba.length / 4, breathe, (start, end) => {
    for (let pixel = start, to = start * picked.length; pixel < end; pixel++) {
      for (const channel of picked) result[to++] = rgba[4 * pixel + channel] as number; // a pixel has its four channels
    }
  });
  return result;
}
