import type { Accepts, Sample } from '@imgstore/core';
import { convert, isLossyError, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, int64, jpeg, sample, tensor } from './samples.js';
import { planes, toyCodec } from './toys/codec.js';
import { once } from './toys/once.js';

const tensors: Partial<Accepts> = { encoded: [], tensor: { dtypes: ['uint8'], layouts: ['CHW'], colors: ['bgr', 'gray'] } };
const { tensor: _tensor, ...none } = memoryTarget().accepts;

async function after(images: readonly NonNullable<Sample['image']>[], accepts: Partial<Accepts>, options: ConvertOptions = {}) {
  const target = memoryTarget(accepts);
  const samples = images.map((image, i) => sample(`k${i}`, { image }));
  const report = await convert(memorySource(samples), target, { codec: toyCodec(), ...options });
  const { summary: _, ...counts } = report;
  expect(await plan(memorySource(samples), target, { codec: toyCodec(), ...options })).toEqual(counts);
  return { images: target.samples?.map(({ image }) => image), report };
}

describe('with a codec', () => {
  it('what can be copied is copied', async () => {
    const one = planes(1, 1, 3);
    const { images, report } = await after([one], {});
    expect(images?.[0]).toBe(one);
    expect(report).toMatchObject({ copied: 1, decoded: 0 });
  });

  it('a plan reads whole images where decoding may be asked about, since a header may stand behind the head, and else their heads', async () => {
    for (const [accepts, payload] of [[tensors, 'full'], [{}, 'head']] as const) {
      const source = memorySource([sample('k0', { image: planes(1, 1, 3) })]);
      await plan(source, memoryTarget(accepts), { codec: toyCodec() });
      expect(source.readings.map((reading) => reading.payload)).toEqual([payload]);
    }
  });

  it('an encoded image is decoded and brought into the form of the target', async () => {
    const { images, report } = await after([planes(1, 2, 3, 1)], tensors);
    expect(images).toEqual([{ kind: 'tensor', dtype: 'uint8', shape: [3, 1, 2], layout: 'CHW', color: 'bgr', data: Uint8Array.of(3, 6, 2, 5, 1, 4) }]);
    expect(report).toMatchObject({ copied: 0, decoded: 1, encoded: 0, reshaped: 0 });
    expect(report.steps[0]).toEqual({ from: 'image planes', to: 'image uint8 CHW bgr', how: 'decode, reshape', grade: 'lossless', count: 1 });
  });

  it('images come in the order of the source, 4 at once at most', async () => {
    const codec = toyCodec();
    const target = memoryTarget(tensors);
    await convert(memorySource(Array.from({ length: 20 }, (_, i) => sample(`k${i}`, { image: planes(1, 1, 1, i) }))), target, { codec });
    expect(target.samples?.map(({ image }) => image?.kind === 'tensor' && image.data[0])).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(codec.mostAtOnce).toBe(4);
  });

  it('what decoding loses needs permission, and is counted without decoding', async () => {
    const samples = Array.from({ length: 9 }, (_, i) => sample(`k${i}`, { image: planes(1, 1, i < 5 ? 3 : 4) }));
    const codec = toyCodec();
    const error = await failure(convert(memorySource(samples), memoryTarget(tensors), { codec }));
    expect(isLossyError(error) && error.report).toEqual(await plan(memorySource(samples), memoryTarget(tensors), { codec: toyCodec() }));
    expect(isLossyError(error) && error.report.losses).toEqual([{ kind: 'alpha', what: 'alpha of planes', count: 4, firstKey: 'k5', allowed: false }]);
    expect((await after(samples.map(({ image }) => image).filter((image) => image !== undefined), tensors, { allow: ['alpha'] })).report.decoded).toBe(9);
  });

  it('an error comes before a loss that was found ahead of it, and a loss before an error behind it, of a stream too', async () => {
    const bad = sample('bad', { image: jpeg() });
    const lossy = sample('lossy', { image: planes(1, 1, 4) });
    const fine = sample('fine', { image: planes(1, 1, 3) });
    for (const open of [memorySource, once]) {
      await expect(convert(open([bad, lossy, fine]), memoryTarget(tensors), { codec: toyCodec() })).rejects.toMatchObject({ code: 'UNSUPPORTED', key: 'bad' });
      await expect(convert(open([lossy, bad, fine]), memoryTarget(tensors), { codec: toyCodec() })).rejects.toMatchObject({ code: 'UNSUPPORTED', key: 'bad' });
      const error = await failure(convert(open([fine, lossy, lossy, fine, fine, lossy]), memoryTarget(tensors), { codec: toyCodec() }));
      expect(isLossyError(error) && error.report).toMatchObject({ samples: 6, decoded: 6, losses: [{ kind: 'alpha', count: 3, firstKey: 'lossy' }] });
    }
  });

  it('a tensor becomes PNG where the target holds only encoded images', async () => {
    const target = memoryTarget();
    const report = await convert(memorySource([sample('a', { image: tensor({ layout: 'CHW', shape: [3, 1, 1], color: 'bgr' }, 1) })]), { ...target, accepts: { ...none, encoded: ['png'] } }, { codec: toyCodec() });
    expect(target.samples?.[0]?.image).toEqual({ kind: 'encoded', format: 'png', bytes: Uint8Array.of(1, 1, 3, 3, 2, 1) });
    expect(report).toMatchObject({ encoded: 1, decoded: 0 });
    expect(report.steps[0]).toEqual({ from: 'image uint8 CHW bgr', to: 'image png', how: 'encode', grade: 'lossless', count: 1 });
  });

  it('an encoded image becomes PNG where the target holds only that', async () => {
    const target = memoryTarget();
    const report = await convert(memorySource([sample('a', { image: planes(1, 1, 3, 7) })]), { ...target, accepts: { ...none, encoded: ['png'] } }, { codec: toyCodec() });
    expect(target.samples?.[0]?.image).toEqual({ kind: 'encoded', format: 'png', bytes: Uint8Array.of(1, 1, 3, 7, 8, 9) });
    expect(report).toMatchObject({ encoded: 1, decoded: 1 });
  });

  it('what no PNG can hold is refused by key', async () => {
    const run = (image: NonNullable<Sample['image']>, encoded: Accepts['encoded']): Promise<unknown> =>
      convert(memorySource([sample('a', { image })]), { ...memoryTarget(), accepts: { ...none, encoded } }, { codec: toyCodec() });
    await expect(run(tensor({ dtype: 'float32' }), 'any')).rejects.toMatchObject({ code: 'LOSSY', key: 'a', what: 'no PNG can hold float32 HWC rgb' });
    const { color: _, ...five } = tensor({ shape: [1, 1, 5] });
    await expect(run(five, 'any')).rejects.toMatchObject({ code: 'LOSSY', what: 'no PNG can hold 5 channels' });
    await expect(run(tensor(), ['jpeg'])).rejects.toMatchObject({ code: 'UNSUPPORTED', what: 'the target holds neither tensors nor PNG', hint: 'name an encoding that it holds: --codec jpeg' });
  });

  it('an EXIF orientation is refused until it is said what to do', async () => {
    const turned = turnedJpeg(6);
    const codec = { ...toyCodec(), inspect: () => ({ dtype: 'uint8' as const, shape: [1, 1, 1], layout: 'HWC' as const, color: 'gray' as const, losses: [] }) };
    const error = await failure(convert(memorySource([sample('a', { image: turned })]), memoryTarget(tensors), { codec }));
    expect(error).toMatchObject({ code: 'LOSSY', key: 'a', what: 'the image must be decoded, and its EXIF orientation is 6', hint: 'say what to do with it: --orientation keep or apply' });
    await expect(plan(memorySource([sample('a', { image: turned })]), memoryTarget(tensors), { codec, orientation: 'keep' })).resolves.toMatchObject({ decoded: 1 });
    expect((await after([turned], {})).report.copied).toBe(1);
  });

  it('an EXIF orientation that is copied is noted, until it is said what to do', async () => {
    const noted = async (image: NonNullable<Sample['image']>, options: ConvertOptions = {}): Promise<readonly string[]> =>
      (await plan(memorySource([sample('a', { image: tensor() }), sample('b', { image })]), memoryTarget(), options)).notes;
    expect(await noted(turnedJpeg(8))).toEqual([expect.stringMatching(/^copied with its EXIF orientation, which TensorFlow, .*--orientation apply.* \(1 sample, first key "b"\)$/)]);
    expect(await noted(turnedJpeg(8), { orientation: 'keep' })).toEqual([]);
    expect(await noted(turnedJpeg(1))).toEqual([]);
  });

  it('of an image with boxes is noted where they no longer fit it', async () => {
    const boxes = { features: new Map([['image/object/bbox/xmin', int64(0)]]) };
    const noted = async (image: NonNullable<Sample['image']>, options: ConvertOptions, rest: Pick<Sample, 'features'> = boxes): Promise<readonly string[]> =>
      (await plan(memorySource([sample('a', { image, ...rest })]), memoryTarget(), { codec: toyCodec({ formats: ['planes', 'jpeg'] }), ...options })).notes;
    const note = (change: string): string => `the image is ${change}, and its boxes (image/object/bbox/*) stay as they were: they no longer fit it (1 sample, first key "a")`;
    expect(await noted(turnedJpeg(6), { orientation: 'apply' })).toEqual([note('turned')]);
    for (const features of [new Map(), new Map([['image/object/bbox/xmin', int64()]])]) expect(await noted(turnedJpeg(6), { orientation: 'apply' }, { features })).toEqual([]);
    const size = { width: 2, height: 2 };
    expect(await noted(planes(2, 4, 3), { resize: { ...size, mode: 'cover' } })).toEqual([note('cut off')]);
    expect(await noted(tensor({ shape: [4, 2, 3] }), { resize: { ...size, mode: 'cover' } })).toEqual([note('cut off')]);
    expect(await noted(planes(4, 4, 3), { resize: { ...size, mode: 'cover' } })).toEqual([]);
    expect(await noted(planes(2, 4, 3), { resize: { ...size, mode: 'fill' } })).toEqual([]);
  });

  it('errors of the codec name the sample', async () => {
    await expect(after([planes(1, 1, 3), jpeg()], tensors)).rejects.toMatchObject({ code: 'UNSUPPORTED', key: 'k1', what: 'no decoder for jpeg' });
    const codec = { ...toyCodec(), inspect: () => ({ dtype: 'uint8' as const, shape: [9, 9, 3], layout: 'HWC' as const, color: 'rgb' as const, losses: [] }) };
    await expect(convert(memorySource([sample('a', { image: planes(1, 1, 3) })]), memoryTarget(tensors), { codec })).rejects.toMatchObject({
      code: 'CONTRACT', key: 'a', what: 'the codec was to give uint8 HWC rgb [9, 9, 3] and gave uint8 HWC rgb [1, 1, 3]',
    });
  });
});

/** The first bytes of a JPEG with that EXIF orientation. */
function turnedJpeg(orientation: number): NonNullable<Sample['image']> {
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, 0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
  return { kind: 'encoded', format: 'jpeg', bytes: Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...frame, 0xff, 0xda, 0, 2, 0xff, 0xd9]) };
}
