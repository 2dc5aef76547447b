import { dtypeSize } from '@imgstore/core';
import type { DType } from '@imgstore/core';

/** Turns the bytes of each element around, in place: between big-endian and little-endian. */
export function swapBytes(data: Uint8Array, dtype: DType): void {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.length);
  switch (dtypeSize(dtype)) {
    case 1: return;
    case 2: buffer.swap16(); return;
    case 4: buffer.swap32(); return;
    case 8: buffer.swap64(); return;
  }
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/**
 * Writes the elements of an array in Fortran order (first axis fastest) to `target` in C order (last axis fastest). Both
 * begin at a multiple of the element's size in their buffers, and do not overlap.
 */
export function fortranToC(source: Uint8Array, target: Uint8Array, shape: readonly number[], elementSize: 1 | 2 | 4 | 8): void {
  // An element of 8 bytes is moved as two words of 4: as numbers, the bits of a NaN may change.
  const wordSize = elementSize === 8 ? 4 : elementSize;
  const count = elementSize / wordSize;
  const from = words(source, wordSize);
  const to = words(target, wordSize);
  const steps: number[] = [];
  let step = count;
  for (const size of shape) {
    steps.push(step);
    step *= size;
  }
  const last = shape.length - 1;
  const lastSize = shape[last] ?? 1;
  const lastStep = steps[last] ?? count;
  const index = shape.map(() => 0);
  let start = 0;
  for (let write = 0; write < to.length;) {
    for (let i = 0, read = start; i < lastSize; i++, read += lastStep) {
      for (let word = 0; word < count; word++) to[write++] = from[read + word] as number;
    }
    // The next row: as a meter counts, from the last axis but one.
    for (let axis = last - 1; axis >= 0; axis--) {
      start += steps[axis] as number;
      const next = (index[axis] as number) + 1;
      index[axis] = next;
      if (next < (shape[axis] as number)) break;
      start -= (steps[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
}

function words(bytes: Uint8Array, size: 1 | 2 | 4): Words {
  const { buffer, byteOffset, length } = bytes;
  return size === 1 ? bytes : size === 2 ? new Uint16Array(buffer, byteOffset, length / 2) : new Uint32Array(buffer, byteOffset, length / 4);
}
