import { tensorView } from '@imgstore/core';
import type { Accepts, Sample, TensorImage } from '@imgstore/core';
import { convert, isLossyError, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, jpeg, png, row16, sample, tensor } from './samples.js';

type TensorAccepts = NonNullable<Accepts['tensor']>;

async function after(images: readonly NonNullable<Sample['image']>[], accepts: Partial<Accepts>, options: ConvertOptions = {}) {
  const target = memoryTarget(accepts);
  const samples = images.map((image, i) => sample(`k${i}`, { image }));
  const report = await convert(memorySource(samples), target, options);
  const { summary: _, ...counts } = report;
  expect(await plan(memorySource(samples), memoryTarget(accepts), options)).toEqual(counts);
  return { images: target.samples?.map(({ image }) => image), report, source: target.writes[0]?.source };
}

const holds = (tensorAccepts: Partial<TensorAccepts>): Partial<Accepts> => ({ tensor: { dtypes: ['uint8'], layouts: ['HWC'], ...tensorAccepts } });
const values = (image: Sample['image']): unknown => image?.kind === 'tensor' && [...tensorView(image)];
const row = (dtype: TensorImage['dtype'], view: ArrayBufferView): TensorImage => ({
  kind: 'tensor', dtype, shape: [1, view.byteLength / { uint8: 1, bool: 1, int8: 1, uint16: 2, int16: 2, float16: 2, uint32: 4, int32: 4, float32: 4, uint64: 8, int64: 8, float64: 8 }[dtype]],
  layout: 'HW', data: new Uint8Array(view.buffer),
});

describe('encoded images', () => {
  it('are copied where the target holds their format', async () => {
    const { images, report } = await after([jpeg(), png()], { encoded: ['jpeg', 'png'] });
    expect(images).toEqual([jpeg(), png()]);
    expect(report).toMatchObject({ copied: 2, decoded: 0, encoded: 0, reshaped: 0 });
  });

  it('of another format are UNSUPPORTED without a codec, by key', async () => {
    await expect(after([jpeg(), png()], { encoded: ['jpeg'] })).rejects.toMatchObject({
      code: 'UNSUPPORTED', key: 'k1', what: 'the target does not hold this png image as it is, and it cannot be decoded here',
      hint: 'choose a target that holds such images, or give the option codec: createCodec() of @imgstore/codec',
    });
  });
});

describe('tensors', () => {
  it('that the target holds are the same object', async () => {
    const one = tensor({ layout: 'CHW', shape: [3, 2, 2], color: 'bgr' });
    const { images, report } = await after([one], holds({ layouts: ['HWC', 'CHW'] }));
    expect(images?.[0]).toBe(one);
    expect(report.steps).toContainEqual({ from: 'image uint8 CHW bgr', to: 'image uint8 CHW bgr', how: 'copy', grade: 'exact', count: 1 });
    expect(report).toMatchObject({ copied: 1, reshaped: 0 });
  });

  it('get the preferred layout, and the first colour of as many channels', async () => {
    const one: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [3, 1, 2], layout: 'CHW', color: 'bgr', data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    const { images, report } = await after([one], holds({ layouts: ['HWC', 'HW'], colors: ['rgba', 'rgb', 'gray'] }));
    expect(images).toEqual([{ ...one, shape: [1, 2, 3], layout: 'HWC', color: 'rgb', data: Uint8Array.of(5, 3, 1, 6, 4, 2) }]);
    expect(report.steps).toContainEqual({ from: 'image uint8 CHW bgr', to: 'image uint8 HWC rgb', how: 'reshape', grade: 'lossless', count: 1 });
    expect(report).toMatchObject({ copied: 0, reshaped: 1 });
  });

  it('get a channel axis, or lose one that is 1', async () => {
    const flat = tensor({ layout: 'HW', shape: [2, 3], color: 'gray' });
    expect((await after([flat], holds({ layouts: ['CHW'] }))).images).toEqual([{ ...flat, layout: 'CHW', shape: [1, 2, 3] }]);
    expect((await after([tensor({ shape: [2, 3, 1], color: 'gray' })], holds({ layouts: ['HW'] }))).images).toEqual([flat]);
  });

  it.each([
    [tensor(), holds({ layouts: ['HW'] }), 'the target has no place for an image of uint8 HWC rgb with 3 channels'],
    [tensor({ shape: [1, 1, 4], color: 'rgba' }), holds({ colors: ['rgb', 'gray'] }), 'the target has no place for an image of uint8 HWC rgba with 4 channels'],
    [tensor(), holds({ shape: [4, null, 3] }), 'the image is [2, 2, 3]; the target holds [4, any, 3]'],
    [tensor(), holds({ shape: [2, 2] }), 'the image is [2, 2, 3]; the target holds [2, 2]'],
  ])('that have no form in the target are refused by key', async (image, accepts, what) => {
    expect(await failure(after([image], accepts))).toMatchObject({ code: 'LOSSY', key: 'k0', what });
  });

  it('fit a shape that is given for the layout of the target', async () => {
    expect((await after([tensor({ layout: 'CHW', shape: [3, 4, 5] })], holds({ shape: [4, null, 3] }))).report.reshaped).toBe(1);
  });

  it('that contradict themselves are refused by key', async () => {
    await expect(after([{ ...tensor(), shape: [9, 9, 3] }], {})).rejects.toMatchObject({ code: 'MISMATCH', key: 'k0' });
  });
});

describe('dtypes', () => {
  it('that are wider are lossless: the first that holds every value', async () => {
    const { images, report } = await after([row16(1, 65535)], holds({ dtypes: ['uint8', 'float16', 'float32', 'float64'], layouts: ['HW'] }));
    expect(images?.[0]).toMatchObject({ dtype: 'float32' });
    expect(values(images?.[0])).toEqual([1, 65535]);
    expect(report.losses).toEqual([]);
    expect(report.steps).toContainEqual({ from: 'image uint16 HW gray', to: 'image float32 HW gray', how: 'widen', grade: 'lossless', count: 1 });
  });

  it('that are narrower are lossless where every value survives, and a loss for each sample where one does not', async () => {
    const target = holds({ layouts: ['HW'] });
    const images = [row16(0, 255), row16(7, 256), row16(1000)];
    const error = await failure(convert(memorySource(images.map((image, i) => sample(`k${i}`, { image }))), memoryTarget(target)));
    expect(isLossyError(error) && error.report.losses).toEqual([{ kind: 'dtype', what: 'uint16 pixels as uint8: the scale range (--dtype uint8 --scale range) makes all of uint16 fit', count: 2, firstKey: 'k1', allowed: false }]);
    const { images: fitted, report } = await after(images, target, { allow: ['dtype'] });
    expect(fitted?.map(values)).toEqual([[0, 255], [7, 255], [255]]);
    expect(report.steps.slice(0, 2)).toEqual([
      { from: 'image uint16 HW gray', to: 'image uint8 HW gray', how: 'narrow', grade: 'lossy', count: 2 },
      { from: 'image uint16 HW gray', to: 'image uint8 HW gray', how: 'widen', grade: 'lossless', count: 1 },
    ]);
  });

  it('change in one step with the layout', async () => {
    const { report } = await after([tensor()], holds({ dtypes: ['float32'], layouts: ['CHW'] }));
    expect(report.steps[0]).toEqual({ from: 'image uint8 HWC rgb', to: 'image float32 CHW rgb', how: 'reshape, widen', grade: 'lossless', count: 1 });
  });

  it.each<[string, TensorImage, TensorImage['dtype'], unknown]>([
    ['round to the nearest integer and to the bounds', row('float32', Float32Array.of(1.5, -3, 300, 254.4, NaN, Infinity, -Infinity, -0.2)), 'uint8', [2, 0, 255, 254, 0, 255, 0, 0]],
    ['have a sign', row('float64', Float64Array.of(-1e9, 1e9, -7.7)), 'int8', [-128, 127, -8]],
    ['round to the nearest float', row('float64', Float64Array.of(1 / 3, 1e300)), 'float32', [Math.fround(1 / 3), Infinity]],
    ['go through halves', row('float64', Float64Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, -1e9, 2 ** -25, 2 ** -24 * 1.5, NaN)), 'float16', [0x3c00, 0x3c02, 0x7bff, 0x7c00, 0xfc00, 0, 2, 0x7e00]],
    ['come from halves', row('float16', Uint16Array.of(0x3e00, 0x7c00, 0xbc00)), 'uint8', [2, 255, 0]],
    ['take 64 bits', row('float64', Float64Array.of(1e30, -1e30, 2.5)), 'int64', [2n ** 63n - 1n, -(2n ** 63n), 3n]],
    ['come from 64 bits', row('int64', BigInt64Array.of(2n ** 60n + 1n, -5n)), 'uint64', [2n ** 60n + 1n, 0n]],
    ['are 0 or 1', row('uint8', Uint8Array.of(0, 1, 2, 255)), 'bool', [0, 1, 1, 1]],
  ])('that are narrowed with permission %s', async (_, image, dtype, expected) => {
    const { images } = await after([image], holds({ dtypes: [dtype], layouts: ['HW'] }), { allow: ['dtype'] });
    expect(images?.[0]).toMatchObject({ dtype });
    expect(values(images?.[0])).toEqual(expected);
  });

  it.each<[TensorImage['dtype'], TensorImage['dtype'][], TensorImage['dtype']]>([
    ['float64', ['uint8', 'int64', 'float32'], 'float32'],
    ['int32', ['uint8', 'float32'], 'float32'],
    ['int64', ['float32', 'int32', 'uint8'], 'int32'],
    ['uint64', ['float64', 'int64'], 'int64'],
    ['float32', ['uint8', 'uint16'], 'uint16'],
  ])('%s into %j becomes %s, whatever the values are', async (dtype, dtypes, expected) => {
    const image = tensor({ dtype, shape: [1, 1, 3] });
    expect((await after([image], holds({ dtypes }), { allow: ['dtype'] })).images?.[0]).toMatchObject({ dtype: expected });
  });
});

describe('a uniform target', () => {
  const uniform: Partial<Accepts> = { ...holds({ dtypes: ['uint8', 'uint16'] }), uniform: true };

  it('is told the form and shape that the first sample settles', async () => {
    const { source } = await after([tensor({ layout: 'CHW', shape: [3, 4, 5] })], uniform);
    expect(source?.image).toEqual({ dtype: 'uint8', shape: [4, 5, 3], layout: 'HWC', color: 'rgb' });
  });

  it.each([
    [tensor({ shape: [2, 3, 3] }), 'the image is [2, 3, 3] uint8 HWC rgb', 'to make all like the first: --resize 2x2'],
    [tensor({ shape: [4, 2, 1], color: 'gray' }), 'the image is [4, 2, 1] uint8 HWC gray', 'to make all like the first: --resize 2x2 --channels 3'],
    [tensor({ dtype: 'uint16' }), 'the image is [2, 2, 3] uint16 HWC rgb', 'to make all like the first: --dtype uint8 --scale range'],
    [tensor({ color: 'bgr' }), 'the image is [2, 2, 3] uint8 HWC bgr', 'choose one form: --layout, --color'],
  ])('refuses a later sample that differs, naming both and what would help', async (other, what, hint) => {
    const error = await failure(after([tensor(), tensor({}, 9), other], uniform));
    expect(error).toMatchObject({ code: 'MISMATCH', key: 'k2', what: `${what}, and [2, 2, 3] uint8 HWC rgb in the sample of key "k0"; the target holds one form and one shape`, hint });
  });

  it('takes what differs in the source only', async () => {
    expect((await after([tensor(), tensor({ layout: 'CHW', shape: [3, 2, 2] })], uniform)).report).toMatchObject({ copied: 1, reshaped: 1 });
  });

  it('is settled by the first sample of the whole in a run by parts', async () => {
    const samples = [tensor(), tensor({ shape: [5, 5, 3] })].map((image, i) => sample(`k${i}`, { image }));
    const part = { index: 1, count: 2, range: { start: 1, end: 2, first: 1 } };
    await expect(convert(memorySource(samples), memoryTarget(uniform), { part })).rejects.toMatchObject({ code: 'MISMATCH', key: 'k1' });
  });
});
