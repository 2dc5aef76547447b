import { tensorView } from '@imgstore/core';
import type { TensorImage } from '@imgstore/core';
import { createCodec } from '../src/index.js';
import type { Resize } from '../src/index.js';
import { failureOf, sha256, tensor } from './helpers/images.js';

const codec = createCodec();

/** One row or column of gray. */
const gray = (shape: readonly [height: number, width: number], values: readonly number[], dtype: 'uint8' | 'uint16' = 'uint8'): TensorImage => ({
  kind: 'tensor', dtype, shape: [...shape, 1], layout: 'HWC', color: 'gray', data: new Uint8Array((dtype === 'uint16' ? Uint16Array : Uint8Array).from(values).buffer),
});
const valuesOf = (image: TensorImage): readonly number[] => Array.from(tensorView(image) as Uint8Array | Uint16Array);
const resized = async (image: TensorImage, width: number, height: number, mode: Resize['mode'] = 'fill'): Promise<TensorImage> => codec.resize(image, { width, height, mode });

describe('bilinear between the centres of pixels', () => {
  it.each<readonly [string, readonly number[], number, readonly number[]]>([
    ['twice as many', [0, 100], 4, [0, 25, 75, 100]],
    ['half as many', [0, 100, 200, 40], 2, [50, 120]],
    ['a third: the pixel in the middle of each three', [1, 2, 3, 40, 50, 60], 2, [2, 50]],
    ['one of two', [10, 21], 1, [16]], // 15.5, rounded up
    ['three of two', [0, 90], 3, [0, 45, 90]],
    ['many of one', [77], 4, [77, 77, 77, 77]],
    ['as many', [3, 1, 2], 3, [3, 1, 2]],
  ])('%s', async (_, values, count, expected) => {
    expect(valuesOf(await resized(gray([1, values.length], values), count, 1))).toEqual(expected);
    expect(valuesOf(await resized(gray([values.length, 1], values), 1, count))).toEqual(expected);
    expect(valuesOf(await resized(gray([1, values.length], values, 'uint16'), count, 1))).toEqual(expected);
  });

  it('in both directions at once', async () => {
    expect(valuesOf(await resized(gray([2, 2], [0, 100, 200, 100]), 4, 2))).toEqual([0, 25, 75, 100, 200, 175, 125, 100]);
    expect(valuesOf(await resized(gray([2, 2], [0, 100, 200, 100]), 1, 1))).toEqual([100]);
  });

  it.each(['uint8', 'uint16'] as const)('of the pixels in a Buffer of Node, of %s', async (dtype) => {
    const image = gray([1, 4], [10, 20, 30, 40], dtype);
    const shifted = Buffer.concat([Buffer.from('x'), image.data]).subarray(1);
    for (const data of [Buffer.from(image.data), shifted]) expect(valuesOf(await resized({ ...image, data }, 4, 1))).toEqual([10, 20, 30, 40]);
  });

  it('keeps all 16 bits', async () => {
    expect(valuesOf(await resized(gray([1, 2], [0, 65_535], 'uint16'), 4, 1))).toEqual([0, 16_384, 49_151, 65_535]);
  });

  it.each([1, 2, 3, 4, 5])('works on each of %i channels by itself', async (channels) => {
    const image = tensor(5, 7, channels);
    const whole = await resized(image, 3, 4);
    expect(whole.shape).toEqual([4, 3, channels]);
    expect(whole.color).toBe(image.color);
    for (let channel = 0; channel < channels; channel++) {
      const alone = await resized(gray([5, 7], valuesOf(image).filter((_, at) => at % channels === channel)), 3, 4);
      expect(valuesOf(whole).filter((_, at) => at % channels === channel)).toEqual(valuesOf(alone));
    }
  });
});

describe('the size', () => {
  it.each<readonly [Resize['mode'], readonly [number, number], readonly [number, number], readonly [number, number]]>([
    ['fill', [40, 30], [10, 20], [10, 20]],
    ['fit', [40, 30], [20, 20], [20, 15]],
    ['fit', [30, 40], [20, 20], [15, 20]],
    ['fit', [40, 30], [80, 80], [80, 60]],
    ['fit', [1000, 1], [10, 10], [10, 1]],
    ['fit', [500, 375], [256, 256], [256, 192]],
    ['fit', [3, 7], [5, 5], [2, 5]],
    ['cover', [40, 30], [20, 20], [20, 20]],
    ['cover', [3, 7], [5, 5], [5, 5]],
  ])('%s of %j into %j is %j', async (mode, [width, height], [toWidth, toHeight], [expectedWidth, expectedHeight]) => {
    expect((await resized(tensor(height, width, 1), toWidth, toHeight, mode)).shape).toEqual([expectedHeight, expectedWidth, 1]);
  });

  it('cover cuts off evenly what stands over, also where that is half a pixel', async () => {
    expect(valuesOf(await resized(gray([2, 4], [0, 10, 20, 30, 0, 10, 20, 30]), 2, 2, 'cover'))).toEqual([10, 20, 10, 20]);
    expect(valuesOf(await resized(gray([2, 3], [0, 10, 20, 0, 10, 20]), 2, 2, 'cover'))).toEqual([5, 15, 5, 15]);
    expect(valuesOf(await resized(gray([4, 2], [0, 0, 10, 10, 20, 20, 30, 30]), 2, 2, 'cover'))).toEqual([10, 10, 20, 20]);
  });
});

it('what was given is not changed, and what is returned is not shared with it', async () => {
  const image = tensor(5, 7, 3);
  const before = sha256(image.data);
  const same = await resized(image, 7, 5);
  expect(same).toEqual(image);
  same.data.fill(0);
  expect(sha256(image.data)).toBe(before);
});

it('pixels that lie at an odd place in memory are read as well', async () => {
  const image = tensor(3, 4, 2, 'uint16');
  const data = new Uint8Array(image.data.length + 1).subarray(1);
  data.set(image.data);
  expect(await resized({ ...image, data }, 2, 2)).toEqual(await resized(image, 2, 2));
});

describe('what is refused', () => {
  it.each<readonly [TensorImage, readonly [number, number], string, string]>([
    [{ ...tensor(2, 2, 1), dtype: 'int8' }, [1, 1], 'UNSUPPORTED', 'a tensor of int8 HWC is not resized, only uint8 and uint16 HWC'],
    [{ ...tensor(3, 2, 2), layout: 'CHW', color: 'rgb' }, [1, 1], 'UNSUPPORTED', 'a tensor of uint8 CHW is not resized'],
    [tensor(2, 2, 1), [0, 1], 'BAD_OPTION', 'a size of 0 x 1 is not possible, expected whole numbers of at least 1'],
    [tensor(2, 2, 1), [1, 1.5], 'BAD_OPTION', 'a size of 1 x 1.5 is not possible'],
    [tensor(2, 2, 1), [100_000, 100_000], 'LIMIT', 'the image is to be resized to 100000 x 100000 pixels, the limit is 67108864'],
    [{ ...tensor(2, 2, 1), data: new Uint8Array(1) }, [1, 1], 'MISMATCH', 'takes 4 bytes, 1 are there'],
  ])('%#', async (image, [width, height], code, message) => {
    expect(await failureOf(resized(image, width, height))).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
