import type { DType, TensorImage } from '../sample.js';
import { canWiden, dtypeSize } from './dtype.js';
import { fromHalf, toHalf } from './half.js';
import { bytesOf, tensorView, typedView } from './view.js';
import type { TensorView } from './view.js';

/**
 * The same numbers as another dtype, or undefined when one of them would not survive exactly (a fraction as an
 * integer, 300 as uint8, -0 as an integer). NaN survives among floats. The very same object when the dtype is the same;
 * otherwise the bytes are new. Where {@link canWiden} holds it never is undefined.
 */
export function widen(image: TensorImage, dtype: DType): TensorImage | undefined {
  if (image.dtype === dtype) return image;
  const source = numbers(image.dtype, tensorView(image));
  const data = new Uint8Array(source.length * dtypeSize(dtype));
  const target = typedView(dtype, data);
  const exact = canWiden(image.dtype, dtype);
  if (!(dtype === 'float16' ? fillHalf(source, target as Uint16Array) : fill(source, target, dtype, exact))) return undefined;
  return { ...image, dtype, data: bytesOf(target) };
}

/** float16 as numbers; everything else as it is. */
function numbers(dtype: DType, view: TensorView): TensorView {
  if (dtype !== 'float16') return view;
  const values = new Float32Array(view.length);
  for (let i = 0; i < values.length; i++) values[i] = fromHalf(view[i] as number);
  return values;
}

function fillHalf(source: TensorView, target: Uint16Array): boolean {
  for (let i = 0; i < source.length; i++) {
    const value = source[i] as number | bigint;
    const number = Number(value);
    const half = toHalf(number);
    if (half === undefined || (typeof value === 'bigint' && BigInt(number) !== value)) return false;
    target[i] = half;
  }
  return true;
}

function fill(source: TensorView, target: TensorView, dtype: DType, exact: boolean): boolean {
  if (isBig(source)) return fillFromBig(source, target, dtype);
  if (isBig(target)) return fillBig(source, target);
  target.set(source);
  if (exact) return true;
  const highest = dtype === 'bool' ? 1 : Infinity;
  for (let i = 0; i < source.length; i++) {
    const value = target[i] as number;
    if (!Object.is(value, source[i]) || value > highest) return false;
  }
  return true;
}

function fillBig(source: Exclude<TensorView, BigInt64Array | BigUint64Array>, target: BigInt64Array | BigUint64Array): boolean {
  for (let i = 0; i < source.length; i++) {
    const value = source[i] as number;
    if (!Number.isInteger(value) || Object.is(value, -0)) return false;
    const wide = BigInt(value);
    target[i] = wide;
    if (target[i] !== wide) return false;
  }
  return true;
}

function fillFromBig(source: BigInt64Array | BigUint64Array, target: TensorView, dtype: DType): boolean {
  const highest = dtype === 'bool' ? 1n : undefined;
  for (let i = 0; i < source.length; i++) {
    const value = source[i] as bigint;
    if (isBig(target)) target[i] = value;
    else target[i] = Number(value);
    if (BigInt(target[i] as number | bigint) !== value || (highest !== undefined && value > highest)) return false;
  }
  return true;
}

function isBig(view: TensorView): view is BigInt64Array | BigUint64Array {
  return view instanceof BigInt64Array || view instanceof BigUint64Array;
}
