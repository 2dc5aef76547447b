import { tensorView } from '@imgstore/core';
import type { ColorOrder, DType, TensorImage } from '@imgstore/core';
import { convert, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, sample } from './samples.js';

/** An image of one row; the numbers pixel by pixel. */
function pixels(color: ColorOrder, numbers: readonly number[], dtype: DType = 'uint8'): TensorImage {
  const channels = { 'gray': 1, 'gray-alpha': 2, 'rgb': 3, 'bgr': 3, 'rgba': 4, 'bgra': 4 }[color];
  const data = dtype === 'uint8' ? Uint8Array.from(numbers) : dtype === 'uint16' ? Uint16Array.from(numbers) : Float32Array.from(numbers);
  return { kind: 'tensor', dtype, shape: [1, numbers.length / channels, channels], layout: 'HWC', color, data: new Uint8Array(data.buffer) };
}

async function after(image: TensorImage, options: ConvertOptions): Promise<{ image: TensorImage; report: Awaited<ReturnType<typeof plan>> }> {
  const target = memoryTarget();
  const report = await convert(memorySource([sample('a', { image })]), target, options);
  const { summary: _, ...counts } = report;
  expect(await plan(memorySource([sample('a', { image })]), memoryTarget(), options)).toEqual(counts);
  const [written] = target.samples ?? [];
  if (written?.image?.kind !== 'tensor') throw new Error('no tensor was written');
  return { image: written.image, report };
}

const numbersOf = (image: TensorImage): number[] => [...tensorView(image)].map(Number);

describe('channels', () => {
  // The gray values are those of Pillow 12: Image.new('RGB', (1, 1), rgb).convert('L').
  it.each<[string, ColorOrder, DType, number[], 1 | 2 | 3 | 4, ColorOrder, number[]]>([
    ['rgb to gray', 'rgb', 'uint8', [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 1, 2, 3, 12, 200, 77], 1, 'gray', [76, 150, 29, 255, 2, 130]],
    ['bgr to gray', 'bgr', 'uint8', [0, 0, 255, 0, 255, 0], 1, 'gray', [76, 150]],
    ['uint16 rgb to gray', 'rgb', 'uint16', [65535, 0, 0, 65535, 65535, 65535, 1000, 2000, 3000], 1, 'gray', [19595, 65535, 1815]],
    ['gray to rgb', 'gray', 'uint8', [7, 9], 3, 'rgb', [7, 7, 7, 9, 9, 9]],
    ['gray to rgba', 'gray', 'uint16', [7], 4, 'rgba', [7, 7, 7, 65535]],
    ['gray to gray and alpha', 'gray', 'float32', [0.5], 2, 'gray-alpha', [0.5, 1]],
    ['gray and alpha to rgba', 'gray-alpha', 'uint8', [7, 9], 4, 'rgba', [7, 7, 7, 9]],
    ['gray and alpha to rgb', 'gray-alpha', 'uint8', [7, 9], 3, 'rgb', [7, 7, 7]],
    ['rgb to rgba', 'rgb', 'uint8', [1, 2, 3], 4, 'rgba', [1, 2, 3, 255]],
    ['rgba to rgb', 'rgba', 'uint8', [1, 2, 3, 4, 5, 6, 7, 8], 3, 'rgb', [1, 2, 3, 5, 6, 7]],
    ['bgra to rgb', 'bgra', 'uint8', [3, 2, 1, 4], 3, 'rgb', [1, 2, 3]],
    ['rgba to gray', 'rgba', 'uint8', [255, 0, 0, 0], 1, 'gray', [76]],
    ['rgba to gray and alpha', 'rgba', 'uint8', [0, 255, 0, 9], 2, 'gray-alpha', [150, 9]],
  ])('make %s', async (_, color, dtype, from, channels, to, expected) => {
    const { image } = await after(pixels(color, from, dtype), { channels, allow: ['alpha', 'color'] });
    expect(image).toMatchObject({ color: to, dtype, shape: [1, expected.length / channels, channels] });
    expect(numbersOf(image)).toEqual(expected);
  });

  it('of float images become gray by the same weights', async () => {
    const { image } = await after(pixels('rgb', [1, 0.5, 0.25], 'float32'), { channels: 1, allow: ['color'] });
    expect(numbersOf(image)[0]).toBeCloseTo(0.299 + 0.2935 + 0.0285, 6);
  });

  it.each([[7, 'rgba', 3], [7, 'rgb', 4]] as const)('that grow lose nothing; those that go are losses of their kind', async (seed, color, channels) => {
    const image = pixels(color, Array.from({ length: color === 'rgb' ? 6 : 8 }, (_, i) => seed + i));
    const { report } = await after(image, { channels, allow: ['alpha'] });
    const isLossy = channels === 3;
    expect(report.steps[0]).toEqual({
      from: `image uint8 HWC ${color}`, to: `image uint8 HWC ${isLossy ? 'rgb' : 'rgba'}`, how: isLossy ? 'drop alpha' : 'add opaque alpha', grade: isLossy ? 'lossy' : 'lossless', count: 1,
    });
    expect(report.losses).toEqual(isLossy ? [{ kind: 'alpha', what: 'alpha, left out', count: 1, firstKey: 'a', allowed: true }] : []);
    expect(report).toMatchObject({ reshaped: 1, copied: 0, decoded: 0, encoded: 0 });
  });

  it('that are there already leave an image as it is', async () => {
    const { image, report } = await after(pixels('bgr', [1, 2, 3]), { channels: 3 });
    expect(image).toMatchObject({ color: 'bgr' });
    expect(report).toMatchObject({ copied: 1, reshaped: 0 });
  });

  it('that need permission are refused without it, by kind', async () => {
    const run = (options: ConvertOptions): Promise<unknown> => convert(memorySource([sample('a', { image: pixels('rgba', [1, 2, 3, 4]) })]), memoryTarget(), options);
    expect(await failure(run({ channels: 1, allow: ['alpha'] }))).toMatchObject({ code: 'LOSSY', report: { losses: [{ kind: 'alpha', allowed: true }, { kind: 'color', what: 'colours, as gray', allowed: false }] } });
    await expect(run({ channels: 3 })).rejects.toMatchObject({ code: 'LOSSY' });
  });

  it('of integers whose range says nothing are refused by key', async () => {
    const image: TensorImage = { kind: 'tensor', dtype: 'int32', shape: [1, 1, 3], layout: 'HWC', color: 'rgb', data: new Uint8Array(12) };
    await expect(after(image, { channels: 1 })).rejects.toMatchObject({ code: 'UNSUPPORTED', key: 'a', what: 'the channels of int32 images cannot be changed' });
    const { color: _, ...five }: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 5], layout: 'HWC', data: new Uint8Array(5) };
    await expect(after(five, { channels: 3 })).rejects.toMatchObject({ code: 'LOSSY', key: 'a', what: 'it is not known what the 5 channels of the image mean, so they cannot become 3' });
  });
});

describe('alpha', () => {
  // As Pillow pastes: rounded to the nearest.
  it.each<[ColorOrder, number[], 1 | 3 | undefined, ColorOrder, number[]]>([
    ['rgba', [100, 150, 200, 0, 100, 150, 200, 255, 100, 150, 200, 128, 1, 2, 3, 1], undefined, 'rgb', [255, 128, 0, 100, 150, 200, 177, 139, 100, 254, 128, 0]],
    ['gray-alpha', [10, 0, 10, 255, 10, 51], 3, 'rgb', [255, 128, 0, 10, 10, 10, 206, 104, 2]],
  ])('of %s images is laid over a background', async (color, from, channels, to, expected) => {
    const { image, report } = await after(pixels(color, from), { alpha: { red: 255, green: 128, blue: 0 }, ...channels && { channels }, allow: ['alpha'] });
    expect(image.color).toBe(to);
    expect(numbersOf(image)).toEqual(expected);
    expect(report.losses).toEqual([{ kind: 'alpha', what: 'alpha, laid over FF8000', count: 1, firstKey: 'a', allowed: true }]);
    expect(report.steps[0]).toMatchObject({ how: channels === 3 ? 'gray to rgb, lay over FF8000' : 'lay over FF8000', grade: 'lossy' });
  });

  it.each([{}, { channels: 1 }] as const)('of gray images that stay gray has gray behind it: of a colour that is a loss of its own, %j', async (options) => {
    const run = (background: number): ReturnType<typeof after> => after(pixels('gray-alpha', [10, 0, 10, 255]), { ...options, alpha: { red: 255, green: background, blue: background }, allow: ['alpha', 'color'] });
    const { image, report } = await run(128);
    expect(numbersOf(image)).toEqual([166, 10]);
    expect(report.losses).toMatchObject([{ kind: 'alpha' }, { kind: 'color', what: 'FF8080 behind gray images, as gray: 3 channels (--channels 3) keep it', count: 1 }]);
    const white = await run(255);
    expect(numbersOf(white.image)).toEqual([255, 10]);
    expect(white.report.losses).toMatchObject([{ kind: 'alpha' }]);
  });

  it('of 16 bits is laid over the same colour', async () => {
    const { image } = await after(pixels('rgba', [0, 0, 0, 0, 9, 9, 9, 65535], 'uint16'), { alpha: { red: 255, green: 128, blue: 0 }, allow: ['alpha'] });
    expect(numbersOf(image)).toEqual([65535, 32896, 0, 9, 9, 9]);
  });

  it('is taken away from the images that have it, and from no other', async () => {
    const { report } = await after(pixels('gray', [1]), { alpha: 'drop' });
    expect(report).toMatchObject({ copied: 1, losses: [] });
  });

  it('of floats is left out, never laid over a colour: it is not known what white is', async () => {
    await expect(after(pixels('rgba', [1, 1, 1, 0.5], 'float32'), { alpha: { red: 0, green: 0, blue: 0 }, allow: ['alpha'] }))
      .rejects.toMatchObject({ code: 'UNSUPPORTED', what: 'float32 images cannot be laid over a colour' });
    expect(numbersOf((await after(pixels('rgba', [1, 0.25, 1, 0.5], 'float32'), { alpha: 'drop', allow: ['alpha'] })).image)).toEqual([1, 0.25, 1]);
  });
});
