import type { FeatureValue, Sample } from '@imgstore/core';
import { tfrecord } from '@imgstore/tfrecord';
import type { TfrecordOptions } from '@imgstore/tfrecord';

/** The structure of a PNG of 6 by 4, RGB, 8 bit, without pixels, and after its end bytes that the number decides. */
export function pngOf(number: number, length = 60): Uint8Array {
  const bytes = Buffer.alloc(length, number + 1);
  Buffer.from('89504e470d0a1a0a0000000d49484452000000060000000408020000002266d9140000000049454e44ae426082', 'hex').copy(bytes);
  return Uint8Array.from(bytes);
}

/** A sample with such a PNG. */
export function sampleOf(key: string, fields: Partial<Sample> & { readonly number?: number } = {}): Sample {
  const { number = fields.label ?? 0, ...rest } = fields;
  return { key, image: { kind: 'encoded', format: 'png', bytes: pngOf(number) }, features: new Map<string, FeatureValue>(), ...rest };
}

/** Writes the samples as a TFRecord file, and gives its path. */
export async function fileOf(path: string, samples: readonly Sample[], options: TfrecordOptions = {}): Promise<string> {
  async function* stream(): AsyncGenerator<Sample> {
    yield* samples;
  }
  await tfrecord(path, options).write(stream(), { source: { keys: 'stored', count: samples.length } });
  return path;
}
