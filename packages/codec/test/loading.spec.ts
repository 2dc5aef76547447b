import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCodec } from '../src/index.js';
import { failureOf, fixture, png, encoded, tensor } from './helpers/images.js';

jest.mock('sharp', () => { throw new Error('Could not load the "sharp" module'); });

it('sharp is not needed to import, to make a codec, to inspect, to resize, or to decode GIF and BMP', async () => {
  const codec = createCodec();
  expect(codec.inspect(encoded(png())).shape).toEqual([3, 4, 3]);
  expect((await codec.resize(tensor(4, 4, 3), { width: 2, height: 2, mode: 'fill' })).shape).toEqual([2, 2, 3]);
  expect((await codec.decode(fixture('palette-5x9.gif'))).shape).toEqual([5, 9, 3]);
  expect((await codec.decode(fixture('rgb-5x9.bmp'))).shape).toEqual([5, 9, 3]);
});

it('sharp that cannot be loaded is an error that says what to install', async () => {
  for (const work of [createCodec().decode(fixture('rgb-0-95-5x9.jpg')), createCodec().encode(tensor(4, 4, 3), 'png')]) {
    expect(await failureOf(work)).toMatchObject({ code: 'UNSUPPORTED', message: 'sharp, which decodes and encodes images, cannot be loaded', hint: 'install it for this platform: npm install sharp', cause: expect.any(Error) });
  }
});

it('one file imports sharp', () => {
  const folder = join(__dirname, '../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && /from 'sharp'|import\('sharp'\)/.test(readFileSync(join(folder, name), 'utf8')));
  expect(files).toEqual(['sharp.ts']);
});
