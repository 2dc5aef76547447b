import fc from 'fast-check';
import { canWiden, checkTensor, colorChannels, dtypeSize, isDType, isImgstoreError, tensorLength, tensorSize, tensorView, widen } from '@imgstore/core';
import type { DType, TensorImage } from '@imgstore/core';
import { DTYPES, tensors } from './helpers.js';

const codeOf = (call: () => unknown): string | undefined => {
  try {
    call();
  } catch (error) {
    if (isImgstoreError(error)) return error.code;
    throw error;
  }
  return undefined;
};
const row = (dtype: DType, view: { readonly buffer: ArrayBufferLike; readonly length: number }): TensorImage =>
  ({ kind: 'tensor', dtype, shape: [1, view.length], layout: 'HW', data: new Uint8Array(view.buffer) });
const valuesOf = (image: TensorImage | undefined): (number | bigint)[] | undefined => image && [...tensorView(image)];

describe('dtypes', () => {
  it('have the sizes of NumPy', () => {
    expect(Object.fromEntries(DTYPES.map((dtype) => [dtype, dtypeSize(dtype)]))).toEqual({
      bool: 1, uint8: 1, int8: 1, uint16: 2, int16: 2, uint32: 4, int32: 4, uint64: 8, int64: 8, float16: 2, float32: 4, float64: 8,
    });
  });

  it('are known by name', () => {
    expect([...DTYPES, 'complex64', '__proto__', 'constructor', 'Uint8'].map(isDType)).toEqual([...DTYPES.map(() => true), false, false, false, false]);
  });

  it('are widened as NumPy casts safely, and to float16 what its 11 bits hold', () => {
    const wider = (from: DType): DType[] => DTYPES.filter((to) => to !== from && canWiden(from, to));
    expect(Object.fromEntries(DTYPES.map((dtype) => [dtype, wider(dtype)]))).toEqual({
      bool: DTYPES.slice(1),
      uint8: ['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float32', 'float64'],
      int8: ['int16', 'int32', 'int64', 'float16', 'float32', 'float64'],
      uint16: ['uint32', 'int32', 'uint64', 'int64', 'float32', 'float64'],
      int16: ['int32', 'int64', 'float32', 'float64'],
      uint32: ['uint64', 'int64', 'float64'],
      int32: ['int64', 'float64'],
      uint64: [], int64: [],
      float16: ['float32', 'float64'],
      float32: ['float64'],
      float64: [],
    });
  });

  it('have as many channels as their colours have letters', () => {
    expect((['gray', 'gray-alpha', 'rgb', 'bgr', 'rgba', 'bgra'] as const).map(colorChannels)).toEqual([1, 2, 3, 3, 4, 4]);
  });
});

describe('tensorLength', () => {
  it('is the product of the shape', () => {
    expect([tensorLength([]), tensorLength([7]), tensorLength([2, 3, 4]), tensorLength([2, 0, 2 ** 53 - 1, 2 ** 40])]).toEqual([1, 7, 24, 0]);
  });

  it.each([[[-1]], [[-1, -1]], [[1.5]], [[NaN]], [[2 ** 53]], [[0, -1]]])('refuses %j', (shape) => {
    expect(codeOf(() => tensorLength(shape))).toBe('MISMATCH');
  });

  it('refuses more elements than a number can count', () => {
    expect(codeOf(() => tensorLength([2 ** 27, 2 ** 27]))).toBe('LIMIT');
    expect(codeOf(() => tensorLength([2 ** 32, 2 ** 32, 2 ** 32]))).toBe('LIMIT');
  });
});

describe('tensorView', () => {
  it('gives the elements by their type', () => {
    expect(valuesOf(row('int16', Int16Array.of(-1, 2)))).toEqual([-1, 2]);
    expect(valuesOf(row('uint64', BigUint64Array.of(2n ** 64n - 1n)))).toEqual([2n ** 64n - 1n]);
    expect(valuesOf(row('float32', Float32Array.of(0.5)))).toEqual([0.5]);
    expect(tensorView(row('float16', Uint16Array.of(0x3c00)))).toEqual(Uint16Array.of(0x3c00));
    expect(tensorView(row('bool', Uint8Array.of(0, 1)))).toEqual(Uint8Array.of(0, 1));
  });

  it('is a view where the bytes are aligned and a copy where they are not', () => {
    const buffer = new Uint8Array(17);
    for (const dtype of DTYPES) {
      expect(tensorView({ dtype, data: buffer.subarray(8, 16) }).buffer).toBe(buffer.buffer);
      expect(tensorView({ dtype, data: buffer.subarray(1, 17) }).length).toBe(16 / dtypeSize(dtype));
      expect(tensorView({ dtype, data: buffer.subarray(1, 17) }).buffer === buffer.buffer).toBe(dtypeSize(dtype) === 1);
    }
  });

  it('takes a Buffer of Node at an odd offset', () => {
    const buffer = Buffer.from([9, 1, 0, 0, 0, 9]);
    expect([...tensorView({ dtype: 'int32', data: buffer.subarray(1, 5) })]).toEqual([1]);
  });
});

describe('checkTensor and tensorSize', () => {
  it('accept a tensor whose parts agree', () => {
    fc.assert(fc.property(tensors, (image) => {
      checkTensor(image);
      const { height, width, channels } = tensorSize(image);
      expect(height * width * channels * dtypeSize(image.dtype)).toBe(image.data.length);
    }), { seed: 21, numRuns: 100 });
  });

  it.each<[string, Partial<TensorImage>]>([
    ['axes', { shape: [2, 2] }], ['bytes', { data: new Uint8Array(11) }], ['bytes of the dtype', { dtype: 'float32' }], ['channels', { color: 'rgba' }],
    ['no pixels', { shape: [0, 2, 3], data: new Uint8Array(0) }], ['a negative size', { shape: [-2, -2, 3] }],
  ])('refuse a tensor that contradicts itself in its %s', (_, change) => {
    const image: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [2, 2, 3], layout: 'HWC', color: 'rgb', data: new Uint8Array(12), ...change };
    expect(codeOf(() => checkTensor(image))).toBe('MISMATCH');
  });

  it('say what was found and what was expected', () => {
    const image: TensorImage = { kind: 'tensor', dtype: 'uint16', shape: [2, 3], layout: 'HW', data: new Uint8Array(11) };
    expect(() => checkTensor(image)).toThrow('the shape [2, 3] of uint16 takes 12 bytes, 11 are there');
  });
});

describe('widen', () => {
  it('keeps every value of a dtype that fits, and never is undefined then', () => {
    fc.assert(fc.property(tensors, fc.constantFrom(...DTYPES), (image, dtype) => {
      fc.pre(canWiden(image.dtype, dtype) && image.dtype !== 'bool');
      const wide = widen(image, dtype);
      expect(wide?.dtype).toBe(dtype);
      const back = wide && widen(wide, image.dtype);
      // The bits of a NaN are not kept.
      if (image.dtype.startsWith('float')) expect(valuesOf(back && widen(back, 'float64'))).toEqual(valuesOf(widen(image, 'float64')));
      else expect(back).toEqual(image);
    }), { seed: 22, numRuns: 300 });
  });

  it('is the very same object for the same dtype', () => {
    const image = row('uint8', Uint8Array.of(1));
    expect(widen(image, 'uint8')).toBe(image);
  });

  it('gives whole numbers to a narrower dtype when each of them fits', () => {
    expect(valuesOf(widen(row('float32', Float32Array.of(0, 255)), 'uint8'))).toEqual([0, 255]);
    expect(valuesOf(widen(row('int64', BigInt64Array.of(-5n, 2n ** 53n)), 'float64'))).toEqual([-5, 2 ** 53]);
    expect(valuesOf(widen(row('float64', Float64Array.of(-3, 2 ** 62)), 'int64'))).toEqual([-3n, 2n ** 62n]);
    expect(valuesOf(widen(row('uint64', BigUint64Array.of(7n)), 'int64'))).toEqual([7n]);
    expect(valuesOf(widen(row('uint8', Uint8Array.of(0, 1)), 'bool'))).toEqual([0, 1]);
    expect(valuesOf(widen(row('float64', Float64Array.of(1.5, -2, NaN, Infinity)), 'float16'))).toEqual([0x3e00, 0xc000, 0x7e00, 0x7c00]);
    expect(valuesOf(widen(row('float64', Float64Array.of(0.5, NaN, -Infinity)), 'float32'))).toEqual([0.5, NaN, -Infinity]);
  });

  it.each<[string, TensorImage, DType]>([
    ['300 as uint8', row('uint16', Uint16Array.of(300)), 'uint8'],
    ['-1 as uint16', row('int16', Int16Array.of(-1)), 'uint16'],
    ['-1 as uint64', row('int16', Int16Array.of(-1)), 'uint64'],
    ['-1n as uint64', row('int64', BigInt64Array.of(-1n)), 'uint64'],
    ['2^64-1 as int64', row('uint64', BigUint64Array.of(2n ** 64n - 1n)), 'int64'],
    ['2^53+1 as float64', row('int64', BigInt64Array.of(2n ** 53n + 1n)), 'float64'],
    ['2^24+1 as float32', row('int32', Int32Array.of(2 ** 24 + 1)), 'float32'],
    ['a fraction as int32', row('float32', Float32Array.of(0.5)), 'int32'],
    ['a fraction as int64', row('float32', Float32Array.of(0.5)), 'int64'],
    ['-0 as int32', row('float32', Float32Array.of(-0)), 'int32'],
    ['-0 as int64', row('float32', Float32Array.of(-0)), 'int64'],
    ['NaN as uint8', row('float32', Float32Array.of(NaN)), 'uint8'],
    ['infinity as int64', row('float64', Float64Array.of(Infinity)), 'int64'],
    ['2 as bool', row('uint8', Uint8Array.of(2)), 'bool'],
    ['2n as bool', row('int64', BigInt64Array.of(2n)), 'bool'],
    ['0.1 as float32', row('float64', Float64Array.of(0.1)), 'float32'],
    ['2049 as float16', row('uint16', Uint16Array.of(2049)), 'float16'],
    ['65520 as float16', row('float32', Float32Array.of(65520)), 'float16'],
    ['2^-25 as float16', row('float64', Float64Array.of(2 ** -25)), 'float16'],
    ['2^53+1 as float16', row('int64', BigInt64Array.of(2n ** 53n + 1n)), 'float16'],
  ])('is undefined for %s', (_, image, dtype) => {
    expect(widen(image, dtype)).toBeUndefined();
  });

  it('reads and writes every float16 that there is', () => {
    const all = row('float16', Uint16Array.from({ length: 65536 }, (_, i) => i));
    const numbers = widen(all, 'float64');
    const values = valuesOf(numbers) as number[];
    expect([0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0x3555, 0x7bff, 0x7c00, 0xfc00].map((bits) => values[bits]))
      .toEqual([0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, 0.333251953125, 65504, Infinity, -Infinity]);
    expect(values.filter(Number.isNaN)).toHaveLength(2 * 1023);
    const back = valuesOf(numbers && widen(numbers, 'float16')) as number[];
    const wrong = back.filter((bits, i) => bits !== (Number.isNaN(values[i]) ? 0x7e00 : i));
    expect(wrong).toEqual([]);
  });
});
