import { ImgstoreError } from '../errors.js';
import type { ColorOrder, DType, Layout } from '../sample.js';

/** What an element type can hold: integers of so many bits, and whether it has a sign or a fraction. */
interface Facts {
  readonly bytes: 1 | 2 | 4 | 8;
  /** Every integer of magnitude up to 2^bits is held (the largest one itself only by floats). */
  readonly bits: number;
  readonly signed: boolean;
  readonly float: boolean;
}

const FACTS: Readonly<Record<DType, Facts>> = {
  bool: { bytes: 1, bits: 1, signed: false, float: false },
  uint8: { bytes: 1, bits: 8, signed: false, float: false },
  int8: { bytes: 1, bits: 7, signed: true, float: false },
  uint16: { bytes: 2, bits: 16, signed: false, float: false },
  int16: { bytes: 2, bits: 15, signed: true, float: false },
  uint32: { bytes: 4, bits: 32, signed: false, float: false },
  int32: { bytes: 4, bits: 31, signed: true, float: false },
  uint64: { bytes: 8, bits: 64, signed: false, float: false },
  int64: { bytes: 8, bits: 63, signed: true, float: false },
  float16: { bytes: 2, bits: 11, signed: true, float: true },
  float32: { bytes: 4, bits: 24, signed: true, float: true },
  float64: { bytes: 8, bits: 53, signed: true, float: true },
};

/** Every element type, by NumPy's names. */
export const DTYPES: readonly DType[] = Object.keys(FACTS).filter(isDType);

/** Bytes of one element. */
export function dtypeSize(dtype: DType): 1 | 2 | 4 | 8 {
  return FACTS[dtype].bytes;
}

/** Whether the text names an element type. */
export function isDType(text: string): text is DType {
  return Object.hasOwn(FACTS, text);
}

/** Whether `to` holds every value that `from` can have. */
export function canWiden(from: DType, to: DType): boolean {
  const a = FACTS[from];
  const b = FACTS[to];
  return from === to || (a.bits <= b.bits && (!a.float || b.float) && (!a.signed || b.signed));
}

/** How many channels that order of colours has. */
export function colorChannels(color: ColorOrder): number {
  return CHANNELS[color];
}

/** What that number of channels means where it is not said, with the order of colours that is assumed; undefined for more than four, which are features. */
export function colorOfChannels(channels: number, order: 'rgb' | 'bgr'): ColorOrder | undefined {
  switch (channels) {
    case 1: return 'gray';
    case 2: return 'gray-alpha';
    case 3: return order;
    case 4: return order === 'rgb' ? 'rgba' : 'bgra';
    default: return undefined;
  }
}

/** Every order of colours. */
export const COLORS: readonly ColorOrder[] = ['rgb', 'bgr', 'gray', 'gray-alpha', 'rgba', 'bgra'];

/** Every order of axes. */
export const LAYOUTS: readonly Layout[] = ['HWC', 'CHW', 'HW'];

const CHANNELS: Readonly<Record<ColorOrder, number>> = { 'gray': 1, 'gray-alpha': 2, 'rgb': 3, 'bgr': 3, 'rgba': 4, 'bgra': 4 };

/**
 * The number of elements of that shape; 1 for an empty shape.
 * @throws ImgstoreError MISMATCH when a number is not an integer of at least 0, LIMIT when the product is above 2^53-1.
 */
export function tensorLength(shape: readonly number[]): number {
  let length = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) throw new ImgstoreError('MISMATCH', `the shape [${shape.join(', ')}] is not possible`);
    length *= size;
  }
  if (length <= Number.MAX_SAFE_INTEGER) return length;
  // A shape with a 0 has no elements however large the rest is: even so large that the product is no number.
  if (shape.includes(0)) return 0;
  throw new ImgstoreError('LIMIT', `the shape [${shape.join(', ')}] has more than 2^53-1 elements`);
}
