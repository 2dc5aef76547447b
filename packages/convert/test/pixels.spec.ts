import { tensorView } from '@imgstore/core';
import type { Accepts, PixelCodec, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import { convert, plan } from '@imgstore/convert';
import type { ConvertOptions, Report } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, jpeg, png, row16, sample, tensor } from './samples.js';
import { planes, toyCodec } from './toys/codec.js';
import type { ToyCodec } from './toys/codec.js';

type Image = NonNullable<Sample['image']>;
const { tensor: tensors, ...none } = memoryTarget().accepts;

/** Converts and plans images: their counts are the same, and a plan asks for no pixels. */
async function after(images: readonly Image[], accepts: Accepts | Partial<Accepts>, options: ConvertOptions, description?: StoreDescription) {
  const target = { ...memoryTarget(), accepts: 'key' in accepts ? accepts as Accepts : memoryTarget(accepts).accepts };
  const samples = images.map((image, i) => sample(`k${i}`, { image }));
  const [codec, planner] = [toyCodec({ formats: ['planes', 'png', 'jpeg', 'webp'] }), toyCodec({ formats: ['planes', 'png', 'jpeg', 'webp'] })];
  const planned = await plan(memorySource(samples, description), target, { codec: planner, ...options });
  expect(planner.calls).toMatchObject({ decode: 0, encode: 0, resize: 0 });
  const written: Sample[] = [];
  const { summary: _, ...report } = await convert(memorySource(samples, description), { ...target, write: async (given) => {
    for await (const one of given) written.push(one);
    return { samples: written.length, bytes: 0, files: [] };
  } }, { codec, ...options });
  expect(report).toEqual(planned);
  return { images: written.map(({ image }) => image), report, codec };
}

/** What a run of one image is refused with. */
const refusal = (image: Image, options: ConvertOptions, accepts: Partial<Accepts> = {}) => failure(after([image], accepts, options));

const bytesOf = (image: Image | undefined): number[] => [...(image?.kind === 'encoded' ? image.bytes : image?.data ?? [])];
const firstStep = (report: Report): unknown => report.steps[0];
const noCalls: ToyCodec['calls'] = { inspect: 0, decode: 0, encode: 0, resize: 0 };

describe('a conversion that only copies', () => {
  it('asks the codec nothing, and gives the very same images', async () => {
    const images = [planes(1, 1, 3), jpeg(), png(), tensor()];
    const { images: written, codec, report } = await after(images, {}, {});
    expect(written.map((image, i) => image === images[i])).toEqual([true, true, true, true]);
    expect(codec.calls).toEqual(noCalls);
    expect(report).toMatchObject({ copied: 4, decoded: 0, encoded: 0 });
  });

  it.each<[string, Partial<Accepts>, ConvertOptions, StoreDescription['image'], boolean]>([
    ['any image is held', {}, {}, undefined, true],
    ['the source has only images that are held', { encoded: ['png'] }, {}, { format: 'png' }, true],
    ['the source may have others', { encoded: ['png'] }, {}, undefined, false],
    ['the source has tensors', { encoded: [] }, { channels: 3 }, { dtype: 'uint8', layout: 'HWC', shape: [null, null, 3] }, true],
    ['tensors are resized', {}, { resize: { width: 1, height: 1, mode: 'fill' } }, { dtype: 'uint8', layout: 'HWC', shape: [null, null, 3] }, false],
    ['all become tensors', {}, { encoding: 'raw' }, undefined, false],
    ['all are PNG and stay it', {}, { encoding: 'png' }, { format: 'png' }, true],
    ['turned ones are turned', {}, { orientation: 'apply' }, undefined, false],
    ['an orientation would be kept', {}, { orientation: 'keep' }, undefined, true],
  ])('borrows where nothing may need the codec: %s', async (_, accepts, options, image, borrows) => {
    const source = memorySource([], { keys: 'stored', ...image && { image } });
    await convert(source, memoryTarget({ borrow: true, ...accepts }), { codec: toyCodec(), ...options });
    expect(source.readings.map(({ borrow }) => borrow)).toEqual([borrows]);
  });

  it('still decodes an image that the source did not tell of', async () => {
    const { images } = await after([tensor({ shape: [1, 1, 3] }), planes(1, 1, 3, 5)], { encoded: [] }, {}, { keys: 'stored', image: { dtype: 'uint8', layout: 'HWC' } });
    expect(images.map(bytesOf)).toEqual([[0, 1, 2], [5, 6, 7]]);
  });
});

describe('encoding', () => {
  it('raw makes tensors of all', async () => {
    const { images, report } = await after([planes(1, 1, 3, 5), tensor({ shape: [1, 1, 3] })], {}, { encoding: 'raw' });
    expect(images.map((image) => image?.kind)).toEqual(['tensor', 'tensor']);
    expect(report).toMatchObject({ copied: 1, decoded: 1, encoded: 0 });
  });

  it('png makes PNG of all that are none', async () => {
    const { images, report, codec } = await after([png(), planes(1, 1, 3, 5), tensor({ shape: [1, 1, 3], color: 'bgr' }, 1)], {}, { encoding: 'png' });
    expect(images.slice(1).map(bytesOf)).toEqual([[1, 1, 3, 5, 6, 7], [1, 1, 3, 3, 2, 1]]);
    expect(images.map((image) => image?.kind === 'encoded' && image.format)).toEqual(['png', 'png', 'png']);
    expect(codec.calls).toEqual({ inspect: 1, decode: 1, encode: 2, resize: 0 });
    expect(report).toMatchObject({ copied: 1, decoded: 1, encoded: 2, losses: [] });
    expect(report.steps.slice(0, 3).map(({ how, grade }) => [how, grade])).toEqual([['decode, encode', 'lossless'], ['copy', 'exact'], ['encode', 'lossless']]);
  });

  it('jpeg is a loss, alpha with it; the quality reaches the codec', async () => {
    const { images, report } = await after([tensor({ shape: [1, 1, 4], color: 'rgba' }, 1)], {}, { encoding: 'jpeg', quality: 77, allow: ['encode', 'alpha'] });
    expect(images.map(bytesOf)).toEqual([[1, 1, 3, 1, 2, 3, 77]]);
    expect(report.losses).toEqual([
      { kind: 'alpha', what: 'alpha, left out', count: 1, firstKey: 'k0', allowed: true },
      { kind: 'encode', what: 'pixels, as JPEG of quality 77', count: 1, firstKey: 'k0', allowed: true },
    ]);
    expect(firstStep(report)).toEqual({ from: 'image uint8 HWC rgba', to: 'image jpeg', how: 'drop alpha, encode', grade: 'lossy', count: 1 });
  });

  it('jpeg copies gray and colour JPEGs, and encodes those of four inks anew', async () => {
    const [three, four] = [jpegOf(3), jpegOf(4)];
    const codec: ToyCodec = { ...toyCodec(), inspect: () => ({ dtype: 'uint8', shape: [1, 1, 3], layout: 'HWC', color: 'rgb', losses: [{ kind: 'color', what: 'CMYK' }] }) };
    const report = await plan(memorySource([sample('a', { image: three }), sample('b', { image: four })]), memoryTarget(), { codec, encoding: 'jpeg' });
    expect(report).toMatchObject({ copied: 1, decoded: 1, encoded: 1 });
    expect(report.losses.map(({ kind, firstKey }) => [kind, firstKey])).toEqual([['color', 'b'], ['encode', 'b']]);
  });

  it('webp is lossless without a quality, and makes colours of gray', async () => {
    const { images, report } = await after([tensor({ shape: [1, 1, 1], color: 'gray' }, 5), tensor({ shape: [1, 1, 2], color: 'gray-alpha' }, 5)], {}, { encoding: 'webp' });
    expect(images.map(bytesOf)).toEqual([[1, 1, 3, 5, 5, 5], [1, 1, 4, 5, 5, 5, 6]]);
    expect(report).toMatchObject({ losses: [], notes: [
      'no WEBP is gray: the image comes back in three channels of the same values; --channels 1 takes one of them (2 samples, first key "k0")',
      'a WebP keeps no alpha that is opaque everywhere: such an image comes back in three channels; --codec png keeps it (1 sample, first key "k1")',
    ] });
    expect((await after([tensor({ shape: [1, 1, 1], color: 'gray' }, 5)], {}, { encoding: 'webp', channels: 3 })).report.notes).toEqual([]);
    expect((await after([tensor()], {}, { encoding: 'webp', quality: 50, allow: ['encode'] })).report.losses).toMatchObject([{ kind: 'encode', what: 'pixels, as WEBP of quality 50' }]);
  });

  it.each<[Image, ConvertOptions, string, string?]>([
    [row16(1), { encoding: 'jpeg' }, 'no JPEG can hold uint16 HW gray', '--codec png holds it as it is; or --dtype uint8 --scale range makes it fit; or '],
    [tensor({ dtype: 'float32' }), { encoding: 'png' }, 'no PNG can hold float32 HWC rgb', '--dtype uint16 --scale range makes it fit; or '],
    [tensor({ dtype: 'int8' }), { encoding: 'png' }, 'no PNG can hold int8 HWC rgb'],
    [tensor({ dtype: 'uint64' }), { encoding: 'png' }, 'no PNG can hold uint64 HWC rgb'],
  ])('that cannot hold the numbers is refused, with a remedy', async (image, options, what, first = '') => {
    expect(await refusal(image, { ...options, allow: ['encode'] })).toMatchObject({ code: 'LOSSY', key: 'k0', what, hint: `${first}choose a target that holds tensors, e.g. --to npy` });
  });

  it('holds other numbers after a dtype and a scale', async () => {
    const image: TensorImage = { kind: 'tensor', dtype: 'float32', shape: [1, 4, 1], layout: 'HWC', color: 'gray', data: new Uint8Array(Float32Array.of(0, 0.5, 1, 2).buffer) };
    const { images, report } = await after([image], {}, { encoding: 'png', dtype: 'uint8', scale: 255, allow: ['dtype'] });
    expect(images.map(bytesOf)).toEqual([[1, 4, 1, 0, 128, 255, 255]]);
    expect(report.losses).toMatchObject([{ kind: 'dtype', what: 'float32 pixels, scaled, as uint8' }]);
    expect(firstStep(report)).toMatchObject({ how: 'scale, narrow, encode', grade: 'lossy' });
  });

  it('of bool images as PNG widens them', async () => {
    const { report, images } = await after([tensor({ dtype: 'bool', shape: [1, 1, 1], color: 'gray' }, 1)], none, {});
    expect(images.map(bytesOf)).toEqual([[1, 1, 1, 1]]);
    expect(firstStep(report)).toMatchObject({ how: 'widen, encode', grade: 'lossless' });
  });
});

describe('resize', () => {
  const size = { width: 2, height: 2 } as const;

  it.each<['fill' | 'fit' | 'cover', number[]]>([['fill', [2, 2, 1]], ['fit', [1, 2, 1]], ['cover', [2, 2, 1]]])('%s has the size that the plan knew', async (mode, shape) => {
    const { images, report, codec } = await after([planes(2, 4, 1)], {}, { resize: { ...size, mode } });
    expect(images).toMatchObject([{ kind: 'tensor', shape }]);
    expect(codec.calls).toMatchObject({ decode: 1, encode: 0, resize: 1 });
    expect(firstStep(report)).toMatchObject({ from: 'image planes', how: 'decode, resize', grade: 'lossy' });
    expect(report.losses).toEqual([]);
  });

  it('goes through PNG where the target holds no tensors, and through the encoding that is named', async () => {
    expect((await after([planes(1, 1, 3, 7)], none, { resize: { width: 2, height: 1, mode: 'fill' } })).images.map(bytesOf)).toEqual([[1, 2, 3, 7, 8, 9, 7, 8, 9]]);
    const { images } = await after([planes(1, 1, 3, 7)], {}, { encoding: 'jpeg', allow: ['encode'], resize: { width: 2, height: 1, mode: 'fill' } });
    expect(images).toMatchObject([{ kind: 'encoded', format: 'jpeg' }]);
  });

  it('leaves an image of that size as it is, and a note says that a store holds both', async () => {
    const { images, report, codec } = await after([planes(2, 2, 1), planes(2, 4, 1)], {}, { resize: { ...size, mode: 'fill' } });
    expect(images.map((image) => image?.kind)).toEqual(['encoded', 'tensor']);
    expect(codec.calls.decode).toBe(1);
    expect(report.notes).toEqual(['images that were already as asked stay encoded (1), beside tensors (1): the encoding raw (--codec) makes all tensors, png, jpeg or webp none']);
  });

  it('of tensors in hand keeps their axes and colours', async () => {
    const { images, report } = await after([tensor({ layout: 'CHW', shape: [3, 1, 1], color: 'bgr' }, 1)], { tensor: { dtypes: ['uint8'], layouts: ['CHW'], colors: ['bgr'] } }, { resize: { width: 2, height: 1, mode: 'fill' } });
    expect(images).toEqual([{ kind: 'tensor', dtype: 'uint8', layout: 'CHW', color: 'bgr', shape: [3, 1, 2], data: Uint8Array.of(1, 1, 2, 2, 3, 3) }]);
    expect(report).toMatchObject({ reshaped: 1, decoded: 0 });
  });

  it('comes after the channels', async () => {
    const { images } = await after([planes(1, 1, 3)], {}, { channels: 1, resize: { width: 2, height: 1, mode: 'fill' }, allow: ['color'] });
    expect(images).toMatchObject([{ shape: [1, 2, 1], color: 'gray' }]);
  });

  it('of floats is refused by key', async () => {
    expect(await refusal(tensor({ dtype: 'float32' }), { resize: { ...size, width: 9, mode: 'fill' } })).toMatchObject({ code: 'UNSUPPORTED', key: 'k0', what: 'float32 images cannot be resized' });
  });
});

describe('dtype and scale', () => {
  it('make floats in 0 to 1 of bytes, and bytes of them again', async () => {
    const options: ConvertOptions = { dtype: 'float32', scale: 1 / 255 };
    const { images, report } = await after([planes(1, 3, 1, 254)], {}, options);
    const [image] = images;
    expect(image?.kind === 'tensor' && [...tensorView(image)]).toEqual([Math.fround(254 / 255), 1, 0]);
    expect(firstStep(report)).toEqual({ from: 'image planes', to: 'image float32 HWC gray', how: 'decode, scale, widen', grade: 'lossless', count: 1 });
    const back = await after(image === undefined ? [] : [image], {}, { dtype: 'uint8', scale: 255 });
    expect(back.images.map(bytesOf)).toEqual([[254, 255, 0]]);
  });

  it.each(['float16', 'float32'] as const)('as %s bring every byte back without loss, and lose what was between two', async (dtype) => {
    const all = Uint8Array.from({ length: 256 }, (_, at) => at);
    const { images } = await after([tensor({ shape: [1, 256, 1], color: 'gray' }, ...all)], {}, { dtype, scale: 1 / 255 });
    const back = await after(images.flatMap((image) => image ?? []), {}, { dtype: 'uint8', scale: 255 });
    expect(back.images.map(bytesOf)).toEqual([[...all]]);
    expect(firstStep(back.report)).toMatchObject({ grade: 'lossless' });
    const half: TensorImage = { kind: 'tensor', dtype: 'float32', shape: [1, 1, 1], layout: 'HWC', color: 'gray', data: new Uint8Array(Float32Array.of(0.499).buffer) };
    expect(await refusal(half, { dtype: 'uint8', scale: 255 })).toMatchObject({ code: 'LOSSY', report: { losses: [{ kind: 'dtype', count: 1 }] } });
  });

  it('narrow without loss where every number survives, by value for tensors in hand', async () => {
    const scaled = { dtype: 'uint8', scale: 1 / 257 } as const;
    expect((await after([row16(0, 257, 65535)], {}, scaled)).report).toMatchObject({ losses: [], reshaped: 1 });
    expect(await refusal(row16(0, 256), scaled)).toMatchObject({ code: 'LOSSY', report: { losses: [{ kind: 'dtype', count: 1 }] } });
  });

  it('widen with a whole factor without loss, and stop at the bounds with one', async () => {
    expect((await after([planes(1, 1, 1, 255)], {}, { dtype: 'uint16', scale: 257 })).report.losses).toEqual([]);
    const { images, report } = await after([planes(1, 1, 1, 255)], {}, { dtype: 'uint16', scale: 1000, allow: ['dtype'] });
    expect(images[0]?.kind === 'tensor' && [...tensorView(images[0])]).toEqual([65535]);
    expect(report.losses).toMatchObject([{ kind: 'dtype', what: 'uint8 pixels, scaled, as uint16' }]);
  });

  const floats = (...values: number[]): TensorImage => ({ kind: 'tensor', dtype: 'float32', layout: 'HW', shape: [1, values.length], color: 'gray', data: new Uint8Array(Float32Array.from(values).buffer) });

  it.each<[string, Image, ConvertOptions, boolean]>([
    ['bytes beyond the largest half', planes(1, 1, 1, 255), { dtype: 'float16', scale: 1e6 }, true],
    ['bytes too near to 0 for a half', planes(1, 1, 1, 255), { dtype: 'float16', scale: 1e-6 }, true],
    ['bytes in the range of a half', planes(1, 1, 1, 255), { dtype: 'float16', scale: 1 / 255 }, false],
    ['floats that become infinite', floats(1, 3e38), { dtype: 'float32', scale: 10 }, true],
    ['floats that become 0', floats(0, 1e-30), { dtype: 'float32', scale: 1e-30 }, true],
    ['floats that lose digits near 0', floats(0, 1.2345e-30), { dtype: 'float32', scale: 1e-13 }, true],
    ['floats that stay in range, infinite ones and 0 as they are', floats(0, 1e-30, -3e38, Infinity), { dtype: 'float32', scale: 0.5 }, false],
    ['floats that become infinite doubles', { ...floats(), dtype: 'float64', shape: [1, 1], data: new Uint8Array(Float64Array.of(1e308).buffer) }, { dtype: 'float64', scale: 100 }, true],
    ['floats that become 0 as integers', floats(1e-30), { dtype: 'uint8', scale: 1e-300 }, true],
  ])('count what scaling puts out of range: %s', async (_, image, options, isLost) => {
    const { report } = await after([image], {}, { ...options, allow: ['dtype'] });
    expect(report.losses.map(({ kind, count }) => ({ kind, count }))).toEqual(isLost ? [{ kind: 'dtype', count: 1 }] : []);
    expect(firstStep(report)).toMatchObject({ grade: isLost ? 'lossy' : 'lossless' });
  });

  const wide = (dtype: 'int64' | 'uint64', ...values: bigint[]): TensorImage =>
    ({ kind: 'tensor', dtype, layout: 'HW', shape: [1, values.length], color: 'gray', data: new Uint8Array(BigInt64Array.from(values).buffer) });
  const [most, mostUnsigned] = [2n ** 63n - 1n, 2n ** 64n - 1n];

  it.each<[string, TensorImage, ConvertOptions, bigint[], boolean]>([
    ['what fits beside what does not', wide('int64', 836283078682344883n, -1n), { dtype: 'uint64' }, [836283078682344883n, 0n], true],
    ['unsigned ones beyond signed', wide('uint64', 836283078682344883n, mostUnsigned), { dtype: 'int64' }, [836283078682344883n, most], true],
    ['infinite and huge floats', floats(Infinity, -Infinity, 1e30, NaN, 2.5, -7), { dtype: 'int64' }, [most, -(2n ** 63n), most, 0n, 3n, -7n], true],
    ['the same, unsigned', floats(Infinity, -Infinity, 1e30, NaN, 2.5, -7), { dtype: 'uint64' }, [mostUnsigned, 0n, mostUnsigned, 0n, 3n, 0n], true],
    ['whole factors', wide('int64', 2n ** 60n + 1n, -3n), { dtype: 'int64', scale: 2 }, [2n ** 61n + 2n, -6n], false],
    ['whole factors that leave the bounds', wide('int64', 2n ** 62n + 1n, 3n), { dtype: 'int64', scale: 2 }, [most, 6n], true],
    ['fractions', wide('int64', 2n ** 60n + 2n, 4n), { dtype: 'int64', scale: 0.5 }, [2n ** 59n, 2n], true],
  ])('keep 64-bit integers to their last digit, and put others to the very bounds: %s', async (_, image, options, expected, isLost) => {
    const { images: [result], report } = await after([image], {}, { ...options, allow: ['dtype'] });
    expect(result?.kind === 'tensor' && [...tensorView(result)]).toEqual(expected);
    expect(report.losses.map(({ kind }) => kind)).toEqual(isLost ? ['dtype'] : []);
  });

  it.each<[Image, ConvertOptions['dtype'], string]>([
    [row16(0, 256), 'uint8', 'uint16 pixels as uint8: the scale range (--dtype uint8 --scale range) makes all of uint16 fit'],
    [floats(0.5), 'uint8', 'float32 pixels as uint8: the scale range (--dtype uint8 --scale range) makes numbers of 0 to 1 fit'],
    [floats(0.5), 'uint16', 'float32 pixels as uint16: the scale range (--dtype uint16 --scale range) makes numbers of 0 to 1 fit'],
    [floats(1e-30), 'float16', 'float32 pixels as float16'],
    [floats(0.5), 'int8', 'float32 pixels as int8'],
  ])('name the factor that helps: %#', async (image, dtype, what) => {
    expect((await after([image], {}, { ...dtype && { dtype }, allow: ['dtype'] })).report.losses).toMatchObject([{ what }]);
  });

  const valuesOf = (image: Image | undefined): unknown[] => (image?.kind === 'tensor' ? [...tensorView(image)] : []);
  const MIXED = 'one scale for 1 uint8 and 1 uint16 images, all as float32: their ranges differ; --scale range takes each from its own';

  it.each<[ConvertOptions['dtype'], number[], ReturnType<typeof floats>, unknown[], number]>([
    ['uint16', [0, 1, 255], floats(0, 0.5, 1), [[0, 257, 65535], [0, 257, 65535], [0, 32768, 65535]], 1],
    ['uint8', [0, 1, 255], floats(0, 0.5, 1), [[0, 1, 255], [0, 1, 255], [0, 128, 255]], 1],
    ['float32', [0, 0, 255], floats(0, 0.5, 1), [[0, 0, 1], [0, Math.fround(1 / 255), 1], [0, 0.5, 1]], 0],
  ])('take each image from the range of its own dtype onto that of %s', async (dtype, bytes, numbers, expected, lost) => {
    const narrow: TensorImage = { ...row16(), dtype: 'uint8', shape: [1, 3], data: Uint8Array.from(bytes) };
    const { images, report } = await after([narrow, row16(0, 257, 65535), numbers], {}, { ...dtype && { dtype }, scale: 'range', allow: ['dtype'] });
    expect(images.map(valuesOf)).toEqual(expected);
    expect(report.losses.map(({ kind, count }) => ({ kind, count }))).toEqual(lost === 0 ? [] : [{ kind: 'dtype', count: lost }]);
    expect(report.notes).toEqual([]);
  });

  it('note that one factor is for images of several ranges', async () => {
    const { report } = await after([planes(1, 1, 1, 255), row16(65535)], {}, { dtype: 'float32', scale: 1 / 255 });
    expect(report.notes).toEqual([MIXED]);
    expect((await after([planes(1, 1, 1, 255), row16(65535)], {}, { dtype: 'float32' })).report.notes).toEqual([MIXED]);
    expect((await after([row16(1), row16(65535)], {}, { dtype: 'float32' })).report.notes).toEqual([]);
    expect((await after([floats(1), { ...floats(1), dtype: 'float64', data: new Uint8Array(8) }], {}, { dtype: 'float32' })).report.notes).toEqual([]);
  });

  it('refuse the range of a dtype that has none', async () => {
    expect(await refusal(tensor({ dtype: 'int8' }), { dtype: 'uint8', scale: 'range' })).toMatchObject({ code: 'UNSUPPORTED', what: 'it is not known what the whole range of int8 images is as uint8' });
  });

  it('are named by a stack that has room for one dtype', async () => {
    const image = await failure(after([tensor(), tensor({ dtype: 'uint16' })], { uniform: true }, {}));
    expect(image).toMatchObject({ code: 'MISMATCH', hint: 'to make all like the first: --dtype uint8 --scale range' });
  });

  it('leave encoded images of that dtype alone', async () => {
    expect((await after([planes(1, 1, 3)], {}, { dtype: 'uint8' })).report).toMatchObject({ copied: 1, decoded: 0 });
  });
});

describe('layout and color', () => {
  it('choose among what the target holds, for tensors', async () => {
    const { images, report } = await after([tensor({ shape: [1, 1, 3] }, 1), planes(1, 1, 3)], {}, { layout: 'CHW', color: 'bgr' });
    expect(images[0]).toEqual({ kind: 'tensor', dtype: 'uint8', layout: 'CHW', color: 'bgr', shape: [3, 1, 1], data: Uint8Array.of(3, 2, 1) });
    expect(report).toMatchObject({ reshaped: 1, copied: 1 });
  });

  it('hold for four channels too, and leave gray alone', async () => {
    const { images } = await after([tensor({ shape: [1, 1, 4], color: 'rgba' }, 1), tensor({ shape: [1, 1, 1], color: 'gray' }, 9)], {}, { color: 'bgr' });
    expect(images.map(bytesOf)).toEqual([[3, 2, 1, 4], [9]]);
  });
});

describe('what is too large to be made', () => {
  const strip = (width: number, height = 1): TensorImage =>
    ({ kind: 'tensor', dtype: 'uint8', layout: 'HWC', shape: [height, width, 3], color: 'rgb', data: new Uint8Array(width * height * 3) });
  const codec = (mostPixels?: number): PixelCodec => ({ ...toyCodec(), ...mostPixels !== undefined && { mostPixels } });

  it.each<[string, Image, ConvertOptions, Partial<Accepts>, object]>([
    ['a WebP', strip(16_384), { encoding: 'webp' }, {}, { code: 'UNSUPPORTED', what: 'no WEBP can hold 16384 x 1 pixels, at most 16383 in a row or column' }],
    ['a JPEG', strip(1, 65_536), { encoding: 'jpeg', allow: ['encode'] }, {}, { code: 'UNSUPPORTED', what: 'no JPEG can hold 1 x 65536 pixels, at most 65535 in a row or column' }],
    ['an image that is resized for it', planes(1, 1, 3), { encoding: 'webp', resize: { width: 16_384, height: 1, mode: 'fill' } }, {}, { code: 'UNSUPPORTED' }],
    ['a resized image above the limit', planes(1, 1, 3), { codec: codec(80), resize: { width: 9, height: 9, mode: 'fill' } }, {},
      { code: 'LIMIT', what: 'the image is to be resized to 9 x 9 pixels, the limit is 80', hint: 'if you trust it: --max image=81 (in a program: limits.image)' }],
    ['a tensor of more bytes than the target holds', planes(2, 2, 3), { dtype: 'float64' }, { encoded: [], tensor: { dtypes: ['float64'], layouts: ['HWC'], maxBytes: 95 } },
      { code: 'LOSSY', what: 'the image takes 96 bytes as float64 HWC rgb, and the target holds at most 95' }],
  ])('is known to the plan, and is left out where bad samples are: %s', async (_, image, options, accepts, expected) => {
    const source = (): ReturnType<typeof memorySource> => memorySource([sample('small', { image: planes(1, 1, 3) }), sample('large', { image })]);
    const given: ConvertOptions = { codec: codec(), ...options };
    const [planned, run] = [await failure(plan(source(), memoryTarget(accepts), given)), await failure(convert(source(), memoryTarget(accepts), given))];
    const first = options.resize === undefined ? 'large' : 'small';
    expect(planned).toMatchObject({ ...expected, key: first });
    expect(run).toMatchObject({ ...expected, key: first });
    const onBadSample = (): void => undefined;
    const report = await plan(source(), memoryTarget(accepts), { ...given, onBadSample });
    expect(report.skips.map(({ key }) => key).sort()).toEqual(first === 'large' ? ['large'] : ['large', 'small']);
    const { summary: _summary, ...done } = await convert(source(), memoryTarget(accepts), { ...given, onBadSample });
    expect(done).toEqual(report);
  });

  it('is only what is: the bounds themselves pass', async () => {
    await plan(memorySource([sample('a', { image: strip(16_383) })]), memoryTarget(), { codec: codec(), encoding: 'webp' });
    await plan(memorySource([sample('a', { image: planes(1, 1, 3) })]), memoryTarget(), { codec: codec(81), resize: { width: 9, height: 9, mode: 'fill' } });
    const report = await plan(memorySource([sample('a', { image: planes(2, 2, 3) })]), memoryTarget({ encoded: [], tensor: { dtypes: ['float64'], layouts: ['HWC'], maxBytes: 96 } }), { codec: codec() });
    expect(report).toMatchObject({ samples: 1, notes: [] });
  });

  it('for the limits of readers is a note', async () => {
    const resize = { width: 8000, height: 8000, mode: 'fill' } as const;
    const report = await plan(memorySource([sample('a', { image: planes(1, 1, 3) })]), memoryTarget({ encoded: [] }), { codec: codec(), resize, dtype: 'float64' });
    expect(report.notes).toEqual(['the image takes more bytes than readers take by default: --max record=2GiB reads it again (1 sample, first key "a")']);
  });
});

describe('a target of one form', () => {
  it('takes encoded images, decoded, and is told the form of the first', async () => {
    const target = memoryTarget({ encoded: [], uniform: true });
    await convert(memorySource([sample('a', { image: planes(2, 2, 3) }), sample('b', { image: planes(4, 4, 3) })]), target, { codec: toyCodec(), resize: { width: 2, height: 2, mode: 'fill' } });
    expect(target.writes[0]?.source?.image).toEqual({ dtype: 'uint8', shape: [2, 2, 3], layout: 'HWC', color: 'rgb' });
    expect(target.samples?.map(({ image }) => image?.kind === 'tensor' && image.shape)).toEqual([[2, 2, 3], [2, 2, 3]]);
    await expect(convert(memorySource([sample('a', { image: planes(2, 2, 3) }), sample('b', { image: planes(4, 4, 3) })]), memoryTarget({ encoded: [], uniform: true }), { codec: toyCodec() }))
      .rejects.toMatchObject({ code: 'MISMATCH', key: 'b' });
  });
});

describe('options that cannot be', () => {
  const { tensor: _, ...onlyEncoded } = memoryTarget({ encoded: ['png'] }).accepts;
  it.each<[ConvertOptions, Accepts, string]>([
    [{ quality: 90 }, memoryTarget().accepts, 'quality is for the encodings jpeg and webp'],
    [{ encoding: 'jpeg', quality: 0 }, memoryTarget().accepts, 'quality is 0, expected 1 to 100'],
    [{ scale: 2 }, memoryTarget().accepts, 'scale makes other numbers, and no dtype says what they are to be'],
    [{ channels: 4, alpha: 'drop' }, memoryTarget().accepts, 'alpha is to be taken away, and 4 channels keep it'],
    [{ encoding: 'png', layout: 'CHW' }, memoryTarget().accepts, 'layout and color are for tensors, and the encoding png makes none'],
    [{ encoding: 'jpeg', channels: 4 }, memoryTarget().accepts, 'jpeg has images of 1, 3 channels, not 4'],
    [{ encoding: 'png', dtype: 'float32' }, memoryTarget().accepts, 'png holds uint8 and uint16, not float32'],
    [{ encoding: 'jpeg' }, onlyEncoded, 'the target holds no jpeg'],
    [{ encoding: 'raw' }, onlyEncoded, 'the target holds no tensors, which the encoding raw makes'],
    [{ layout: 'CHW' }, onlyEncoded, 'layout and color are for tensors, and the target holds none'],
    [{ dtype: 'float32' }, onlyEncoded, 'the target holds no float32 images'],
    [{ dtype: 'float64' }, { ...memoryTarget().accepts, tensor: { dtypes: ['uint8'], layouts: ['HWC'] } }, 'the target holds no float64 tensors'],
    [{ layout: 'CHW' }, { ...memoryTarget().accepts, tensor: { dtypes: ['uint8'], layouts: ['HWC'] } }, 'the target holds no tensors of layout CHW'],
    [{ color: 'bgr' }, { ...memoryTarget().accepts, tensor: { dtypes: ['uint8'], layouts: ['HWC'], colors: ['rgb', 'gray'] } }, 'the target holds no bgr tensors'],
    [{ resize: { width: 0, height: 2, mode: 'fill' } }, memoryTarget().accepts, 'resize: 0 by 2 is no size'],
    [{ labelOffset: 0.5 }, memoryTarget().accepts, 'labelOffset is 0.5, expected a whole number'],
  ])('%j', async (options, accepts, what) => {
    const source = memorySource([sample('a', { image: tensor() })]);
    await expect(convert(source, { ...memoryTarget(), accepts }, { codec: toyCodec(), ...options })).rejects.toMatchObject({ code: 'BAD_OPTION', what });
    expect(source.readings).toEqual([]);
  });

  it('are known to be mistyped', async () => {
    const options = { encoding: 'jpg' } as unknown as ConvertOptions;
    await expect(plan(memorySource([]), memoryTarget(), options)).rejects.toMatchObject({ code: 'BAD_OPTION', what: 'unknown codec "jpg"', hint: 'did you mean "jpeg"?' });
  });

  it('on pixels of encoded images need a codec', async () => {
    await expect(convert(memorySource([sample('a', { image: planes(1, 1, 3) })]), memoryTarget(), { channels: 1 }))
      .rejects.toMatchObject({ code: 'UNSUPPORTED', key: 'a', what: 'what was asked for takes the pixels of the image, and it cannot be decoded here' });
    expect(tensors?.layouts).toContain('HWC');
  });
});

/** The first bytes of a JPEG with that number of components. */
function jpegOf(components: number): Image {
  return { kind: 'encoded', format: 'jpeg', bytes: Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 8 + 3 * components, 8, 0, 1, 0, 1, components, ...new Array<number>(3 * components).fill(1), 0xff, 0xda, 0, 2, 0xff, 0xd9]) };
}
