import { encodeUtf8 } from '@imgstore/core';
import type { Accepts, DType, ErrorCode, FeatureKind, FeatureValue, ImageFormat, Layout, Sample, TensorImage } from '@imgstore/core';
import { tensorImages } from './catalogue/tensors.js';

/** A sample that a store says it cannot hold. */
export interface Violation {
  readonly what: string;
  readonly sample: Sample;
  readonly codes: readonly ErrorCode[];
}

const DTYPES: readonly DType[] = ['uint8', 'float64', 'int64', 'bool', 'float16', 'uint16', 'int8'];
const LAYOUTS: readonly Layout[] = ['HW', 'HWC', 'CHW'];
const KINDS: readonly FeatureKind[] = ['bytes', 'int64', 'float32', 'float64'];
const FORMATS: readonly ImageFormat[] = ['jpeg', 'png', 'gif', 'webp', 'bmp', 'tiff', 'avif'];

/** Samples that differ from a good one in one point that `accepts` excludes. `good` has a key of its own. */
export function violations(accepts: Accepts, good: Sample, other: Sample): readonly Violation[] {
  return [
    ...imageViolations(accepts, good), ...tensorViolations(accepts, good), ...labelViolations(accepts, good),
    ...featureViolations(accepts, good), ...keyViolations(accepts, good, other),
  ];
}

function imageViolations(accepts: Accepts, good: Sample): readonly Violation[] {
  const { image: _, ...bare } = good;
  const format = accepts.encoded === 'any' ? undefined : FORMATS.find((one) => !accepts.encoded.includes(one));
  return [
    ...(accepts.image === 'required' ? [lossy('no image', bare)] : []),
    ...(format === undefined ? [] : [lossy(`an image of format ${format}`, { ...good, image: { kind: 'encoded', format, bytes: encodeUtf8('not accepted') } })]),
  ];
}

function tensorViolations({ tensor, uniform }: Accepts, good: Sample): readonly Violation[] {
  const with_ = (image: TensorImage): Sample => ({ ...good, image });
  if (tensor === undefined) return [lossy('a tensor', with_(plain('uint8', 'HWC', [2, 2, 3], { color: 'rgb' })))];
  const [model] = tensorImages(tensor);
  if (model === undefined) return [];
  const dtype = DTYPES.find((one) => !tensor.dtypes.includes(one));
  const layout = LAYOUTS.find((one) => !tensor.layouts.includes(one) && one !== 'HW') ?? LAYOUTS.find((one) => !tensor.layouts.includes(one));
  const channelsLast = tensor.layouts.includes('HWC');
  const { colors } = tensor;
  const color = colors === undefined || !(channelsLast || tensor.layouts.includes('CHW')) ? undefined : (['bgr', 'rgb'] as const).find((one) => !colors.includes(one));
  const colored = tensorImages({ dtypes: tensor.dtypes, layouts: [channelsLast ? 'HWC' : 'CHW'], ...(tensor.shape === undefined ? {} : { shape: tensor.shape }), colors: color === undefined ? [] : [color] })[0];
  const short = { ...model, data: model.data.subarray(0, model.data.length - 1) };
  const axis = tensor.shape?.findIndex((size) => size !== null) ?? -1;
  const form = { ...(model.color === undefined ? {} : { color: model.color }) };
  return [
    ...(dtype === undefined ? [] : [lossy(`a tensor of ${dtype}`, with_(plain(dtype, model.layout, model.shape, form)))]),
    ...(layout === undefined ? [] : [lossy(`a tensor of layout ${layout}`, with_(plain(model.dtype, layout, layout === 'HW' ? [2, 2] : layout === 'HWC' ? [2, 2, 1] : [1, 2, 2], { color: 'gray' })))]),
    ...(color === undefined || colored === undefined ? [] : [lossy(`a tensor of colour ${color}`, with_(colored))]),
    ...(axis === -1 ? [] : [lossy('a tensor of another shape', with_(plain(model.dtype, model.layout, model.shape.map((size, at) => (at === axis ? size + 1 : size)), {})))]),
    { what: 'a tensor with a byte too few', sample: with_(short), codes: ['MISMATCH', 'LOSSY'] },
    ...(uniform === true && good.image?.kind === 'tensor' ? uniformViolations(good, good.image) : []),
  ];
}

function uniformViolations(good: Sample, { dtype, layout, shape, color }: TensorImage): readonly Violation[] {
  const larger = plain(dtype, layout, shape.map((size, axis) => (axis === (layout === 'CHW' ? 1 : 0) ? size + 1 : size)), color === undefined ? {} : { color });
  return [{ what: 'a tensor that is larger than the first', sample: { ...good, image: larger }, codes: ['MISMATCH', 'LOSSY'] }];
}

function labelViolations({ label, classes, classNeedsLabel }: Accepts, good: Sample): readonly Violation[] {
  const { label: _, className: __, ...bare } = good;
  if (label === undefined) {
    return [lossy('a label', { ...bare, label: 1 }), ...(classes ? [] : [lossy('a class name', { ...bare, className: 'cat' })])];
  }
  return [
    ...(label.max < Number.MAX_VALUE ? [lossy('a label above the largest', { ...bare, label: label.max + 1 })] : []),
    lossy('a label below the smallest', { ...bare, label: label.min - 1 }),
    lossy('a label that is no whole number', { ...bare, label: Math.max(label.min, 0) + 0.5 }),
    ...(label.required === true ? [lossy('no label', bare)] : []),
    ...(classes ? [] : [lossy('a class name', { ...good, className: 'cat' })]),
    ...(classes && classNeedsLabel === true ? [lossy('a class name without a label', { ...bare, className: 'cat' })] : []),
  ];
}

const VALUES: { readonly [K in FeatureKind]: FeatureValue } = {
  bytes: { kind: 'bytes', values: [encodeUtf8('x')] },
  int64: { kind: 'int64', values: BigInt64Array.of(1n) },
  float32: { kind: 'float32', values: Float32Array.of(1) },
  float64: { kind: 'float64', values: Float64Array.of(1 / 3) },
};

function featureViolations({ features, reserved = [] }: Accepts, good: Sample): readonly Violation[] {
  const kinds = features === 'none' ? [] : features;
  const wrong = KINDS.filter((kind) => !kinds.includes(kind));
  const [kind] = kinds;
  const [name] = reserved;
  const withFeature = (feature: string, value: FeatureValue): Sample => ({ ...good, features: new Map([[feature, value]]) });
  return [
    ...wrong.map((one) => lossy(`a feature of kind ${one}`, withFeature('extra', VALUES[one]))),
    ...(name === undefined || kind === undefined ? [] : [lossy(`a feature of the reserved name ${name}`, withFeature(name, VALUES[kind]))]),
  ];
}

function keyViolations({ key }: Accepts, good: Sample, other: Sample): readonly Violation[] {
  if (key.kind === 'ordinal') return []; // what is not stored is dropped by fit, which counts it
  const forbidden = ['a.b', 'a/b', 'a b', '\u00e4', 'A', 'a', '1', '~'].find((one) => key.allows !== undefined && !new RegExp(key.allows.source, key.allows.flags.replace(/[gy]/g, '')).test(one));
  return [
    ...(key.maxBytes === undefined ? [] : [lossy('a key that is too long', { ...good, key: 'k'.repeat(key.maxBytes + 1) })]),
    ...(forbidden === undefined ? [] : [lossy('a key that is not allowed', { ...good, key: forbidden })]),
    ...(key.unique === true ? [{ what: 'a key for the second time', sample: { ...good, key: other.key }, codes: ['MISMATCH'] as const }] : []),
  ];
}

function plain(dtype: DType, layout: Layout, shape: readonly number[], form: Pick<TensorImage, 'color'>): TensorImage {
  const [model] = tensorImages({ dtypes: [dtype], layouts: [layout], shape, ...(form.color === undefined ? {} : { colors: [form.color] }) });
  if (model !== undefined) return { ...model, ...form };
  throw new Error(`no tensor of ${dtype} ${layout} [${shape.join(', ')}]`);
}

function lossy(what: string, sample: Sample): Violation {
  return { what, sample, codes: ['LOSSY'] };
}
