/** Arrays as images, and images as arrays: pure. */
import { checkSample, ImgstoreError, tensorSize } from '@imgstore/core';
import type { Accepts, ColorOrder, DType, Layout, Sample, TensorImage } from '@imgstore/core';

/** What an array does not say of the images in it. */
export interface ImageReading {
  /** The order of three axes of an image. */
  readonly layout: 'HWC' | 'CHW';
  /** The order of 3 or 4 channels. */
  readonly color: 'rgb' | 'bgr';
}

/** What all images of one shape have in common. */
export interface ImageForm {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly color?: ColorOrder;
}

/**
 * The image that an array of that shape is: 2 axes are rows and columns, 3 axes also have channels.
 * @throws ImgstoreError UNSUPPORTED for any other number of axes, and for an axis without elements.
 */
export function imageForm(dtype: DType, shape: readonly number[], reading: ImageReading): ImageForm {
  if (shape.length !== 2 && shape.length !== 3) {
    throw new ImgstoreError('UNSUPPORTED', `an array of shape (${shape.join(', ')}); an image has 2 or 3 axes`, shape.length === 4 ? { hint: 'arrays=stack reads the first axis as samples' } : {});
  }
  if (shape.includes(0)) throw new ImgstoreError('UNSUPPORTED', `an image of shape (${shape.join(', ')}) has no pixels`);
  const layout = shape.length === 2 ? 'HW' : reading.layout;
  const color = colorOf(tensorSize({ layout, shape }).channels, reading.color);
  return { dtype, shape, layout, ...color !== undefined && { color } };
}

/** The image of that form with those elements, which are not copied. @throws ImgstoreError CORRUPT for a bool that is neither 0 nor 1. */
export function imageOf(form: ImageForm, data: Uint8Array): TensorImage {
  if (form.dtype === 'bool') {
    const at = data.findIndex((value) => value > 1);
    if (at >= 0) throw new ImgstoreError('CORRUPT', `element ${at} of an array of bool is ${data[at]}, neither 0 nor 1`);
  }
  return { kind: 'tensor', ...form, data };
}

function colorOf(channels: number, color: 'rgb' | 'bgr'): ColorOrder | undefined {
  switch (channels) {
    case 1: return 'gray';
    case 2: return 'gray-alpha';
    case 3: return color;
    case 4: return color === 'rgb' ? 'rgba' : 'bgra';
    default: return undefined; // features, not colours
  }
}

/** The colours that are written, the preferred one of each number of channels first. */
export function colorsOf(color: 'rgb' | 'bgr'): readonly ColorOrder[] {
  return ['gray', 'gray-alpha', color, color === 'rgb' ? 'rgba' : 'bgra'];
}

/** What is assumed of images of that form, as sentences for the plan. */
export function assumptions(form: ImageForm, given: Partial<ImageReading>): readonly string[] {
  const { layout, color, shape } = form;
  const notes: string[] = [];
  if (given.color === undefined && (color === 'rgb' || color === 'rgba')) notes.push(`an array does not say the order of its colours: ${color} assumed (color=bgr reads it as ${color === 'rgb' ? 'bgr' : 'bgra'})`);
  const [first = 0, , last = 0] = shape;
  if (given.layout === undefined && layout === 'HWC' && first <= 4 && last > 4) notes.push(`images of shape (${shape.join(', ')}) read as height, width, channels (layout=CHW reads them as channels, height, width)`);
  return notes;
}

/**
 * The tensor of a sample that the store accepts.
 * @throws ImgstoreError LOSSY for 3 or 4 channels whose colours would be read as others; see `checkSample` of core for the rest.
 */
export function toArray(sample: Sample, accepts: Accepts): TensorImage {
  checkSample(sample, accepts);
  const image = sample.image as TensorImage; // no other is accepted
  const { channels } = tensorSize(image);
  if (image.color === undefined && (channels === 3 || channels === 4)) throw new ImgstoreError('LOSSY', `the store cannot hold ${channels} channels of unknown colour`);
  return image;
}
