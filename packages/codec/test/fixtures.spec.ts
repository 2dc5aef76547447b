import { colorOfChannels } from '@imgstore/core';
import type { TensorImage } from '@imgstore/core';
import { createCodec } from '../src/index.js';
import { fixture, fixtures, sha256 } from './helpers/images.js';
import type { Told } from './helpers/images.js';

// A file of each form, as Pillow and OpenCV wrote them; what they hold is what TensorFlow, Pillow and OpenCV read (fixtures/make_images.py).

const codec = createCodec();

function expectPixels(image: TensorImage, told: Told): void {
  expect({ dtype: image.dtype, shape: image.shape, layout: image.layout, color: image.color }).toEqual({ dtype: told.dtype, shape: told.shape, layout: 'HWC', color: colorOfChannels(told.shape[2], 'rgb') });
  expect(sha256(image.data)).toBe(told.sha256);
}

it('there are files of every format', () => {
  expect([...new Set(fixtures.map(([name]) => name.replace(/.*\./, '')))].sort()).toEqual(['avif', 'bmp', 'gif', 'jpg', 'png', 'tif', 'webp']);
  expect(fixtures.length).toBeGreaterThan(100);
});

it.each(fixtures)('%s gives the pixels that the reference programs read, in the form that was told, and is not changed', async (name, told) => {
  const image = fixture(name);
  const before = sha256(image.bytes);
  const form = codec.inspect(image);
  const pixels = await codec.decode(image);
  expectPixels(pixels, told);
  expect({ dtype: form.dtype, shape: form.shape, layout: form.layout, color: form.color }).toEqual({ dtype: pixels.dtype, shape: pixels.shape, layout: pixels.layout, color: pixels.color });
  expect(sha256(image.bytes)).toBe(before);
});

const turned = fixtures.flatMap(([name, { upright, ...asStored }]) => upright === undefined ? [] : [{ name, asStored, upright }]);

it('there are files of every orientation', () => {
  expect(turned.map(({ name }) => name.replace(/(-420)?\..*/, '')).filter((name, at, all) => all.indexOf(name) === at)).toEqual(['turned-2', 'turned-3', 'turned-4', 'turned-5', 'turned-6', 'turned-7', 'turned-8']);
});

it.each(turned)('$name is turned upright when that is asked for, and else stays as it is stored', async ({ name, asStored, upright }) => {
  const image = fixture(name);
  expectPixels(await codec.decode(image, { orientation: 'keep' }), asStored);
  expectPixels(await codec.decode(image, { orientation: 'apply' }), upright);
  expect(codec.inspect(image, { orientation: 'keep' }).shape).toEqual(asStored.shape);
  expect(codec.inspect(image, { orientation: 'apply' }).shape).toEqual(upright.shape);
});
