import { ImgstoreError } from '@imgstore/core';
import type sharp from 'sharp';
import type { Sharp } from 'sharp';

/** Rows of pixels as sharp has them: 16 bit in the host's byte order. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** What a decoder is to give: the file's own planes, without any conversion of colours but to the kind named. */
export interface RasterRequest {
  readonly space: 'b-w' | 'grey16' | 'srgb' | 'rgb16' | 'cmyk';
  /** Whether what the library only warns of is refused too. */
  readonly isStrict: boolean;
  /** Above these nothing is decoded. */
  readonly pixels: number;
  /** At most 3600. */
  readonly seconds: number;
}

/** The settings of one format's encoder. */
export type FileSettings =
  | { readonly format: 'png'; readonly compression: number }
  | { readonly format: 'jpeg'; readonly quality: number; readonly chroma: '4:2:0' | '4:4:4' }
  | { readonly format: 'webp'; readonly quality: number | undefined };

/** The settings of one encoder, how the pixels are to be understood, and how long it may take. */
export type RasterEncoding = { readonly space: 'b-w' | 'grey16' | 'srgb' | 'rgb16'; readonly seconds: number } & FileSettings;

/** The error to throw for sharp's own, which is about the image. What goes wrong before the image is looked at is not. */
type Judge = (cause: unknown) => Error;

type Library = typeof sharp;

let loading: Promise<Library> | undefined;

/** sharp, imported when the first pixel is asked for. Its cache is off and each image has one thread: images run side by side instead. */
async function load(): Promise<Library> {
  loading ??= import('sharp').then(({ default: library }) => {
    library.cache(false);
    library.concurrency(1);
    return library;
  }, (cause: unknown) => {
    throw new ImgstoreError('UNSUPPORTED', 'sharp, which decodes and encodes images, cannot be loaded', { hint: 'install it for this platform: npm install sharp', cause });
  });
  return loading;
}

/** Decodes the first frame. */
export async function decodeRaster(bytes: Uint8Array, { space, isStrict, pixels, seconds }: RasterRequest, judge: Judge): Promise<Raster> {
  const library = await load();
  const image = library(bytes, { failOn: isStrict ? 'warning' : 'error', pages: 1, ignoreIcc: true, limitInputPixels: pixels })
    .timeout({ seconds }).toColourspace(space);
  if (space === 'cmyk') image.pipelineColourspace('cmyk'); // else it converts the inks by a profile of its own
  image.raw({ depth: space.endsWith('16') ? 'ushort' : 'uchar' });
  const { data, info: { width, height, channels } } = await image.toBuffer({ resolveWithObject: true }).catch((cause: unknown) => { throw judge(cause); });
  return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** Encodes pixels. */
export async function encodeRaster({ data, ...raw }: Raster, encoding: RasterEncoding, judge: Judge): Promise<Uint8Array> {
  const library = await load();
  const elements = encoding.space.endsWith('16') ? new Uint16Array(new Uint8Array(data).buffer) : data;
  const image = library(elements, { raw: { ...raw, channels: raw.channels as 1 | 2 | 3 | 4 }, limitInputPixels: false })
    .timeout({ seconds: encoding.seconds }).toColourspace(encoding.space);
  const encoded = await withEncoder(image, encoding).toBuffer().catch((cause: unknown) => { throw judge(cause); });
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.length);
}

function withEncoder(image: Sharp, encoding: RasterEncoding): Sharp {
  switch (encoding.format) {
    case 'png': return image.png({ compressionLevel: encoding.compression, adaptiveFiltering: true, palette: false });
    case 'jpeg': return image.jpeg({ quality: encoding.quality, chromaSubsampling: encoding.chroma });
    case 'webp': return image.webp(encoding.quality === undefined ? { lossless: true, exact: true } : { quality: encoding.quality, exact: true });
  }
}
