import { crc32 } from 'node:zlib';
import type { EncodedImage, FeatureValue, Sample, TensorImage } from '@imgstore/core';

/** A sample; without features unless given. */
export function sample(key: string, rest: Partial<Omit<Sample, 'key'>> = {}): Sample {
  return { key, features: new Map(), ...rest };
}

/** The structure of a JPEG, around bytes that count up from `seed`: nobody decodes them. `length` of all. */
export function jpeg(seed = 0, length = 16): EncodedImage {
  const coded = Array.from({ length: length - 12 }, (_, i) => (seed + i) % 255);
  return { kind: 'encoded', format: 'jpeg', bytes: Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 6, 0, 0, 63, 0, ...coded, 0xff, 0xd9]) };
}

/** The structure of a PNG of that size, without pixels. */
export function png(width = 4, height = 2): EncodedImage {
  const chunk = (type: string, ...data: number[]): Buffer => {
    const covered = Buffer.from([...Buffer.from(type), ...data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(covered), 4);
    return Buffer.concat([ends.subarray(0, 4), covered, ends.subarray(4)]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return { kind: 'encoded', format: 'png', bytes: new Uint8Array(Buffer.concat([signature, chunk('IHDR', 0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0), chunk('IEND')])) };
}

/** A uint8 HWC rgb tensor whose elements count up from `seed`, with other parts where given. */
export function tensor(rest: Partial<Omit<TensorImage, 'kind' | 'data'>> = {}, seed = 0): TensorImage {
  const { shape = [2, 2, 3], dtype = 'uint8', layout = 'HWC', color = 'rgb' } = rest;
  const size = { bool: 1, uint8: 1, int8: 1, uint16: 2, int16: 2, float16: 2, uint32: 4, int32: 4, float32: 4, uint64: 8, int64: 8, float64: 8 }[dtype];
  const length = shape.reduce((a, b) => a * b, size);
  return { kind: 'tensor', dtype, shape, layout, color, data: Uint8Array.from({ length }, (_, i) => (seed + i) % 256) };
}

/** A uint16 image of one row with those values. */
export function row16(...values: number[]): TensorImage {
  return { kind: 'tensor', dtype: 'uint16', shape: [1, values.length], layout: 'HW', color: 'gray', data: new Uint8Array(Uint16Array.from(values).buffer) };
}

/** A feature of bytes. */
export function text(...values: string[]): FeatureValue {
  return { kind: 'bytes', values: values.map((value) => new TextEncoder().encode(value)) };
}

/** A feature of integers. */
export function int64(...values: (number | bigint)[]): FeatureValue {
  return { kind: 'int64', values: BigInt64Array.from(values, BigInt) };
}

/** All samples of an iteration. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** What a promise rejects with. A promise that does not reject fails the test. */
export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}
