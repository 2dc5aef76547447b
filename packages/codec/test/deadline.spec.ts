import { createCodec } from '../src/index.js';
import { bmp, encoded, failureOf, gif, GIF_END, gifPicture, tensor } from './helpers/images.js';

const codec = createCodec({ limits: { decode: 2 } });

/** Every look at the clock takes a second. */
beforeEach(() => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now += 1000);
});
afterEach(() => { jest.restoreAllMocks(); });

const told = (what: string): object => ({ code: 'LIMIT', message: `${what} the image takes more than 2 seconds`, hint: expect.stringContaining('--max decode=') });
const palette = [0, 0, 0, 0];

it.each<readonly [string, Uint8Array]>([
  ['a GIF of many rows', gif(1, 9, gifPicture(0, 0, 1, 9, Array<number>(9).fill(0)), GIF_END)],
  ['a BMP of many rows', bmp({ width: 1, height: 9, rows: Array<number>(9 * 4).fill(0) })],
  ['a BMP of runs that go nowhere', bmp({ width: 1, height: 1, bits: 8, compression: 1, palette, rows: [...Array<readonly number[]>(9000).fill([0, 2, 0, 0]).flat(), 0, 1] })],
])('%s is not decoded for longer than limits.decode', async (_, bytes) => {
  expect(await failureOf(codec.decode(encoded(bytes)))).toMatchObject(told('decoding'));
});

it('an image is not resized for longer than limits.decode', async () => {
  expect(await failureOf(codec.resize(tensor(4, 4, 3), { width: 9, height: 9, mode: 'fill' }))).toMatchObject(told('resizing'));
});
