import { canWiden, dtypeSize, tensorView, widen } from '@imgstore/core';
import type { DType, TensorImage, TensorView } from '@imgstore/core';

/** The bounds of integers; 64-bit ones as the nearest doubles inside. */
const BOUNDS: { readonly [dtype in DType]?: readonly [low: number, high: number] } = {
  bool: [0, 1], uint8: [0, 255], int8: [-128, 127], uint16: [0, 65535], int16: [-32768, 32767],
  uint32: [0, 2 ** 32 - 1], int32: [-(2 ** 31), 2 ** 31 - 1], uint64: [0, 2 ** 64 - 2048], int64: [-(2 ** 63), 2 ** 63 - 1024],
};

/** The bounds of the integers that are not all doubles. */
const WIDE_BOUNDS: { readonly [dtype in DType]?: readonly [low: bigint, high: bigint] } = {
  uint64: [0n, 2n ** 64n - 1n], int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * The numbers of the tensor, times `scale`, in a dtype that does not hold them all: rounded to the nearest it has, and to its bounds
 * beyond them; what is not a number becomes 0 as an integer. 64-bit integers pass through doubles only where they are multiplied by
 * a fraction, or become floats. New bytes.
 */
export function narrow(image: TensorImage, dtype: DType, scale: number = 1): TensorImage {
  const readable = image.dtype === 'float16' ? widen(image, 'float32') ?? image : image;
  const source = tensorView(readable);
  const wide = WIDE_BOUNDS[dtype];
  if (wide !== undefined) return { ...image, dtype, data: narrowWide(source, wide, wholeFactor(image.dtype, dtype, scale) ?? scale) };
  const rounded = new Float64Array(source.length);
  const round = rounding(dtype);
  for (let i = 0; i < rounded.length; i++) rounded[i] = round(Number(source[i]) * scale);
  const exact: TensorImage = { ...image, dtype: 'float64', data: new Uint8Array(rounded.buffer) };
  const narrowed = widen(exact, dtype);
  if (narrowed === undefined) throw new TypeError(`rounding to ${dtype} (${dtypeSize(dtype)} bytes) left a number that it does not hold`);
  return narrowed;
}

/** The bytes of 64-bit integers; a factor that is a bigint is one of integers, and exact. */
function narrowWide(source: TensorView, [low, high]: readonly [low: bigint, high: bigint], scale: number | bigint): Uint8Array {
  const target = new BigInt64Array(source.length);
  for (let i = 0; i < target.length; i++) {
    const value = source[i] as number | bigint; // i is below the length
    const scaled = typeof scale === 'bigint' ? BigInt(value) * scale : wholeOf(Number(value) * scale);
    target[i] = scaled < low ? low : scaled > high ? high : scaled; // of uint64 the same bits
  }
  return new Uint8Array(target.buffer);
}

/** The nearest whole number; beyond every bound where it is infinite. */
function wholeOf(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.round(value)) : value > 0 ? 2n ** 64n : value < 0 ? -(2n ** 64n) : 0n;
}

/** The factor, where integers times it are 64-bit integers without any rounding. */
function wholeFactor(from: DType, dtype: DType, scale: number): bigint | undefined {
  return WIDE_BOUNDS[dtype] !== undefined && BOUNDS[from] !== undefined && Number.isInteger(scale) ? BigInt(scale) : undefined;
}

/**
 * Whether `dtype` holds all that numbers of `from` can become when they are multiplied: integers by bounds; floats where the number itself is held,
 * and nothing becomes infinite or too small for all digits. Of floats that are multiplied only the values tell.
 */
export function holdsScaled(from: DType, dtype: DType, scale: number): boolean {
  if (scale === 1) return canWiden(from, dtype);
  const [source, target] = [BOUNDS[from], BOUNDS[dtype]];
  if (source === undefined) return false;
  if (target !== undefined) return Number.isInteger(scale) && scale > 0 && source[0] * scale >= target[0] && source[1] * scale <= target[1];
  // No integer but 0 is nearer to 0 than 1.
  return canWiden(from, dtype) && [source[0], 1, source[1]].every((value) => value === 0 || isInRange(value * scale, dtype));
}

/**
 * Whether `dtype` keeps each of these numbers, times `scale`: exactly, or a float that held the number itself to all its digits. A product has
 * no more digits than the float that was multiplied: 3/255 as float32, times 255, is 3.
 */
export function isExact(image: TensorImage, dtype: DType, scale: number): boolean {
  if (scale === 1) return widen(image, dtype) !== undefined;
  const readable = image.dtype === 'float16' ? widen(image, 'float32') ?? image : image;
  const isRounded = BOUNDS[dtype] === undefined && canWiden(image.dtype, dtype);
  const [round, digits] = [rounding(dtype), rounding(BOUNDS[dtype] === undefined || BOUNDS[image.dtype] !== undefined ? 'float64' : image.dtype)];
  const [factor, wide] = [wholeFactor(image.dtype, dtype, scale), WIDE_BOUNDS[dtype]];
  for (const value of tensorView(readable)) {
    if (factor !== undefined && wide !== undefined) {
      const product = BigInt(value) * factor;
      if (product < wide[0] || product > wide[1]) return false;
      continue;
    }
    const number = Number(value);
    if (typeof value === 'bigint' && BigInt(number) !== value) return false;
    const scaled = number * scale;
    const isFinite = number !== 0 && Number.isFinite(number);
    // Doubles have bounds too.
    if (isFinite && (scaled === 0 || !Number.isFinite(scaled))) return false;
    if (isRounded && (!isFinite || isInRange(scaled, dtype))) continue;
    const product = digits(scaled);
    if (!Object.is(round(product), product)) return false;
  }
  return true;
}

/** Whether a float of that dtype has this number to all its digits, rounded: not infinite, and not too near to 0. */
function isInRange(value: number, dtype: DType): boolean {
  const smallest = dtype === 'float16' ? 2 ** -14 : dtype === 'float32' ? 2 ** -126 : 2 ** -1022;
  return Math.abs(value) >= smallest && Number.isFinite(rounding(dtype)(value));
}

/** The whole of what images of a dtype hold, from 0 on: floats to 1, unsigned integers to their bound. Of signed ones it is not known. */
const RANGES: { readonly [dtype in DType]?: number } = { uint8: 255, uint16: 65535, uint32: 2 ** 32 - 1, float16: 1, float32: 1, float64: 1 };

/** The factor that brings the whole range of one dtype onto that of the other; undefined where one has none. */
export function rangeFactor(from: DType, to: DType): number | undefined {
  const [source, target] = [RANGES[from], RANGES[to]];
  return source === undefined || target === undefined ? undefined : target / source;
}

/** The nearest number that the dtype holds. */
function rounding(dtype: DType): (value: number) => number {
  const bounds = BOUNDS[dtype];
  if (bounds !== undefined) {
    const [low, high] = bounds;
    return (value) => Math.min(high, Math.max(low, Math.round(value) || 0));
  }
  return dtype === 'float16' ? nearestHalf : dtype === 'float32' ? Math.fround : (value) => value;
}

/** To 11 significant bits, ties to even; subnormal below 2^-14, infinite from 65520. */
function nearestHalf(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude < 65520)) return value > 0 ? Infinity : value < 0 ? -Infinity : value;
  let spacing = 2 ** -24;
  while (magnitude >= spacing * 2048) spacing *= 2;
  const steps = value / spacing;
  const below = Math.floor(steps);
  const isUp = steps - below > 0.5 || (steps - below === 0.5 && below % 2 !== 0);
  return (isUp ? below + 1 : below) * spacing;
}
