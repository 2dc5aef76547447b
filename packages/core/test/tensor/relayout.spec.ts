import fc from 'fast-check';
import { isImgstoreError, relayout, tensorSize } from '@imgstore/core';
import type { ColorOrder, Layout, TensorImage } from '@imgstore/core';
import { channelNames, elementAt, shapeOf, tensors } from './helpers.js';

const SWAPPED: Partial<Record<ColorOrder, ColorOrder>> = { rgb: 'bgr', bgr: 'rgb', rgba: 'bgra', bgra: 'rgba' };

/** A tensor with a form it can be brought into. */
const cases = fc.tuple(tensors, fc.constantFrom<Layout | undefined>('HW', 'HWC', 'CHW', undefined), fc.boolean()).map(([image, wanted, swap]) => {
  const layout = wanted === 'HW' && tensorSize(image).channels > 1 ? 'CHW' : wanted;
  const color = swap && image.color !== undefined ? SWAPPED[image.color] : undefined;
  return { image, to: { ...(layout === undefined ? {} : { layout }), ...(color === undefined ? {} : { color }) } };
});

function expectSamePixels(from: TensorImage, to: TensorImage): void {
  const { height, width, channels } = tensorSize(from);
  expect(tensorSize(to)).toEqual({ height, width, channels });
  const names = channelNames(from.color, channels);
  const newNames = channelNames(to.color, channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      newNames.forEach((name, channel) => {
        if (elementAt(to, y, x, channel) !== elementAt(from, y, x, names.indexOf(name))) throw new Error(`pixel ${y},${x} ${name}`);
      });
    }
  }
}

const planes = (values: number[], color: ColorOrder = 'bgr'): TensorImage =>
  ({ kind: 'tensor', dtype: 'uint8', shape: [3, 1, values.length / 3], layout: 'CHW', color, data: Uint8Array.from(values) });

describe('relayout', () => {
  it('brings Caffe\'s planes of BGR into pixels of RGB', () => {
    expect(relayout(planes([1, 2, 11, 12, 21, 22]), { layout: 'HWC', color: 'rgb' })).toEqual(
      { kind: 'tensor', dtype: 'uint8', shape: [1, 2, 3], layout: 'HWC', color: 'rgb', data: Uint8Array.of(21, 11, 1, 22, 12, 2) });
  });

  it('keeps every element of every pixel, for all dtypes, layouts, colours and alignments, and leaves the image as it was', () => {
    fc.assert(fc.property(cases, ({ image, to }) => {
      const before = image.data.slice();
      const after = relayout(image, to);
      expect(after.layout).toBe(to.layout ?? image.layout);
      expect(after.color).toBe(to.color ?? image.color);
      expect(after.dtype).toBe(image.dtype);
      expectSamePixels(image, after);
      expect(image.data).toEqual(before);
    }), { seed: 11, numRuns: 400 });
  });

  it('comes back as it was', () => {
    fc.assert(fc.property(cases, ({ image, to }) => {
      const back = relayout(relayout(image, to), { layout: image.layout, ...(image.color === undefined ? {} : { color: image.color }) });
      expect(back).toEqual(image);
    }), { seed: 12, numRuns: 200 });
  });

  it.each([4093, 4096, 4097, 8195, 12_300])('is right at the borders of the blocks in which it works (%i pixels)', (pixels) => {
    for (const offset of [0, 1]) {
      const data = Uint8Array.from({ length: pixels * 3 + offset }, (_, i) => (i * 31 + (i >> 8)) & 255).subarray(offset);
      for (const layout of ['HWC', 'CHW'] as const) {
        const image: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: shapeOf(layout, 1, pixels, 3), layout, color: 'rgb', data };
        for (const to of [{ layout: 'HWC' }, { layout: 'CHW' }, { layout: 'HWC', color: 'bgr' }, { layout: 'CHW', color: 'bgr' }] as const) {
          expectSamePixels(image, relayout(image, to));
        }
      }
    }
  });

  it('is the very same object when nothing changes', () => {
    fc.assert(fc.property(tensors, (image) => {
      expect(relayout(image, {})).toBe(image);
      expect(relayout(image, { layout: image.layout })).toBe(image);
    }), { seed: 13, numRuns: 50 });
  });

  it('shares the bytes when only shape or names change', () => {
    const gray: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [1, 2, 2], layout: 'CHW', data: Uint8Array.of(1, 2, 3, 4) };
    const flat = relayout(gray, { layout: 'HW', color: 'gray' });
    expect(flat).toMatchObject({ shape: [2, 2], layout: 'HW', color: 'gray' });
    expect(flat.data).toBe(gray.data);
    expect(relayout(flat, { layout: 'HWC' }).data).toBe(gray.data);
  });

  it('keeps the bits of every NaN', () => {
    const signalling = Uint8Array.of(1, 0, 0, 0, 0, 0, 0xf0, 0x7f, 2, 0, 0, 0, 0, 0, 0xf8, 0xff);
    const image: TensorImage = { kind: 'tensor', dtype: 'float64', shape: [1, 1, 2], layout: 'HWC', data: signalling };
    const twice: TensorImage = { ...image, shape: [1, 2, 2], data: Uint8Array.from([...signalling, ...signalling]) };
    expect(relayout(relayout(twice, { layout: 'CHW' }), { layout: 'HWC' }).data).toEqual(twice.data);
  });

  it('takes a Buffer of Node at any offset', () => {
    const buffer = Buffer.alloc(25);
    for (let i = 0; i < 25; i++) buffer[i] = i;
    for (const dtype of ['uint8', 'uint16'] as const) {
      const image: TensorImage = { kind: 'tensor', dtype, shape: [3, 2, dtype === 'uint8' ? 4 : 2], layout: 'CHW', data: buffer.subarray(1) };
      expectSamePixels(image, relayout(image, { layout: 'HWC' }));
    }
  });

  it.each<[string, TensorImage, { layout?: Layout; color?: ColorOrder }]>([
    ['three channels as HW', planes([1, 2, 3]), { layout: 'HW' }],
    ['rgb as gray', planes([1, 2, 3]), { color: 'gray' }],
    ['rgb as rgba', planes([1, 2, 3]), { color: 'rgba' }],
    ['three channels of unknown colour as rgb', { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 3], layout: 'HWC', data: new Uint8Array(3) }, { color: 'rgb' }],
    ['data of another length', { ...planes([1, 2, 3]), data: new Uint8Array(4) }, {}],
    ['a colour of another channel count', { ...planes([1, 2, 3]), color: 'rgba' }, {}],
  ])('refuses %s', (_, image, to) => {
    let thrown: unknown;
    try {
      relayout(image, to);
    } catch (error) {
      thrown = error;
    }
    expect(isImgstoreError(thrown, 'MISMATCH')).toBe(true);
  });
});

describe('relayout into room that is given', () => {
  it('writes what it gives otherwise, at any alignment, and nothing behind', () => {
    fc.assert(fc.property(cases, fc.integer({ min: 0, max: 8 }), ({ image, to }, offset) => {
      const target = new Uint8Array(image.data.length + 20).fill(0xee).subarray(offset);
      const expected = relayout(image, to);
      let asked = 0;
      const moved = relayout(image, to, (length) => {
        asked = length;
        return target.subarray(0, length);
      });
      expect({ ...moved, data: [...moved.data] }).toEqual({ ...expected, data: [...expected.data] });
      expect(asked).toBe(expected.data.buffer === image.data.buffer ? 0 : image.data.length);
      expect([...new Set(target.subarray(asked))]).toEqual([0xee]);
    }), { seed: 14, numRuns: 300 });
  });
});
