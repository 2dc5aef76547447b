import type { FeatureValue, Sample } from '@imgstore/core';

type Json = { readonly [name: string]: unknown } | null;

/** A sample as a line of JSON: exact for every dtype and kind of feature. */
export function toJson({ key, image, label, className, features }: Sample): string {
  const picture = image === undefined ? {} : { image: image.kind === 'encoded'
    ? { ...image, bytes: base64(image.bytes) } : { ...image, data: base64(image.data) } };
  const values = [...features].map(([name, { kind, values }]) => [name, kind, kind === 'bytes' ? values.map(base64) : Array.from(values, String)]);
  return JSON.stringify({ key, label, className, features: values, ...picture });
}

/** The sample that {@link toJson} wrote. */
export function fromJson(text: string): Sample {
  return JSON.parse(text, (name: string, value: unknown) => {
    if ((name === 'bytes' || name === 'data') && typeof value === 'string') return unbase64(value);
    if (name === 'features') return new Map((value as [string, FeatureValue['kind'], string[]][]).map(([key, kind, values]) => [key, revive(kind, values)]));
    return value as Json;
  }) as Sample;
}

function revive(kind: FeatureValue['kind'], values: string[]): FeatureValue {
  switch (kind) {
    case 'bytes': return { kind, values: values.map(unbase64) };
    case 'int64': return { kind, values: BigInt64Array.from(values, BigInt) };
    case 'float32': return { kind, values: Float32Array.from(values, Number) };
    case 'float64': return { kind, values: Float64Array.from(values, Number) };
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function unbase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
