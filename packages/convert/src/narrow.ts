import { canWiden, dtypeSize, tensorView, widen } from '@imgstore/core';
import type { DType, TensorImage } from '@imgstore/core';

/** The bounds of integers; 64-bit ones as the nearest doubles inside. */
const BOUNDS: { readonly [dtype in DType]?: readonly [low: number, high: number] } = {
  bool: [0, 1], uint8: [0, 255], int8: [-128, 127], uint16: [0, 65535], int16: [-32768, 32767],
  uint32: [0, 2 ** 32 - 1], int32: [-(2 ** 31), 2 ** 31 - 1], uint64: [0, 2 ** 64 - 2048], int64: [-(2 ** 63), 2 ** 63 - 1024],
};

/**
 * The numbers of the tensor, times `scale`, in a dtype that does not hold them all: rounded to the nearest it has, and to its bounds
 * beyond them; what is not a number becomes 0 as an integer. 64-bit integers pass through doubles. New bytes.
 */
export function narrow(image: TensorImage, dtype: DType, scale: number = 1): TensorImage {
  const readable = image.dtype === 'float16' ? widen(image, 'float32') ?? image : image;
  const source = tensorView(readable);
  const rounded = new Float64Array(source.length);
  const round = rounding(dtype);
  for (let i = 0; i < rounded.length; i++) rounded[i] = round(Number(source[i]) * scale);
  const exact: TensorImage = { ...image, dtype: 'float64', data: new Uint8Array(rounded.buffer) };
  const narrowed = widen(exact, dtype);
  if (narrowed === undefined) throw new TypeError(`rounding to ${dtype} (${dtypeSize(dtype)} bytes) left a number that it does not hold`);
  return narrowed;
}

/** Whether `dtype` holds all that numbers of `from` can become when they are multiplied: integers by bounds, floats where the number itself is held. */
export function holdsScaled(from: DType, dtype: DType, scale: number): boolean {
  if (scale === 1) return canWiden(from, dtype);
  const [source, target] = [BOUNDS[from], BOUNDS[dtype]];
  if (target === undefined) return canWiden(from, dtype);
  return source !== undefined && Number.isInteger(scale) && scale > 0 && source[0] * scale >= target[0] && source[1] * scale <= target[1];
}

/** Whether `dtype` holds each of these numbers, times `scale`, exactly. */
export function isExact(image: TensorImage, dtype: DType, scale: number): boolean {
  if (scale === 1) return widen(image, dtype) !== undefined;
  const readable = image.dtype === 'float16' ? widen(image, 'float32') ?? image : image;
  const round = rounding(dtype);
  for (const value of tensorView(readable)) {
    const scaled = Number(value) * scale;
    if (!Object.is(round(scaled), scaled)) return false;
  }
  return true;
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
