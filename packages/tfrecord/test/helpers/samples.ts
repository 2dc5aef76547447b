import type { EncodedImage, FeatureValue, Sample, TensorImage } from '@imgstore/core';
import { text } from './records.js';

/** The beginning of a PNG file: enough for its header to be understood. */
export function pngHeader(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3, bitDepth = 8): Uint8Array {
  const colorType = { 1: 0, 2: 4, 3: 2, 4: 6 }[channels];
  return Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
    width >>> 24, width >>> 16, width >>> 8, width, height >>> 24, height >>> 16, height >>> 8, height, bitDepth, colorType, 0, 0, 0, 1, 2, 3, 4);
}

/** The beginning of a baseline JPEG file. */
export function jpegHeader(width: number, height: number, channels: 1 | 3 = 3): Uint8Array {
  const components = Array.from({ length: channels }, (_, index) => [index + 1, 0x11, 0]).flat();
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 8 + 3 * channels, 8, height >> 8, height, width >> 8, width, channels, ...components, 0xff, 0xd9);
}

export function png(width = 4, height = 3, channels: 1 | 2 | 3 | 4 = 3): EncodedImage {
  return { kind: 'encoded', format: 'png', bytes: pngHeader(width, height, channels) };
}

export function jpeg(width = 4, height = 3): EncodedImage {
  return { kind: 'encoded', format: 'jpeg', bytes: jpegHeader(width, height) };
}

export function tensor(shape: readonly [number, number, number] = [2, 3, 3], change: Partial<TensorImage> = {}): TensorImage {
  const color = ({ 1: 'gray', 2: 'gray-alpha', 3: 'rgb', 4: 'rgba' } as const)[shape[2] as 1 | 2 | 3 | 4];
  const data = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, index) => index * 7);
  return { kind: 'tensor', dtype: 'uint8', shape, layout: 'HWC', color, data, ...change };
}

export function sample(key: string, parts: Partial<Sample> = {}): Sample {
  return { key, features: new Map(), ...parts };
}

export function features(entries: Readonly<Record<string, FeatureValue>>): ReadonlyMap<string, FeatureValue> {
  return new Map(Object.entries(entries));
}

export function bytes(...values: readonly (string | Uint8Array)[]): FeatureValue {
  return { kind: 'bytes', values: values.map((value) => (typeof value === 'string' ? text(value) : value)) };
}

export function int64(...values: readonly (number | bigint)[]): FeatureValue {
  return { kind: 'int64', values: BigInt64Array.from(values, BigInt) };
}

export function float32(...values: readonly number[]): FeatureValue {
  return { kind: 'float32', values: Float32Array.from(values) };
}
