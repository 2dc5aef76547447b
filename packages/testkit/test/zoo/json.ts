import type { FeatureKind, FeatureValue, Sample } from '@imgstore/core';

/** A sample as one line of JSON. */
export function writeSample({ key, image, label, className, features }: Sample): string {
  const lists = [...features].map(([name, { kind, values }]) => [name, kind, kind === 'bytes' ? values.map(base64) : Array.from(values, String)]);
  const picture = image === undefined ? undefined : image.kind === 'encoded' ? { ...image, bytes: base64(image.bytes) } : { ...image, data: base64(image.data) };
  return `${JSON.stringify({ key, label, className, image: picture, features: lists })}\n`;
}

/** The sample that was written so. Its checksum has been checked. */
export function readSample(line: string): Sample {
  return JSON.parse(line, (name: string, value: unknown) => {
    if ((name === 'bytes' || name === 'data') && typeof value === 'string') return fromBase64(value);
    if (name !== 'features') return value;
    return new Map((value as [string, FeatureKind, string[]][]).map(([feature, kind, values]) => [feature, valueOf(kind, values)]));
  }) as Sample;
}

function valueOf(kind: FeatureKind, values: string[]): FeatureValue {
  switch (kind) {
    case 'bytes': return { kind, values: values.map(fromBase64) };
    case 'int64': return { kind, values: BigInt64Array.from(values, BigInt) };
    case 'float32': return { kind, values: Float32Array.from(values, Number) };
    case 'float64': return { kind, values: Float64Array.from(values, Number) };
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
