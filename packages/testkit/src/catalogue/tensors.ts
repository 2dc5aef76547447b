import { colorChannels, dtypeSize, tensorLength } from '@imgstore/core';
import type { Accepts, ColorOrder, DType, Layout, TensorImage } from '@imgstore/core';
import { seeded } from '../random.js';
import type { Random } from '../random.js';

type TensorAccepts = NonNullable<Accepts['tensor']>;

const COLORS: readonly ColorOrder[] = ['gray', 'gray-alpha', 'rgb', 'bgr', 'rgba', 'bgra'];
/** Height and width: one pixel, lines and columns, and sizes that divide by nothing. */
const SIZES = [[3, 5], [1, 1], [1, 17], [9, 1], [7, 11]] as const;

/** The tensors that a store holds: every element type in every layout and colour order, and the first of each in every size. */
export function tensorImages(accepts: TensorAccepts): readonly TensorImage[] {
  const random = seeded(31);
  const forms = accepts.layouts.flatMap((layout) => colorsFor(layout, accepts).map((color) => ({ layout, color })));
  const [first] = accepts.dtypes;
  return forms.flatMap(({ layout, color }) => [
    ...accepts.dtypes.map((dtype) => ({ dtype, size: SIZES[0] })),
    ...(first === undefined ? [] : SIZES.slice(1).map((size) => ({ dtype: first, size }))),
  ].flatMap(({ dtype, size }) => {
    const shape = shapeFor(layout, colorChannels(color), size, accepts.shape);
    return shape === undefined ? [] : [tensor(dtype, layout, color, shape, random)];
  }));
}

/** A tensor of the same form and shape with other pixels. */
export function tensorLike({ dtype, layout, color, shape }: TensorImage, random: Random): TensorImage {
  return tensor(dtype, layout, color, shape, random);
}

/** Colours of a store that does not limit them, or those it names; a layout without channels has only gray. */
function colorsFor(layout: Layout, { colors = COLORS }: TensorAccepts): readonly ColorOrder[] {
  return layout === 'HW' ? colors.filter((color) => color === 'gray') : colors;
}

/** The shape in that layout, with the store's own sizes where it has some; undefined when it cannot be. */
function shapeFor(layout: Layout, channels: number, [height, width]: readonly [number, number], wanted: TensorAccepts['shape']): readonly number[] | undefined {
  const shape = layout === 'HW' ? [height, width] : layout === 'HWC' ? [height, width, channels] : [channels, height, width];
  if (wanted === undefined) return shape;
  if (wanted.length !== shape.length) return undefined;
  const fixed = shape.map((size, axis) => wanted[axis] ?? size);
  return (layout === 'HWC' ? fixed[2] : layout === 'CHW' ? fixed[0] : 1) === channels ? fixed : undefined;
}

function tensor(dtype: DType, layout: Layout, color: ColorOrder | undefined, shape: readonly number[], random: Random): TensorImage {
  return { kind: 'tensor', dtype, layout, shape, data: elements(dtype, tensorLength(shape), random), ...(color === undefined ? {} : { color }) };
}

/** Elements of any value that the type has; of floats the extraordinary ones first. */
function elements(dtype: DType, count: number, random: Random): Uint8Array {
  switch (dtype) {
    case 'bool': return random.bytes(count).map((byte) => byte & 1);
    case 'float16': return bytesOf(Uint16Array.from({ length: count }, (_, at) => HALVES[at] ?? random.below(0x7c00)));
    case 'float32': return bytesOf(Float32Array.from({ length: count }, (_, at) => FLOATS[at] ?? random.below(2 ** 24) / 256));
    case 'float64': return bytesOf(Float64Array.from({ length: count }, (_, at) => DOUBLES[at] ?? random.below(2 ** 31) / 3));
    case 'uint8': case 'int8': case 'uint16': case 'int16': case 'uint32': case 'int32': case 'uint64': case 'int64':
      return random.bytes(count * dtypeSize(dtype));
  }
}

/** -0, infinities, NaN, the smallest and the largest number. */
const HALVES = [0x8000, 0x7c00, 0xfc00, 0x7e00, 0x0001, 0x7bff];
const FLOATS = [-0, Infinity, -Infinity, NaN, 2 ** -149, 3.4028234663852886e38];
const DOUBLES = [-0, Infinity, -Infinity, NaN, Number.MIN_VALUE, Number.MAX_VALUE];

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
