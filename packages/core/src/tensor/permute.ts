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

type Elements = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Moves the elements of `source` to the front of `target`, which must not overlap. Lengths have been checked. */
export function permute(source: Uint8Array, target: Uint8Array, how: Permutation): void {
  const { elementSize: size } = how;
  const length = how.pixels * how.channels * size;
  const from = elements(source.subarray(0, length), size) ?? elements(source.slice(0, length), size) as Elements;
  const to = elements(target.subarray(0, length), size);
  if (to !== undefined) {
    permuteElements(from, to, how);
    return;
  }
  const aligned = new Uint8Array(length);
  permuteElements(from, elements(aligned, size) as Elements, how);
  target.set(aligned);
}

function permuteElements(from: Elements, to: Elements, how: Permutation): void {
  const { pixels, channels, fromPlanar, toPlanar, swaps } = how;
  for (let channel = 0; channel < channels; channel++) {
    const origin = swaps && channel < 3 ? 2 - channel : channel;
    let read = fromPlanar ? origin * pixels : origin;
    let write = toPlanar ? channel * pixels : channel;
    const readStep = fromPlanar ? 1 : channels;
    const writeStep = toPlanar ? 1 : channels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      to[write] = from[read] as number;
      read += readStep;
      write += writeStep;
    }
  }
}

/** The bytes as elements of that size, or undefined when they are not aligned for it. */
function elements(bytes: Uint8Array, size: 1 | 2 | 4 | 8): Elements | undefined {
  if (bytes.byteOffset % size !== 0) return undefined;
  const length = bytes.length / size;
  switch (size) {
    case 1: return bytes;
    case 2: return new Uint16Array(bytes.buffer, bytes.byteOffset, length);
    case 4: return new Uint32Array(bytes.buffer, bytes.byteOffset, length);
    case 8: return new Float64Array(bytes.buffer, bytes.byteOffset, length);
  }
}
