import { checkTensor, colorOfChannels, ImgstoreError, isDType, quote } from '@imgstore/core';
import type { DType, FeatureValue, Layout, TensorImage } from '@imgstore/core';
import type { Preset } from '../presets/preset.js';
import { joinBytes } from '../wire/feature.js';
import { integers, oneInteger, oneText } from './values.js';

type Features = ReadonlyMap<string, FeatureValue>;
type TensorPreset = NonNullable<Preset['tensor']>;

/** Which way round the colours of raw images are. */
export type RawColor = 'rgb' | 'bgr';

/**
 * The raw image of a record, its bytes a view of them, and the names of the features that describe it.
 * @throws ImgstoreError MISMATCH (sizes disagree), CORRUPT, UNSUPPORTED.
 */
export function readTensor(preset: TensorPreset, features: Features, color: RawColor): { readonly image: TensorImage; readonly used: readonly string[] } {
  const data = joinBytes(features.get(preset.image)!);
  if (data === undefined) throw new ImgstoreError('CORRUPT', 'the raw image is not one value of bytes', { feature: preset.image });
  const { shape, used } = readShape(preset.shape, features);
  const dtype = readDType(preset, features, used);
  const layout = readLayout(preset, features, shape.length, used);
  const channels = layout === 'HW' ? 1 : layout === 'HWC' ? shape[2] : shape[0];
  const order = colorOfChannels(channels ?? 0, color);
  const image: TensorImage = { kind: 'tensor', dtype, shape, layout, data, ...(order === undefined ? {} : { color: order }) };
  checkTensor(image);
  return { image, used: [preset.image, ...used] };
}

function readShape(shape: TensorPreset['shape'], features: Features): { readonly shape: readonly number[]; readonly used: string[] } {
  if (typeof shape === 'string') {
    const sizes = integers(features.get(shape));
    if (sizes === undefined) throw new ImgstoreError('CORRUPT', 'the shape is not a list of int64', { feature: shape });
    return { shape: sizes, used: [shape] };
  }
  const used = [shape.height, shape.width, shape.channels];
  const sizes = used.map((name) => {
    const size = oneInteger(features.get(name));
    if (size === undefined) throw new ImgstoreError('CORRUPT', 'the size is not one int64', { feature: name });
    return size;
  });
  return { shape: sizes, used };
}

function readDType(preset: TensorPreset, features: Features, used: string[]): DType {
  const feature = preset.dtype === undefined ? undefined : features.get(preset.dtype);
  if (preset.dtype === undefined || feature === undefined) return 'uint8';
  const text = oneText(feature);
  if (text === undefined || !isDType(text)) {
    throw new ImgstoreError('UNSUPPORTED', `${text === undefined ? 'no text' : quote(text)} is no element type known here`, { feature: preset.dtype });
  }
  used.push(preset.dtype);
  return text;
}

function readLayout(preset: TensorPreset, features: Features, rank: number, used: string[]): Layout {
  const feature = preset.layout === undefined ? undefined : features.get(preset.layout);
  if (preset.layout === undefined || feature === undefined) {
    if (rank === 2) return 'HW';
    if (rank === 3) return 'HWC';
    throw new ImgstoreError('UNSUPPORTED', `an image has 2 or 3 axes, the shape has ${rank}`, typeof preset.shape === 'string' ? { feature: preset.shape } : {});
  }
  const text = oneText(feature);
  if (text !== 'HWC' && text !== 'CHW' && text !== 'HW') {
    throw new ImgstoreError('UNSUPPORTED', `${text === undefined ? 'no text' : quote(text)} is no layout known here; HWC, CHW and HW are`, { feature: preset.layout });
  }
  used.push(preset.layout);
  return text;
}
