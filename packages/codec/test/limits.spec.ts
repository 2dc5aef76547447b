import { LIMITS } from '@imgstore/core';
import { createCodec } from '../src/index.js';
import { decodeRaster, encodeRaster } from '../src/sharp.js';
import type * as Sharp from '../src/sharp.js';
import { avif, bmp, encoded, failureOf, fixture, gif, GIF_END, gifPicture, jpegHead, png, tensor, tiff, webp } from './helpers/images.js';

jest.mock('../src/sharp.js', () => ({ decodeRaster: jest.fn(), encodeRaster: jest.fn() }));
const decoder = jest.mocked(decodeRaster);
beforeEach(() => { decoder.mockReset(); });

/** The decoder, which says that of every image. */
const decoderSays = (cause: Error): void => void decoder.mockImplementation(async (_, __, judge) => { throw judge(cause); });
const encoderSays = (cause: Error): void => void jest.mocked(encodeRaster).mockImplementationOnce(async (_, __, judge) => { throw judge(cause); });

const page = (width: number, height: number): Uint8Array => tiff([[256, 4, 1, width], [257, 4, 1, height], [258, 3, 1, 8], [262, 3, 1, 1]]);

/** What they are, what they say, and what would let them pass, where a number can. */
const claims: readonly (readonly [string, Uint8Array, string, string | undefined])[] = [
  ['a PNG of 50,000 x 50,000', png({ width: 50_000, height: 50_000 }), '50000 x 50000', '2385Mpx'],
  ['a JPEG of 65,535 x 65,535', jpegHead({ width: 65_535, height: 65_535 }), '65535 x 65535', '4096Mpx'],
  ['a GIF whose screen is 65,535 x 65,535 and whose picture is one pixel', gif(65_535, 65_535, gifPicture(0, 0, 1, 1, [0]), GIF_END), '65535 x 65535', '4096Mpx'],
  ['a WebP of 2^24 x 2^24', webp(0, 2 ** 24, 2 ** 24), '16777216 x 16777216', '268435456Mpx'],
  ['a BMP of 2^31-1 x 2', bmp({ width: 2 ** 31 - 1, height: 2 }), '2147483647 x 2', '4096Mpx'],
  ['a TIFF of 2^32-1 x 2^32-1', page(2 ** 32 - 1, 2 ** 32 - 1), '4294967295 x 4294967295', undefined],
  ['an AVIF of 60,000 x 60,000', avif(60_000, 60_000), '60000 x 60000', '3434Mpx'],
];

it.each(claims)('%s is refused by its header, before a decoder sees it', async (_, bytes, size, needed) => {
  const message = `the image says that it has ${size} pixels, the limit is 67108864`;
  const error = await failureOf(createCodec().decode(encoded(bytes)));
  expect(error).toMatchObject({ code: 'LIMIT', message });
  expect(error.hint).toBe(needed && `if you trust it: --max image=${needed} (in a program: limits.image)`);
  expect(() => createCodec().inspect(encoded(bytes))).toThrow(message);
  expect(decoder).not.toHaveBeenCalled();
});

it('limits.image moves the limit, for inspecting and decoding alike', async () => {
  const image = fixture('rgb-5x9.bmp');
  await expect(createCodec({ limits: { image: 45 } }).decode(image)).resolves.toMatchObject({ shape: [5, 9, 3] });
  expect((await failureOf(createCodec({ limits: { image: 44 } }).decode(image))).code).toBe('LIMIT');
  expect(createCodec({ limits: { image: 2_500_000_000 } }).inspect(encoded(png({ width: 50_000, height: 50_000 }))).shape).toEqual([50_000, 50_000, 3]);
});

it('both limits are handed to the decoder, which stops by itself', async () => {
  decoderSays(new Error('timeout: 42% complete'));
  const error = await failureOf(createCodec({ limits: { decode: 3, image: 1000 } }).decode(encoded(png())));
  expect(decoder).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ seconds: 3, pixels: 1000 }), expect.anything());
  expect(error).toMatchObject({ code: 'LIMIT', message: 'decoding the image takes more than 3 seconds', hint: 'if you trust it: --max decode=5 (in a program: limits.decode)' });
});

it.each(['VipsJpeg: premature end of JPEG image\nVipsJpeg: out of order', 'vipspng: libpng read error', ''])('what the decoder says, %j, may be about another image: it is the cause, and no part of the message', async (said) => {
  const cause = new Error(said);
  decoderSays(cause);
  expect(await failureOf(createCodec().decode(encoded(png())))).toMatchObject({ code: 'CORRUPT', message: 'the PNG is damaged: its pixels cannot be decoded', cause });
});

it('what the encoder says is the cause', async () => {
  const cause = new Error('pngsave: out of room');
  encoderSays(cause);
  expect(await failureOf(createCodec().encode(tensor(2, 2, 3), 'png'))).toMatchObject({ code: 'UNSUPPORTED', message: 'the image cannot be written as png', cause });
});

it('the limit of time is handed to the encoder too', async () => {
  encoderSays(new Error('timeout: 100% complete\nwebpsave: unable to encode'));
  const error = await failureOf(createCodec({ limits: { decode: 3 } }).encode(tensor(2, 2, 3), 'webp'));
  expect(encodeRaster).toHaveBeenLastCalledWith(expect.anything(), expect.objectContaining({ seconds: 3 }), expect.anything());
  expect(error).toMatchObject({ code: 'LIMIT', message: 'encoding the image takes more than 3 seconds', hint: 'if you trust it: --max decode=5 (in a program: limits.decode)' });
});

it('a decoder that is asked for what it does not do says nothing of the image', async () => {
  const { decodeRaster: decode } = jest.requireActual<typeof Sharp>('../src/sharp.js');
  const judge = jest.fn();
  await expect(decode(png(), { space: 'srgb', isStrict: true, pixels: 100, seconds: 3601 }, judge)).rejects.toThrow('seconds');
  expect(judge).not.toHaveBeenCalled();
});

it('the longest time is one that the decoder takes', async () => {
  decoder.mockImplementation(jest.requireActual<typeof Sharp>('../src/sharp.js').decodeRaster);
  await expect(createCodec({ limits: { decode: LIMITS.decode.most } }).decode(encoded(png()))).resolves.toMatchObject({ shape: [3, 4, 3] });
});

it.each([
  [{ width: 4, height: 4, channels: 3, data: new Uint8Array(48) }, 'the header says 4 x 3 pixels, 4 x 4 are in the image'],
  [{ width: 4, height: 3, channels: 4, data: new Uint8Array(48) }, 'the header promises 3 channels, 4 are in the image'],
])('pixels that are not those that the header promised are refused: %#', async (raster, message) => {
  decoder.mockResolvedValue(raster);
  expect(await failureOf(createCodec().decode(encoded(png())))).toMatchObject({ code: 'CORRUPT', message });
});

it.each([[{ image: 0 }, 'limits.image is 0'], [{ decode: 0.5 }, 'limits.decode is 0.5'], [{ decode: 3601 }, 'limits.decode is 3601'], [{ pixels: 1 }, 'unknown limit "pixels"']])('a codec is not made with %j', (limits: object, what) => {
  expect(() => createCodec({ limits })).toThrow(what);
});
