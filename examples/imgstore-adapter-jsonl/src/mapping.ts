/**
 * Lines as samples, and samples as lines: pure, without any file. One line is one sample:
 *
 *     {"key":"cat/1.png","label":3,"className":"cat",
 *      "image":{"format":"png","bytes":BASE64}                 or {"dtype","shape","layout","color","data":BASE64}
 *      "features":[{"name":"area","kind":"float32","values":[0.25]}, ...]}
 *
 * `key` comes first; everything else may be absent. Features are a list, because a reader of JSON may order the members of an object anew.
 */
import { checkSample, checkTensor, COLORS, DTYPES, ImgstoreError, isDType, LAYOUTS } from '@imgstore/core';
import type { Accepts, FeatureValue, Sample } from '@imgstore/core';
import { base64Of, bytesOf, floatOf, int64Of, integerOf, jsonOfFloat, listOf, membersOf, textOf } from './json.js';

/** What a line can hold: every sample there is. */
export const jsonlAccepts: Accepts = {
  image: 'optional',
  encoded: 'any',
  tensor: { dtypes: DTYPES, layouts: LAYOUTS, colors: COLORS },
  key: { kind: 'text' },
  label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  classes: true,
  features: ['bytes', 'int64', 'float32', 'float64'],
  borrow: true,
};

/** The sample as a line, with its line end. @throws ImgstoreError LOSSY, MISMATCH, with the key. */
export function formatLine(sample: Sample): string {
  checkSample(sample, jsonlAccepts);
  const { key, label, className, image, features } = sample;
  try {
    return `${JSON.stringify({
      key, label, className,
      image: image && jsonOfImage(image),
      features: features.size === 0 ? undefined : [...features].map(([name, value]) => ({ name, kind: value.kind, values: jsonOfValues(value) })),
    })}\n`;
  } catch (cause) {
    if (!(cause instanceof RangeError) && codeOf(cause) !== 'ERR_STRING_TOO_LONG') throw cause;
    throw new ImgstoreError('LOSSY', 'a line of JSON cannot be so long', { key, cause });
  }
}

/** The sample that a line says. @throws ImgstoreError CORRUPT, MISMATCH. */
export function parseLine(line: string): Sample {
  const members = membersOf(parseJson(line), ['key', 'label', 'className', 'image', 'features'], 'the line');
  const key = textOf(members.get('key'), '"key"');
  const [label, className, image, features] = ['label', 'className', 'image', 'features'].map((name) => members.get(name));
  return {
    key,
    ...image !== undefined && { image: imageOf(image) },
    ...label !== undefined && { label: integerOf(label, '"label"') },
    ...className !== undefined && { className: textOf(className, '"className"') },
    features: features === undefined ? new Map() : featuresOf(features),
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new ImgstoreError('CORRUPT', 'the line is not JSON', { cause });
  }
}

function jsonOfImage(image: NonNullable<Sample['image']>): object {
  if (image.kind === 'encoded') return { format: image.format, bytes: base64Of(image.bytes) };
  const { dtype, shape, layout, color, data } = image;
  return { dtype, shape, layout, color, data: base64Of(data) };
}

function imageOf(value: unknown): NonNullable<Sample['image']> {
  const members = membersOf(value, ['format', 'bytes', 'dtype', 'shape', 'layout', 'color', 'data'], '"image"');
  if (members.has('format')) return { kind: 'encoded', format: textOf(members.get('format'), '"format"'), bytes: bytesOf(members.get('bytes'), '"bytes"') };
  const dtype = textOf(members.get('dtype'), '"dtype"');
  const layout = LAYOUTS.find((known) => known === members.get('layout'));
  const color = COLORS.find((known) => known === members.get('color'));
  if (!isDType(dtype)) throw new ImgstoreError('CORRUPT', `"dtype" is none of ${DTYPES.join(', ')}`);
  if (layout === undefined) throw new ImgstoreError('CORRUPT', `"layout" is none of ${LAYOUTS.join(', ')}`);
  if (color !== members.get('color')) throw new ImgstoreError('CORRUPT', `"color" is none of ${COLORS.join(', ')}`);
  const shape = listOf(members.get('shape'), '"shape"').map((size) => integerOf(size, 'a number of "shape"'));
  const image = { kind: 'tensor', dtype, layout, ...color !== undefined && { color }, shape, data: bytesOf(members.get('data'), '"data"') } as const;
  checkTensor(image);
  return image;
}

function jsonOfValues(value: FeatureValue): readonly unknown[] {
  switch (value.kind) {
    case 'bytes': return value.values.map(base64Of);
    case 'int64': return Array.from(value.values, String);
    case 'float32':
    case 'float64': return Array.from(value.values, jsonOfFloat);
  }
}

function featuresOf(value: unknown): Sample['features'] {
  const features = new Map<string, FeatureValue>();
  for (const element of listOf(value, '"features"')) {
    const members = membersOf(element, ['name', 'kind', 'values'], 'a feature');
    const name = textOf(members.get('name'), 'the name of a feature');
    if (features.has(name)) throw new ImgstoreError('CORRUPT', 'the feature is there twice', { feature: name });
    features.set(name, valuesOf(members.get('kind'), listOf(members.get('values'), '"values"')));
  }
  return features;
}

function valuesOf(kind: unknown, values: readonly unknown[]): FeatureValue {
  switch (kind) {
    case 'bytes': return { kind, values: values.map((value) => bytesOf(value, 'a value of bytes')) };
    case 'int64': return { kind, values: BigInt64Array.from(values, (value) => int64Of(value, 'a value of int64')) };
    case 'float32': return { kind, values: Float32Array.from(values, float32Of) };
    case 'float64': return { kind, values: Float64Array.from(values, (value) => floatOf(value, 'a value of float64')) };
    default: throw new ImgstoreError('CORRUPT', '"kind" is none of bytes, int64, float32, float64');
  }
}

/** Rounded to the nearest float32, as a number that was typed by hand must be; but never to infinity. */
function float32Of(value: unknown): number {
  const number = floatOf(value, 'a value of float32');
  if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw new ImgstoreError('CORRUPT', `a value of float32 is ${number}, which is beyond its range`);
  return number;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
