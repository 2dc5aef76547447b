import { checkTensor, ImgstoreError, quote, tensorSize } from '@imgstore/core';
import type { EncodedImage, EncodeOptions, ImageFormat, Limits, TensorImage } from '@imgstore/core';
import { encodeError } from './failures.js';
import { encodeRaster } from './sharp.js';
import type { FileSettings, RasterEncoding } from './sharp.js';

/** JPEG without a stated quality. */
const QUALITY = 95;
/** As OpenCV, Pillow and TensorFlow write it. */
const CHROMA = '4:2:0';
/** Of 9: zlib's own default. */
const COMPRESSION = 6;

interface Encoder {
  readonly forms: readonly string[];
  /** The most pixels in a row or column that a file of the format can say. */
  readonly most: number;
  settings(options: EncodeOptions): FileSettings;
}

const ENCODERS: ReadonlyMap<string, Encoder> = new Map<string, Encoder>([
  ['png', {
    forms: ['uint8 gray', 'uint8 gray-alpha', 'uint8 rgb', 'uint8 rgba', 'uint16 gray', 'uint16 gray-alpha', 'uint16 rgb', 'uint16 rgba'], most: 2 ** 31 - 1,
    settings: ({ compression = COMPRESSION }) => ({ format: 'png', compression }),
  }],
  ['jpeg', { forms: ['uint8 gray', 'uint8 rgb'], most: 65_535, settings: ({ quality = QUALITY, chroma = CHROMA }) => ({ format: 'jpeg', quality, chroma }) }],
  ['webp', { forms: ['uint8 rgb', 'uint8 rgba'], most: 16_383, settings: ({ quality }) => ({ format: 'webp', quality }) }],
]);

/** The image as a file of that format. `limits.decode` bounds the time. */
export async function encodeImage(image: TensorImage, format: ImageFormat, options: EncodeOptions, limits: Required<Limits>): Promise<EncodedImage> {
  const encoder = ENCODERS.get(format);
  if (encoder === undefined) throw new ImgstoreError('UNSUPPORTED', `images are not written as ${quote(format)}, only as ${[...ENCODERS.keys()].join(', ')}`);
  checkSettings(options);
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
  const bytes = await encodeRaster({ width, height, channels, data }, { space, seconds: limits.decode, ...encoder.settings(options) },
    (cause) => encodeError(cause, { format, limits }));
  return { kind: 'encoded', format, bytes };
}

/** @throws ImgstoreError BAD_OPTION, also for settings of another format. */
function checkSettings({ quality, chroma, compression }: EncodeOptions): void {
  requireWhole('quality', quality, 1, 100);
  requireWhole('compression', compression, 0, 9);
  if (chroma !== undefined && chroma !== '4:2:0' && chroma !== '4:4:4') throw new ImgstoreError('BAD_OPTION', `chroma is ${quote(String(chroma))}, expected 4:2:0 or 4:4:4`);
}

function requireWhole(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new ImgstoreError('BAD_OPTION', `${name} is ${value}, expected a whole number from ${least} to ${most}`);
}
