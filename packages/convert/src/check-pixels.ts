import { colorChannels, colorOfChannels, didYouMean, ImgstoreError, isDType, LAYOUTS, quote } from '@imgstore/core';
import type { Accepts, ColorOrder, StoreDescription } from '@imgstore/core';
import { colorsOf, dtypesOf } from './encodings.js';
import { ENCODINGS, formatOf, hasEdits } from './pixel-options.js';
import type { PixelOptions } from './pixel-options.js';
import type { TensorAccepts } from './tensor-route.js';

/** That each option on pixels is possible, and that they agree. @throws ImgstoreError BAD_OPTION. */
export function checkPixelOptions(options: PixelOptions): void {
  const { encoding, quality, orientation, alpha, channels, resize, dtype, scale, layout, color } = options;
  if (encoding !== undefined) oneOf('codec', encoding, ENCODINGS);
  if (orientation !== undefined) oneOf('orientation', orientation, ['keep', 'apply']);
  if (layout !== undefined) oneOf('layout', layout, LAYOUTS);
  if (color !== undefined) oneOf('color', color, ['rgb', 'bgr']);
  if (dtype !== undefined && !isDType(dtype)) throw bad(`dtype ${quote(String(dtype))} is not known`, "NumPy's names: uint8, uint16, float32 and so on");
  require(channels === undefined || [1, 2, 3, 4].includes(channels), `channels is ${String(channels)}, expected 1, 2, 3 or 4`);
  require(quality === undefined || (Number.isInteger(quality) && quality >= 1 && quality <= 100), `quality is ${String(quality)}, expected 1 to 100`);
  require(scale === undefined || scale === 'range' || (Number.isFinite(scale) && scale !== 0), `scale is ${String(scale)}, expected range or a number other than 0`);
  if (alpha !== undefined && alpha !== 'drop') {
    require([alpha.red, alpha.green, alpha.blue].every((one) => Number.isInteger(one) && one >= 0 && one <= 255), 'alpha: red, green and blue are 0 to 255 each');
  }
  if (resize !== undefined) {
    oneOf('mode of resize', resize.mode, ['fill', 'fit', 'cover']);
    require([resize.width, resize.height].every((one) => Number.isSafeInteger(one) && one >= 1), `resize: ${resize.width} by ${resize.height} is no size`);
  }
  checkTogether(options);
}

function checkTogether(options: PixelOptions): void {
  const { quality, alpha, channels, dtype, scale, layout, color } = options;
  const format = formatOf(options);
  require(quality === undefined || format === 'jpeg' || format === 'webp', 'quality is for the encodings jpeg and webp', 'name one: --codec jpeg or webp (in a program: the option encoding)');
  require(scale === undefined || dtype !== undefined, 'scale makes other numbers, and no dtype says what they are to be', 'e.g. --dtype float32 --scale 1/255');
  require(alpha === undefined || (channels !== 2 && channels !== 4), `alpha is to be taken away, and ${channels ?? ''} channels keep it`, '--channels 1 and 3 have no alpha');
  if (format === undefined) return;
  require(layout === undefined && color === undefined, `layout and color are for tensors, and the encoding ${format} makes none`, '--codec raw makes tensors');
  const counts = colorsOf(format).map(colorChannels);
  require(channels === undefined || counts.includes(channels), `${format} has images of ${counts.join(', ')} channels, not ${channels ?? ''}`);
  require(dtype === undefined || dtypesOf(format).includes(dtype), `${format} holds ${dtypesOf(format).join(' and ')}, not ${dtype ?? ''}`);
}

/**
 * What a target accepts, narrowed to the form that the options ask tensors to have.
 * @throws ImgstoreError BAD_OPTION where it does not hold that.
 */
export function narrowAccepts(accepts: Accepts, options: PixelOptions): Accepts {
  const { encoding, dtype, layout, color } = options;
  const format = formatOf(options);
  const { encoded, tensor } = accepts;
  if (format !== undefined) {
    require(encoded === 'any' || encoded.includes(format), `the target holds no ${format}`, `it holds ${heldBy(accepts)}`);
    return accepts;
  }
  if (tensor === undefined) {
    require(encoding !== 'raw', 'the target holds no tensors, which the encoding raw makes', `it holds ${heldBy(accepts)}`);
    require(layout === undefined && color === undefined, 'layout and color are for tensors, and the target holds none', `it holds ${heldBy(accepts)}`);
    // What is decoded becomes a PNG.
    require(dtype === undefined || dtypesOf('png').includes(dtype), `the target holds no ${dtype ?? ''} images`, 'choose one that holds tensors, e.g. --to npy');
    return accepts;
  }
  return { ...accepts, tensor: { ...tensor, ...narrowed(tensor, options) } };
}

function narrowed(tensor: TensorAccepts, { dtype, layout, color }: PixelOptions): Partial<TensorAccepts> {
  require(dtype === undefined || tensor.dtypes.includes(dtype), `the target holds no ${dtype ?? ''} tensors`, `it holds ${tensor.dtypes.join(', ')}`);
  require(layout === undefined || tensor.layouts.includes(layout), `the target holds no tensors of layout ${layout ?? ''}`, `it holds ${tensor.layouts.join(', ')}${OTHERWISE}`);
  return {
    ...dtype !== undefined && { dtypes: [dtype] },
    // An image of one channel that the target holds without an axis for it may stay so.
    ...layout !== undefined && { layouts: layout !== 'HW' && tensor.layouts.includes('HW') ? [layout, 'HW'] : [layout] },
    ...color !== undefined && { colors: colorsAs(color, tensor.colors) },
  };
}

/** Of each number of channels the colours in that order, the only ones of 3 and 4. */
function colorsAs(order: 'rgb' | 'bgr', held: readonly ColorOrder[] | undefined): readonly ColorOrder[] {
  const all: readonly ColorOrder[] = held ?? ['gray', 'gray-alpha', order, order === 'rgb' ? 'rgba' : 'bgra'];
  require(all.includes(order), `the target holds no ${order} tensors`, `it holds ${all.join(', ')}${OTHERWISE}`);
  return all.filter((color) => color === colorOfChannels(colorChannels(color), order));
}

/**
 * Whether an image of that source may need the codec for that target: then samples are pulled ahead, and nothing is borrowed. What
 * the source says of its images need not hold; it decides only how an image that needs the codec is waited for.
 */
export function mayNeedCodec(accepts: Pick<Accepts, 'encoded' | 'tensor'>, options: PixelOptions, image: StoreDescription['image']): boolean {
  if (options.codec === undefined) return false;
  if (options.resize !== undefined) return true;
  const isEncoded = image?.format !== undefined;
  const isTensor = !isEncoded && (image?.shape !== undefined || image?.dtype !== undefined || image?.layout !== undefined);
  const format = formatOf(options);
  if (!isEncoded && (format !== undefined || accepts.tensor === undefined)) return true;
  if (isTensor) return false;
  if (hasEdits(options) || options.encoding === 'raw' || options.orientation === 'apply') return true;
  if (format !== undefined) return image?.format !== format || format === 'jpeg';
  return accepts.encoded !== 'any' && (image?.format === undefined || !accepts.encoded.includes(image.format));
}

const OTHERWISE = '; the target may have an option that changes it';

function heldBy({ encoded, tensor }: Pick<Accepts, 'encoded' | 'tensor'>): string {
  const held = [encoded === 'any' ? 'any encoded image' : encoded.join(', '), tensor === undefined ? '' : 'tensors'].filter((one) => one !== '');
  return held.join(' and ');
}

function require(isFine: boolean, what: string, hint?: string): void {
  if (!isFine) throw bad(what, hint);
}

function bad(what: string, hint?: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', what, hint === undefined ? {} : { hint });
}

/** That a value is one of those known. @throws ImgstoreError BAD_OPTION. */
export function oneOf(what: string, value: unknown, known: readonly string[]): void {
  const text = String(value);
  if (!known.includes(text)) throw new ImgstoreError('BAD_OPTION', `unknown ${what} ${quote(text)}`, { hint: didYouMean(text, known) });
}
