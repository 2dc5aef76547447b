import { dtypeSize, relayout, tensorSize } from '@imgstore/core';
import type { Accepts, ColorOrder, DType, Layout, TensorImage } from '@imgstore/core';
import { convert } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, sample } from './samples.js';

const HEIGHT = 700;
const WIDTH = 1100;

/** An image of several megabytes in which no two rows are alike; floats are whole numbers from 0 to 255. */
function picture(dtype: DType, layout: Layout, channels: number, color?: ColorOrder, height: number = HEIGHT): TensorImage {
  const numbers = Uint8Array.from({ length: height * WIDTH * channels }, (_, i) => (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255);
  const data = dtype === 'uint8' ? numbers : new Uint8Array((dtype === 'uint16' ? Uint16Array.from(numbers, (n) => n * 257) : Float32Array.from(numbers)).buffer);
  const shape = layout === 'HW' ? [height, WIDTH] : layout === 'HWC' ? [height, WIDTH, channels] : [channels, height, WIDTH];
  return { kind: 'tensor', dtype, shape, layout, data, ...color !== undefined && { color } };
}

/** The image cut into so many rows of it, each small enough to be done at once. */
function rowsOf(image: TensorImage, count: number): TensorImage[] {
  const whole = relayout(image, { layout: 'HWC' });
  const { channels, width, height } = tensorSize(whole);
  const bytes = width * channels * dtypeSize(whole.dtype);
  return Array.from({ length: height / count }, (_, i) =>
    relayout({ ...whole, shape: [count, width, channels], data: whole.data.slice(i * count * bytes, (i + 1) * count * bytes) }, { layout: image.layout }));
}

async function converted(images: readonly TensorImage[], options: ConvertOptions, accepts: Partial<Accepts> = {}): Promise<TensorImage[]> {
  const target = memoryTarget(accepts);
  await convert(memorySource(images.map((image, i) => sample(`k${i}`, { image }))), target, { allow: ['alpha', 'color', 'dtype'], ...options });
  return (target.samples ?? []).map(({ image }) => {
    if (image?.kind !== 'tensor') throw new Error('no tensor was written');
    return image;
  });
}

const bytesOf = (images: readonly TensorImage[]): Buffer => Buffer.concat(images.map((image) => relayout(image, { layout: 'HWC' }).data));

describe('a large image comes out as its rows do one by one', () => {
  it.each<[string, TensorImage, ConvertOptions]>([
    ['rgb as gray', picture('uint8', 'HWC', 3, 'rgb'), { channels: 1 }],
    ['rgba over a colour', picture('uint8', 'HWC', 4, 'rgba'), { channels: 3, alpha: { red: 200, green: 30, blue: 7 } }],
    ['planes of bgra as rgb', picture('uint8', 'CHW', 4, 'bgra'), { channels: 3 }],
    ['planes as pixels', picture('uint16', 'CHW', 3, 'bgr'), { layout: 'HWC', color: 'rgb' }],
    ['pixels as planes', picture('uint16', 'HWC', 3, 'rgb'), { layout: 'CHW', color: 'bgr' }],
    ['a wider dtype', picture('uint8', 'CHW', 3, 'rgb'), { dtype: 'float32', layout: 'CHW' }],
    ['a narrower dtype', picture('float32', 'HW', 1, 'gray', 500), { dtype: 'uint8', scale: 1 / 3 }],
    ['planes that become scaled pixels', picture('float32', 'CHW', 3, 'rgb', 200), { dtype: 'uint8', scale: 1 / 2, layout: 'HWC' }],
  ])('%s', async (_, image, options) => {
    const [whole, ...more] = await converted([image], options);
    const parts = await converted(rowsOf(image, 10), options);
    expect(more).toEqual([]);
    expect(parts).toHaveLength(tensorSize(image).height / 10);
    const { height, width } = tensorSize(whole!);
    expect({ height, width, layout: whole!.layout, color: whole!.color, dtype: whole!.dtype })
      .toEqual({ height: tensorSize(image).height, width: WIDTH, layout: parts[0]!.layout, color: parts[0]!.color, dtype: parts[0]!.dtype });
    expect(bytesOf([whole!]).equals(bytesOf(parts))).toBe(true);
  });

  it('also where the target is done with each before the next, and they share a buffer', async () => {
    const images = [picture('uint8', 'CHW', 3, 'bgr'), ...rowsOf(picture('uint8', 'CHW', 3, 'bgr'), 350)];
    const accepts: Partial<Accepts> = { borrow: true, tensor: { dtypes: ['uint8'], layouts: ['HWC'], colors: ['rgb'] } };
    const [whole, ...halves] = await converted(images, {}, accepts);
    expect(bytesOf([whole!]).equals(bytesOf(halves))).toBe(true);
  });
});

it('does not touch the bytes of a large image of which only the axes get another name', async () => {
  const image = picture('float32', 'HW', 1);
  const [written] = await converted([image], { layout: 'HWC' }, { tensor: { dtypes: ['float32'], layouts: ['HWC'] } });
  expect(written).toMatchObject({ layout: 'HWC', shape: [HEIGHT, WIDTH, 1] });
  expect(written!.data === image.data).toBe(true);
});

describe('while a large image is worked on', () => {
  const slow = { channels: 1, allow: ['alpha', 'color'] } as const;
  const large = (): TensorImage => picture('uint8', 'HWC', 4, 'rgba', 2000);

  it('the event loop goes on', async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    const target = memoryTarget();
    const pixels = convert(memorySource([sample('a', { image: large() })]), target, slow);
    setImmediate(turn);
    await pixels;
    isOver = true;
    expect(turns).toBeGreaterThan(0);
    expect(target.samples).toHaveLength(1);
  });

  it('an abort ends it', async () => {
    const controller = new AbortController();
    const target = memoryTarget();
    const pixels = convert(memorySource([sample('a', { image: large() })]), target, { ...slow, signal: controller.signal });
    setImmediate(() => controller.abort(new Error('enough')));
    expect(await failure(pixels)).toMatchObject({ message: 'enough' });
    expect(target.samples).toBeUndefined();
  });
});
