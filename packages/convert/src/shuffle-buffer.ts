import type { Sample } from '@imgstore/core';
import { SeededRandom } from './random.js';

/** How much a buffer holds: whichever is reached first. */
export interface BufferOptions {
  /** Default 1,000. */
  readonly bufferSamples: number;
  /** Bytes of images and features. Default 256 MiB; one sample is held however large it is. */
  readonly bufferBytes: number;
}

/** Samples in the order in which they leave a buffer: once it is full, one that the seed chooses for each that comes in. They must be the taker's own. */
export async function* shuffleThroughBuffer<T extends { readonly sample: Sample }>(
  samples: AsyncIterable<T>, { bufferSamples, bufferBytes, seed, limit }: BufferOptions & { readonly seed: number; readonly limit: number },
): AsyncGenerator<T, void, undefined> {
  const random = new SeededRandom(seed);
  const held: T[] = [];
  let bytes = 0;
  const take = (): T => {
    const place = random.below(held.length);
    const chosen = held[place] as T; // place is below the length
    const last = held.pop() as T;
    if (place < held.length) held[place] = last;
    bytes -= sizeOf(chosen.sample);
    return chosen;
  };
  let left = limit;
  if (left > 0) {
    for await (const one of samples) {
      held.push(one);
      bytes += sizeOf(one.sample);
      while (held.length > 1 && (held.length > bufferSamples || bytes > bufferBytes)) yield take();
      if (--left <= 0) break;
    }
  }
  while (held.length > 0) yield take();
}

/** About how many bytes a sample takes: those of its image and features. */
export function sizeOf({ image, features }: Sample): number {
  let size = image === undefined ? 0 : image.kind === 'encoded' ? image.bytes.length : image.data.length;
  for (const { kind, values } of features.values()) {
    size += kind === 'bytes' ? values.reduce((sum, value) => sum + value.length, 0) : values.byteLength;
  }
  return size;
}
