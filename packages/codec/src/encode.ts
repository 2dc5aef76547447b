import { checkTensor, ImgstoreError, quote, tensorSize } from '@imgstore/core';
import type { EncodedImage, ImageFormat, TensorImage } from '@imgstore/core';
import { encodeError } from './failures.js';
import { encodeRaster } from './sharp.js';
import type { RasterEncoding } from './sharp.js';
import type { EncodeOptions } from './types.js';

/** JPEG without a stated quality. */
const QUALITY = 95;
/** Of 9: zlib's own default. */
const COMPRESSION = 6;

interface Encoder {
  readonly forms: readonly string[];
  /** The most pixels in a row or column that a file of the format can say. */
  readonly most: number;
  settings(quality: number | undefined): { readonly format: 'png'; readonly compression: number } | { readonly format: 'jpeg'; readonly quality: number } | { readonly format: 'webp'; readonly quality: number | undefined };
}

const ENCODERS: ReadonlyMap<string, Encoder> = new Map<string, Encoder>([
  ['png', {
    forms: ['uint8 gray', 'uint8 gray-alpha', 'uint8 rgb', 'uint8 rgba', 'uint16 gray', 'uint16 gray-alpha', 'uint16 rgb', 'uint16 rgba'], most: 2 ** 31 - 1,
    settings: () => ({ format: 'png', compression: COMPRESSION }),
  }],
  ['jpeg', { forms: ['uint8 gray', 'uint8 rgb'], most: 65_535, settings: (quality = QUALITY) => ({ format: 'jpeg', quality }) }],
  ['webp', { forms: ['uint8 rgb', 'uint8 rgba'], most: 16_383, settings: (quality) => ({ format: 'webp', quality }) }],
]);

/** The image as a file of that format. */
export async function encodeImage(image: TensorImage, format: ImageFormat, { quality }: EncodeOptions): Promise<EncodedImage> {
  const encoder = ENCODERS.get(format);
  if (encoder === undefined) throw new ImgstoreError('UNSUPPORTED', `images are not written as ${quote(format)}, only as ${[...ENCODERS.keys()].join(', ')}`);
  if (quality !== undefined && !(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    throw new ImgstoreError('BAD_OPTION', `quality is ${quality}, expected a whole number from 1 to 100`);
  }
  checkTensor(image);
  const { dtype, layout, color, data } = image;
  const { width, height, channels } = tensorSize(image);
  if (layout !== 'HWC' || color === undefined || !encoder.forms.includes(`${dtype} ${color}`)) {
    throw new ImgstoreError('UNSUPPORTED', `a ${format} does not hold ${dtype} ${layout} ${color ?? 'of unknown colour'}, only HWC ${encoder.forms.join(', ')}`);
  }
  if (Math.max(width, height) > encoder.most) {
    throw new ImgstoreError('UNSUPPORTED', `a ${format} has at most ${encoder.most} pixels in a row or column, the image is ${width} x ${height}`);
  }
  const deep = dtype === 'uint16';
  const space: RasterEncoding['space'] = channels < 3 ? deep ? 'grey16' : 'b-w' : deep ? 'rgb16' : 'srgb';
  const bytes = await encodeRaster({ width, height, channels, data }, { space, ...encoder.settings(quality) })
    .catch((error: unknown) => { throw encodeError(error, format); });
  return { kind: 'encoded', format, bytes };
}
