import { colorChannels, ImgstoreError, relayout, tensorSize, tensorView } from '@imgstore/core';
import type { ColorOrder, DType, TensorImage } from '@imgstore/core';
import type { Background } from './pixel-options.js';

/** The numbers that mean no transparency. */
const OPAQUE: { readonly [dtype in DType]?: number } = { uint8: 255, uint16: 65535, float32: 1, float64: 1 };

/** The dtypes whose channels can be changed: of others it is not known what white and opaque are. */
export function hasKnownRange(dtype: DType): boolean {
  return OPAQUE[dtype] !== undefined;
}

/** Whether the last channel of that order is alpha. */
export function hasAlpha(color: ColorOrder): boolean {
  return colorChannels(color) % 2 === 0;
}

type Numbers = Uint8Array | Uint16Array | Float32Array | Float64Array;

/**
 * The image with other channels, as HWC and one of gray, gray-alpha, rgb, rgba: alpha left out or laid over a background (rounded
 * to the nearest), added opaque; colours made gray by ITU-R 601 (for integers exactly as Pillow's `convert('L')`); gray copied into
 * three channels. New bytes. For the dtypes of {@link hasKnownRange}; an image to be laid over a colour is uint8 or uint16.
 * @throws ImgstoreError UNSUPPORTED for another dtype, MISMATCH when the tensor contradicts itself.
 */
export function changeChannels(image: TensorImage, to: ColorOrder, alpha: 'drop' | Background): TensorImage {
  const from = plainColor(image);
  // What lies behind gray may be a colour.
  if (alpha !== 'drop' && from === 'gray-alpha' && to === 'rgb') return changeChannels(changeChannels(image, 'rgba', 'drop'), to, alpha);
  const source = tensorView(relayout(image, { layout: 'HWC', color: from }));
  const opaque = OPAQUE[image.dtype];
  if (opaque === undefined || !isNumbers(source)) throw new ImgstoreError('UNSUPPORTED', `the channels of ${image.dtype} images cannot be changed`);
  const { height, width } = tensorSize(image);
  const numbers = alpha !== 'drop' && hasAlpha(from) && !hasAlpha(to) ? composite(source, colorChannels(from), alpha, opaque) : source;
  const [step, count] = [colorChannels(from), colorChannels(to)];
  const target = like(source, height * width * count);
  const isGray = step < 3;
  for (let read = 0, write = 0; write < target.length; read += step, write += count) {
    if (count >= 3) for (let c = 0; c < 3; c++) target[write + c] = numbers[read + (isGray ? 0 : c)] as number;
    else target[write] = isGray ? numbers[read] as number : gray(numbers[read] as number, numbers[read + 1] as number, numbers[read + 2] as number, opaque);
    if (hasAlpha(to)) target[write + count - 1] = step % 2 === 0 ? numbers[read + step - 1] as number : opaque;
  }
  return { kind: 'tensor', dtype: image.dtype, shape: [height, width, count], layout: 'HWC', color: to, data: new Uint8Array(target.buffer) };
}

/** The order of colours without bgr. */
function plainColor({ color, ...image }: TensorImage): ColorOrder {
  if (color !== undefined) return color === 'bgr' ? 'rgb' : color === 'bgra' ? 'rgba' : color;
  return tensorSize(image).channels === 2 ? 'gray-alpha' : 'gray';
}

/** Pillow's L: weights 299, 587 and 114 thousandths as 16-bit fractions, rounded to the nearest. */
function gray(red: number, green: number, blue: number, opaque: number): number {
  return opaque === 1 ? 0.299 * red + 0.587 * green + 0.114 * blue : (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >>> 16;
}

/** The pixels laid over one colour; what was alpha stays where it was and means nothing any more. */
function composite(source: Numbers, step: number, { red, green, blue }: Background, opaque: number): Numbers {
  const scale = opaque / 255;
  const color = [red, green, blue].map((value) => value * scale);
  // What stays gray has gray behind it, made so as pixels would be.
  const behind = step === 2 ? [gray(red * scale, green * scale, blue * scale, opaque)] : color;
  const target = source.slice();
  for (let at = 0; at < source.length; at += step) {
    const alpha = source[at + step - 1] as number;
    for (let c = 0; c < step - 1; c++) {
      target[at + c] = Math.floor(((source[at + c] as number) * alpha + (behind[c] as number) * (opaque - alpha)) / opaque + 0.5);
    }
  }
  return target;
}

function like(source: Numbers, length: number): Numbers {
  if (source instanceof Uint8Array) return new Uint8Array(length);
  if (source instanceof Uint16Array) return new Uint16Array(length);
  return source instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

function isNumbers(view: ReturnType<typeof tensorView>): view is Numbers {
  return view instanceof Uint8Array || view instanceof Uint16Array || view instanceof Float32Array || view instanceof Float64Array;
}
