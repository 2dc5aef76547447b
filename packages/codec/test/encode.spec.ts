import { createCodec } from '../src/index.js';
import type { ImageFormat, TensorImage } from '@imgstore/core';
import { encoded, failureOf, sha256, tensor } from './helpers/images.js';

const codec = createCodec();
const sizes = [[1, 1], [3, 5], [17, 31]] as const;
const forms = sizes.flatMap(([height, width]) => ([1, 2, 3, 4] as const).flatMap((channels) => (['uint8', 'uint16'] as const).map((dtype) => ({ height, width, channels, dtype }))));

const largest = ({ data }: TensorImage, other: TensorImage): number => Math.max(...data.map((value, at) => Math.abs(value - (other.data[at] ?? NaN))));

describe('a PNG', () => {
  it.each(forms)('of $height x $width x $channels $dtype is read back as it was', async ({ height, width, channels, dtype }) => {
    const image = tensor(height, width, channels, dtype);
    const before = sha256(image.data);
    const file = await codec.encode(image, 'png');
    expect(file).toMatchObject({ kind: 'encoded', format: 'png' });
    expect(await codec.decode(file)).toEqual(image);
    expect(sha256(image.data)).toBe(before);
  });

  it('is the same bytes each time, and those of the pixels wherever they lie in memory', async () => {
    const image = tensor(17, 31, 3, 'uint16');
    const shifted = new Uint8Array(image.data.length + 1).subarray(1);
    shifted.set(image.data);
    const [first, second, third] = await Promise.all([codec.encode(image, 'png'), codec.encode(image, 'png'), codec.encode({ ...image, data: shifted }, 'png')]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it.each(['uint8', 'uint16'] as const)('of %s is that of the pixels in a Buffer of Node, a part of a larger one too', async (dtype) => {
    const image = tensor(4, 4, 1, dtype);
    const shifted = Buffer.concat([Buffer.from('x'), image.data]).subarray(1);
    for (const data of [Buffer.from(image.data), shifted]) expect(await codec.decode(await codec.encode({ ...image, data }, 'png'))).toEqual(image);
  });

  it('is longer or shorter by its compression, and of the same pixels', async () => {
    const image = { ...tensor(64, 64, 3), data: new Uint8Array(64 * 64 * 3).map((_, at) => at % 97) };
    const [stored, usual, small] = await Promise.all([0, 6, 9].map(async (compression) => codec.encode(image, 'png', { compression })));
    expect(usual).toEqual(await codec.encode(image, 'png'));
    expect(stored!.bytes.length).toBeGreaterThan(image.data.length);
    expect(small!.bytes.length).toBeLessThan(stored!.bytes.length);
    expect(await Promise.all([stored, small].map(async (file) => codec.decode(file!)))).toEqual([image, image]);
  });

  it('keeps one bit of a gray image, a constant image and full transparency as they are', async () => {
    for (const data of [Uint8Array.of(0, 255, 255, 0), new Uint8Array(4)]) {
      const image: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [2, 2, 1], layout: 'HWC', color: 'gray', data };
      expect(await codec.decode(await codec.encode(image, 'png'))).toEqual(image);
    }
    const clear: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [1, 2, 4], layout: 'HWC', color: 'rgba', data: Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 0) };
    expect(await codec.decode(await codec.encode(clear, 'png'))).toEqual(clear);
  });
});

describe('a JPEG', () => {
  /** Even enough for a lossy codec to keep. */
  const slope = (channels: 1 | 3): TensorImage => ({ ...tensor(32, 48, channels), data: Uint8Array.from({ length: 32 * 48 * channels }, (_, at) => 40 + Math.floor(at / channels) % 48 * 4) });

  it.each([1, 3] as const)('of %i channels is read back nearly as it was, and nearer with more quality', async (channels) => {
    const image = slope(channels);
    const [coarse, usual, fine] = await Promise.all([codec.encode(image, 'jpeg', { quality: 20 }), codec.encode(image, 'jpeg'), codec.encode(image, 'jpeg', { quality: 100 })]);
    expect(usual.format).toBe('jpeg');
    expect(codec.inspect(usual)).toMatchObject({ shape: [32, 48, channels], color: channels === 1 ? 'gray' : 'rgb', losses: [] });
    expect(largest(await codec.decode(usual), image)).toBeLessThanOrEqual(4);
    expect(coarse.bytes.length).toBeLessThan(usual.bytes.length);
    expect(usual.bytes.length).toBeLessThan(fine.bytes.length);
  });

  it('has a quality of 95 and half the chroma each way, unless a quality is said', async () => {
    const image = slope(3);
    const usual = await codec.encode(image, 'jpeg');
    expect(usual).toEqual(await codec.encode(image, 'jpeg', { quality: 95 }));
    const frame = usual.bytes.findIndex((byte, at) => byte === 0xff && usual.bytes[at + 1] === 0xc0);
    expect([...usual.bytes.subarray(frame + 10, frame + 19)].filter((_, at) => at % 3 === 1)).toEqual([0x22, 0x11, 0x11]); // sampling of Y, Cb, Cr
  });

  it('has all of its chroma where that is asked for', async () => {
    const { bytes } = await codec.encode(slope(3), 'jpeg', { chroma: '4:4:4' });
    const frame = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
    expect([...bytes.subarray(frame + 10, frame + 19)].filter((_, at) => at % 3 === 1)).toEqual([0x11, 0x11, 0x11]);
    expect(await codec.encode(slope(3), 'jpeg', { chroma: '4:2:0' })).toEqual(await codec.encode(slope(3), 'jpeg'));
  });
});

describe('a WebP', () => {
  it.each([3, 4])('of %i channels is read back as it was, also where it is transparent', async (channels) => {
    const image = tensor(17, 31, channels);
    expect(await codec.decode(await codec.encode(image, 'webp'))).toEqual(image);
  });

  it('is lossy with a quality', async () => {
    const image = { ...tensor(64, 64, 3), data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * at * 2654435761 >>> 13) % 256) };
    const [lossy, lossless] = await Promise.all([codec.encode(image, 'webp', { quality: 50 }), codec.encode(image, 'webp')]);
    expect(lossy.bytes.length).toBeLessThan(lossless.bytes.length);
    expect(codec.inspect(lossy).shape).toEqual([64, 64, 3]);
  });
});

describe('what a format does not hold', () => {
  it.each<readonly [string, TensorImage, ImageFormat, string]>([
    ['a format that is not written', tensor(2, 2, 3), 'gif', 'images are not written as "gif", only as png, jpeg, webp'],
    ['16 bit in a JPEG', tensor(2, 2, 3, 'uint16'), 'jpeg', 'a jpeg does not hold uint16 HWC rgb, only HWC uint8 gray, uint8 rgb'],
    ['alpha in a JPEG', tensor(2, 2, 4), 'jpeg', 'a jpeg does not hold uint8 HWC rgba, only HWC uint8 gray, uint8 rgb'],
    ['gray in a WebP', tensor(2, 2, 1), 'webp', 'a webp does not hold uint8 HWC gray, only HWC uint8 rgb, uint8 rgba'],
    ['bgr', { ...tensor(2, 2, 3), color: 'bgr' }, 'png', 'a png does not hold uint8 HWC bgr, only HWC '],
    ['planes', { ...tensor(3, 2, 2), layout: 'CHW', color: 'rgb' }, 'png', 'a png does not hold uint8 CHW rgb, only HWC '],
    ['no colour', { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 5], layout: 'HWC', data: new Uint8Array(5) }, 'png', 'a png does not hold uint8 HWC of unknown colour, only HWC '],
    ['a row that is too long for a WebP', tensor(1, 16_384, 3), 'webp', 'a webp has at most 16383 pixels in a row or column, the image is 16384 x 1'],
    ['a column that is too long for a JPEG', tensor(65_536, 1, 1), 'jpeg', 'a jpeg has at most 65535 pixels in a row or column, the image is 1 x 65536'],
  ])('%s is refused', async (_, image, format, message) => {
    const error = await failureOf(codec.encode(image, format));
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.message).toContain(message);
  });

  it.each([0, 101, 7.5, NaN])('a quality of %d is none', async (quality) => {
    expect(await failureOf(codec.encode(tensor(2, 2, 3), 'jpeg', { quality }))).toMatchObject({ code: 'BAD_OPTION', message: `quality is ${quality}, expected a whole number from 1 to 100` });
  });

  it.each([[{ compression: 10 }, 'compression is 10, expected a whole number from 0 to 9'], [{ compression: -1 }, 'compression is -1'], [{ chroma: '4:2:2' }, 'chroma is "4:2:2", expected 4:2:0 or 4:4:4']])('the settings %j are none', async (options: object, message) => {
    expect(await failureOf(codec.encode(tensor(2, 2, 3), 'png', options))).toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(message) });
  });

  it('a tensor that contradicts itself is refused', async () => {
    expect((await failureOf(codec.encode({ ...tensor(2, 2, 3), data: new Uint8Array(5) }, 'png'))).code).toBe('MISMATCH');
  });
});

it('the encoder decides by itself, not by the pixels, what a file is', async () => {
  expect(codec.inspect(encoded((await codec.encode(tensor(2, 2, 3), 'png')).bytes)).losses).toEqual([]);
});
