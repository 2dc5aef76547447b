import fc from 'fast-check';
import { colorChannels, dtypeSize, tensorLength } from '@imgstore/core';
import type { ColorOrder, DType, Layout, TensorImage } from '@imgstore/core';

export const DTYPES: readonly DType[] = [
  'bool', 'uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float32', 'float64',
];

const BY_CHANNELS: readonly (readonly (ColorOrder | undefined)[])[] = [
  [undefined, 'gray'], [undefined, 'gray-alpha'], [undefined, 'rgb', 'bgr'], [undefined, 'rgba', 'bgra'], [undefined],
];

export function shapeOf(layout: Layout, height: number, width: number, channels: number): number[] {
  return layout === 'HW' ? [height, width] : layout === 'HWC' ? [height, width, channels] : [channels, height, width];
}

/** Tensors of any dtype, layout and colour, their data at any offset of a larger buffer. */
export const tensors: fc.Arbitrary<TensorImage> = fc.record({
  dtype: fc.constantFrom(...DTYPES), channels: fc.constantFrom(1, 2, 3, 3, 3, 4, 5), height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }),
  planar: fc.boolean(), flat: fc.boolean(), color: fc.nat(), offset: fc.integer({ min: 0, max: 8 }), seed: fc.nat(255),
}).map(({ dtype, channels, height, width, planar, flat, color, offset, seed }) => {
  const layout = flat && channels === 1 ? 'HW' : planar ? 'CHW' : 'HWC';
  const shape = shapeOf(layout, height, width, channels);
  const buffer = Uint8Array.from({ length: tensorLength(shape) * dtypeSize(dtype) + 16 }, (_, i) => (i * 167 + seed) & 255);
  const colors = BY_CHANNELS[channels - 1] ?? [];
  const chosen = colors[color % colors.length];
  return { kind: 'tensor', dtype, shape, layout, ...(chosen === undefined ? {} : { color: chosen }), data: buffer.subarray(offset, buffer.length - 16 + offset) };
});

/** The bytes of the element of that pixel and channel, the slow and plain way. */
export function elementAt(image: TensorImage, y: number, x: number, channel: number): string | number | undefined {
  const [, b = 0, c = 0] = image.shape;
  const index = image.layout === 'HW' ? y * b + x : image.layout === 'HWC' ? (y * b + x) * c + channel : (channel * b + y) * c + x;
  const size = dtypeSize(image.dtype);
  return size === 1 ? image.data[index] : [...image.data.subarray(index * size, (index + 1) * size)].join();
}

/** The name of each channel, in order. */
export function channelNames(color: ColorOrder | undefined, channels: number): string[] {
  const names: Record<ColorOrder, string> = { 'gray': 'g', 'gray-alpha': 'ga', 'rgb': 'rgb', 'bgr': 'bgr', 'rgba': 'rgba', 'bgra': 'bgra' };
  return color === undefined ? Array.from({ length: channels }, (_, i) => String(i)) : Array.from(names[color]).slice(0, colorChannels(color));
}
