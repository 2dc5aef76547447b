/** Datum and Sample, each made from the other. */
import { checkTensor, colorChannels, colorOfChannels, ImgstoreError, isImgstoreError, sniffImage, tensorLength } from '@imgstore/core';
import type { ColorOrder, EncodedImage, Sample, TensorImage } from '@imgstore/core';
import { decodeDatum } from './datum.js';
import type { Datum } from './datum.js';
import { recogniseValue } from './foreign.js';

/** The order of colours in raw pixels. A Datum does not record it. */
export type DatumColor = 'bgr' | 'rgb';

/** What the three dimensions of a Datum are: channels, height, width, or, in the database of the article, height, width, channels. */
export type DatumAxes = 'chw' | 'hwc';

/** How raw pixels are read. */
export interface DatumReading {
  readonly color: DatumColor;
  readonly axes: DatumAxes;
}

/** A Datum's dimensions say otherwise than the image that it holds. */
export const NOTE_DIMENSIONS = 'Datum gives other dimensions than the image that it holds; the image is right';
/** Forks of Caffe added fields: NVIDIA's has 8 record_id. */
export const NOTE_FIELDS = 'the Datum has fields that Caffe\'s does not have, which are left out';

/** The parts of a sample that a Datum holds. Bytes are views of the Datum's. */
export interface DatumContent {
  readonly image: EncodedImage | TensorImage;
  readonly label?: number;
}

/**
 * The Datum in a value of a database.
 * @throws ImgstoreError UNSUPPORTED naming what the value is instead, CORRUPT with the offset when that cannot be told.
 */
export function readDatum(value: Uint8Array, offset: number): Datum {
  let datum: Datum;
  try {
    datum = decodeDatum(value, { base: offset });
  } catch (error) {
    if (isImgstoreError(error, 'CORRUPT')) refuseForeign(value);
    throw error;
  }
  // Other messages read as a Datum without an image: their fields are not its fields.
  if (datum.data === undefined && datum.floatData === undefined) {
    refuseForeign(value);
    throw new ImgstoreError('CORRUPT', 'the Datum holds no image', { offset });
  }
  return datum;
}

function refuseForeign(value: Uint8Array): void {
  const what = recogniseValue(value);
  if (what !== undefined) throw new ImgstoreError('UNSUPPORTED', `the value is ${what}, not a Datum`);
}

/**
 * What a Datum holds.
 * @throws ImgstoreError CORRUPT (impossible dimensions, an unknown encoding), MISMATCH (dimensions against data, or both kinds of data).
 */
export function fromDatum(datum: Datum, reading: DatumReading, onNote?: (text: string) => void): DatumContent {
  if (datum.hasOthers) onNote?.(NOTE_FIELDS);
  const image = datum.encoded === true ? encodedImage(datum, onNote) : tensorImage(datum, reading);
  return datum.label === undefined ? { image } : { image, label: datum.label };
}

function encodedImage({ data, floatData, channels, height, width }: Datum, onNote?: (text: string) => void): EncodedImage {
  if (floatData !== undefined && floatData.length > 0) throw new ImgstoreError('MISMATCH', 'the Datum is encoded and holds float_data');
  const bytes = data ?? new Uint8Array();
  const info = sniffImage(bytes);
  if (info === undefined) throw new ImgstoreError('CORRUPT', `the Datum is encoded, but its ${bytes.length} bytes of data are no image that is known`);
  // Caffe leaves the dimensions out, DIGITS writes them; 0 says nothing.
  if (differs(channels, info.channels) || differs(height, info.height) || differs(width, info.width)) onNote?.(NOTE_DIMENSIONS);
  return { kind: 'encoded', format: info.format, bytes };
}

function differs(said: number | undefined, seen: number | undefined): boolean {
  return said !== undefined && said !== 0 && seen !== undefined && said !== seen;
}

function tensorImage(datum: Datum, { color, axes }: DatumReading): TensorImage {
  const { channels = 0, height = 0, width = 0, data, floatData } = datum;
  const shown = `${channels} x ${height} x ${width}`;
  const hasData = data !== undefined && data.length > 0;
  const hasFloats = floatData !== undefined && floatData.length > 0;
  if (hasData && hasFloats) throw new ImgstoreError('MISMATCH', `the Datum holds ${data.length} bytes of data and ${floatData.length} values of float_data`);
  if (channels < 0 || height < 0 || width < 0) throw new ImgstoreError('CORRUPT', `the Datum has the dimensions ${shown}`);
  if (!hasData && !hasFloats) throw new ImgstoreError('CORRUPT', `the Datum of ${shown} holds no pixels`);
  const expected = productOf(channels, height, width);
  const found = hasFloats ? floatData.length : (data as Uint8Array).length;
  if (found !== expected) {
    const image = hasData ? sniffImage(data) : undefined;
    throw new ImgstoreError('MISMATCH', `the Datum of ${shown} holds ${found} ${hasFloats ? 'values' : 'bytes'}, expected ${expected}`
      + (image === undefined ? '' : `; they are a ${image.format.toUpperCase()} image, but the Datum is not marked as encoded`));
  }
  const depth = axes === 'chw' ? channels : width;
  const order = colorOfChannels(depth, color);
  return {
    kind: 'tensor',
    dtype: hasFloats ? 'float32' : 'uint8',
    shape: [channels, height, width],
    layout: axes === 'chw' ? 'CHW' : 'HWC',
    ...order !== undefined && { color: order },
    data: hasFloats ? new Uint8Array(floatData.buffer, floatData.byteOffset, floatData.byteLength) : data as Uint8Array,
  };
}

/** A product that no message can hold is as good as infinite. */
function productOf(...shape: readonly number[]): number {
  try {
    return tensorLength(shape);
  } catch (error) {
    if (isImgstoreError(error, 'LIMIT')) return Infinity;
    throw error;
  }
}

/** The layouts and colours that a Datum can hold, with that order of colours. */
export function datumColors(color: DatumColor): readonly ColorOrder[] {
  return DATUM_COLORS[color];
}

const DATUM_COLORS: Readonly<Record<DatumColor, readonly ColorOrder[]>> = { bgr: ['gray', 'gray-alpha', 'bgr', 'bgra'], rgb: ['gray', 'gray-alpha', 'rgb', 'rgba'] };

/**
 * The Datum of a sample. Its bytes are the sample's. `encoded` is always said: DALI reads an absent field as true.
 * @throws ImgstoreError LOSSY for what a Datum cannot hold, MISMATCH when the tensor does not agree with itself.
 */
export function toDatum(sample: Sample, color: DatumColor): Datum {
  const { image, label, features } = sample;
  if (image === undefined) throw lossy('a sample without an image');
  if (label !== undefined && (label | 0) !== label) throw lossy(`the label ${label}, which does not fit int32`);
  if (features.size > 0) throw new ImgstoreError('LOSSY', 'a Datum cannot hold a feature', { feature: [...features.keys()][0] ?? '' });
  if (image.kind === 'encoded') {
    const { channels, height, width } = sniffImage(image.bytes) ?? {};
    return { channels, height, width, data: image.bytes, label, encoded: true };
  }
  checkTensor(image);
  const [channels = 0, height, width] = image.shape;
  if (image.layout !== 'CHW') throw lossy(`the layout ${image.layout}; it is CHW`);
  if (image.color !== undefined && !datumColors(color).includes(image.color)) throw lossy(`the colours ${image.color} in a database of ${color}`);
  if (image.color === undefined && channels >= 3 && colorOfChannels(channels, color) !== undefined) throw lossy(`${channels} channels of unknown colour`);
  if (image.dtype !== 'uint8' && image.dtype !== 'float32') throw lossy(`the element type ${image.dtype}; it is uint8 or float32`);
  return image.dtype === 'uint8'
    ? { channels, height, width, data: image.data, label, encoded: false }
    : { channels, height, width, label, floatData: floatsOf(image.data), encoded: false };
}

function floatsOf(data: Uint8Array): Float32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

function lossy(what: string): ImgstoreError {
  return new ImgstoreError('LOSSY', `a Datum cannot hold ${what}`);
}

/**
 * Whether the dimensions are those of the article's database, which stored height x width x channels as they came: true
 * of one Datum, it says little; of the first 32, it says so. Caffe's function that was used there never sets `encoded`; who says
 * `encoded: false`, as Caffe's own tools and this package do, means the dimensions as they are named.
 */
export function looksLikeHwc({ channels = 0, height = 0, width = 0, encoded }: Datum): boolean {
  return encoded === undefined && channels > 4 && height > 4 && (width === 1 || width === 3 || width === 4);
}

/** Whether the colours of that Datum are assumed: raw pixels of 3 or 4 channels. */
export function hasAssumedColor({ encoded }: Datum, content: DatumContent): boolean {
  return encoded !== true && content.image.kind === 'tensor' && content.image.color !== undefined && colorChannels(content.image.color) >= 3;
}
