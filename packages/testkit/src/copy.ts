import type { FeatureValue, Sample } from '@imgstore/core';
import { bytesOf } from './compare.js';

/** The same sample with bytes of its own. */
export function copyOf(sample: Sample): Sample {
  const features = new Map([...sample.features].map(([name, value]) => [name, copyValue(value)]));
  const { image } = sample;
  if (image === undefined) return { ...sample, features };
  return { ...sample, features, image: image.kind === 'encoded' ? { ...image, bytes: new Uint8Array(image.bytes) } : { ...image, shape: [...image.shape], data: new Uint8Array(image.data) } };
}

/** Overwrites all bytes that a sample holds. */
export function spoil(sample: Sample): void {
  for (const bytes of bytesOf(sample)) bytes.fill(0xdb);
}

function copyValue(value: FeatureValue): FeatureValue {
  switch (value.kind) {
    case 'bytes': return { kind: 'bytes', values: value.values.map((bytes) => new Uint8Array(bytes)) };
    case 'int64': return { kind: 'int64', values: value.values.slice() };
    case 'float32': return { kind: 'float32', values: value.values.slice() };
    case 'float64': return { kind: 'float64', values: value.values.slice() };
  }
}
