import { permuteBytes3 } from './bytes3.js';
import { isLittleEndian } from './endian.js';

/** How {@link permute} moves elements. */
export interface Permutation {
  readonly pixels: number;
  readonly channels: number;
  /** Bytes of one element. */
  readonly elementSize: 1 | 2 | 4 | 8;
  /** Whether the source has all of one channel before the next. */
  readonly fromPlanar: boolean;
  readonly toPlanar: boolean;
  /** Whether the first and the third channel change places. */
  readonly swaps: boolean;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** Moves the elements of `source` to the front of `target`, which must not overlap. Lengths have been checked. */
export function permute(source: Uint8Array, target: Uint8Array, how: Permutation): void {
  const { pixels, channels, elementSize } = how;
  if (elementSize === 1 && channels === 3 && isLittleEndian()) {
    permuteBytes3(source, target, how);
    return;
  }
  const length = pixels * channels * elementSize;
  const wordSize = elementSize === 8 ? 4 : elementSize;
  // `new Uint8Array`, not `slice`, because that of Node's Buffer does not copy.
  const from = source.byteOffset % wordSize === 0 ? source : new Uint8Array(source);
  const to = target.byteOffset % wordSize === 0 ? target.subarray(0, length) : new Uint8Array(length);
  permuteWords(words(from, wordSize), words(to, wordSize), elementSize / wordSize, how);
  if (to.buffer !== target.buffer) target.set(to);
}

/** An element is `count` words: 8 bytes as two, because a float64 that is copied as a number may change the bits of a NaN. */
function permuteWords(from: Words, to: Words, count: number, how: Permutation): void {
  const { pixels, channels, fromPlanar, toPlanar, swaps } = how;
  const readStep = (fromPlanar ? 1 : channels) * count;
  const writeStep = (toPlanar ? 1 : channels) * count;
  for (let channel = 0; channel < channels; channel++) {
    const origin = swaps && channel < 3 ? 2 - channel : channel;
    let read = (fromPlanar ? origin * pixels : origin) * count;
    let write = (toPlanar ? channel * pixels : channel) * count;
    for (let pixel = 0; pixel < pixels; pixel++) {
      to[write] = from[read] as number;
      if (count === 2) to[write + 1] = from[read + 1] as number;
      read += readStep;
      write += writeStep;
    }
  }
}

function words(bytes: Uint8Array, size: 1 | 2 | 4): Words {
  const { buffer, byteOffset, length } = bytes;
  return size === 1 ? bytes : size === 2 ? new Uint16Array(buffer, byteOffset, length / 2) : new Uint32Array(buffer, byteOffset, length / 4);
}
