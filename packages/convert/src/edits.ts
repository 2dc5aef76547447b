import { colorChannels, colorOfChannels, fitInside, tensorSize } from '@imgstore/core';
import type { ColorOrder, Resize, Sample, TensorImage } from '@imgstore/core';
import { changeChannels, hasAlpha, hasKnownRange } from './channels.js';
import { colorsOf } from './encodings.js';
import type { LossKind } from './losses.js';
import type { Background, EncodedFormat, PixelOptions } from './pixel-options.js';
import { refuse } from './refusal.js';
import type { TensorForm } from './tensor-route.js';

/** A tensor without its pixels. */
export type SizedForm = TensorForm & { readonly shape: readonly number[] };

/** What is done to the channels and the size of one image, known before there are pixels. */
export interface Edits {
  /** The image after them. */
  readonly form: SizedForm;
  readonly channels: ((image: TensorImage) => TensorImage) | undefined;
  /** To exactly this size, with what the codec takes for that: HWC, and rgb rather than bgr. */
  readonly resize: Resize | undefined;
  /** For the report, in their order: `drop alpha`, `resize`. */
  readonly how: readonly string[];
  readonly losses: readonly { readonly kind: LossKind; readonly what: string }[];
  /** Whether gray becomes three channels only because the format has no gray. */
  readonly isSpread: boolean;
}

/**
 * What the options ask of an image of that form, which is to be encoded as `format`, or stay a tensor.
 * @throws ImgstoreError UNSUPPORTED for a dtype whose channels or size cannot be changed, LOSSY where the channels have no known meaning.
 */
export function editsOf(form: SizedForm, options: PixelOptions, format: EncodedFormat | undefined, sample: Sample): Edits {
  const { alpha = 'drop' } = options;
  const { height, width, channels } = tensorSize(form);
  const wanted = wantedChannels(channels, options, format);
  const resize = exactSize(options.resize, { height, width });
  if (wanted === channels && resize === undefined) return { form, channels: undefined, resize, how: [], losses: [], isSpread: false };
  const from = form.color ?? (channels < 3 ? colorOfChannels(channels, 'rgb') : undefined);
  if (wanted !== channels) {
    if (from === undefined) throw refuse(sample, `it is not known what the ${channels} channels of the image mean, so they cannot become ${wanted}`);
    if (!hasKnownRange(form.dtype)) throw refuse(sample, `the channels of ${form.dtype} images cannot be changed`, 'uint8, uint16, float32 and float64 can', 'UNSUPPORTED');
  }
  const color = wanted === channels ? plain(from) : colorOfChannels(wanted, 'rgb');
  const { how, losses } = wanted === channels || from === undefined || color === undefined ? { how: [], losses: [] } : changes(from, color, options);
  const isComposited = alpha !== 'drop' && losses.some(({ kind }) => kind === 'alpha');
  if (isComposited && form.dtype !== 'uint8' && form.dtype !== 'uint16') throw refuse(sample, `${form.dtype} images cannot be laid over a colour`, 'uint8 and uint16 can; or leave alpha out: alpha drop', 'UNSUPPORTED');
  if (resize !== undefined && form.dtype !== 'uint8' && form.dtype !== 'uint16') throw refuse(sample, `${form.dtype} images cannot be resized`, 'uint8 and uint16 can', 'UNSUPPORTED');
  if (resize !== undefined && wanted > 4) throw refuse(sample, `images of ${wanted} channels cannot be resized`, undefined, 'UNSUPPORTED');
  return {
    form: { dtype: form.dtype, layout: 'HWC', shape: [resize?.height ?? height, resize?.width ?? width, wanted], ...(color === undefined ? {} : { color }) },
    channels: wanted === channels || color === undefined ? undefined : (image) => changeChannels(image, color, alpha),
    resize,
    how: resize === undefined ? how : [...how, 'resize'],
    losses,
    isSpread: options.channels === undefined && channels < 3 && wanted >= 3,
  };
}

/** A file of a format that cannot hold alpha, or gray, gets what is nearest: alpha goes, gray becomes three channels. */
function wantedChannels(channels: number, { channels: asked, alpha }: PixelOptions, format: EncodedFormat | undefined): number {
  if (asked !== undefined) return asked;
  const kept = alpha !== undefined && (channels === 2 || channels === 4) ? channels - 1 : channels;
  if (format === undefined || kept > 4) return kept;
  const held = colorsOf(format).map(colorChannels);
  if (held.includes(kept)) return kept;
  return held.find((count) => count > kept && count % 2 === kept % 2) ?? kept - 1;
}

function plain(color: ColorOrder | undefined): ColorOrder | undefined {
  return color === undefined ? undefined : colorOfChannels(colorChannels(color), 'rgb');
}

function changes(from: ColorOrder, to: ColorOrder, { alpha = 'drop' }: PixelOptions): Pick<Edits, 'how' | 'losses'> {
  const how: string[] = [];
  const losses: Edits['losses'][number][] = [];
  const [wasColor, isColor] = [colorChannels(from) >= 3, colorChannels(to) >= 3];
  if (!wasColor && isColor) how.push('gray to rgb');
  if (hasAlpha(from) && !hasAlpha(to)) {
    const { name, what } = alpha === 'drop' ? { name: 'drop alpha', what: 'alpha, left out' } : { name: `lay over ${nameOf(alpha)}`, what: `alpha, laid over ${nameOf(alpha)}` };
    how.push(name);
    losses.push({ kind: 'alpha', what });
  }
  if (wasColor && !isColor) {
    how.push('to gray');
    losses.push({ kind: 'color', what: 'colours, as gray' });
  }
  if (from === 'gray-alpha' && to === 'gray' && alpha !== 'drop' && !isGray(alpha)) {
    losses.push({ kind: 'color', what: `${nameOf(alpha)} behind gray images, as gray: 3 channels (--channels 3) keep it` });
  }
  if (!hasAlpha(from) && hasAlpha(to)) how.push('add opaque alpha');
  return { how, losses };
}

function isGray({ red, green, blue }: Background): boolean {
  return red === green && green === blue;
}

function nameOf({ red, green, blue }: Background): string {
  return [red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('').toUpperCase();
}

/** What `fit` comes to, and whether `cover` cuts anything off, is computed here, so that a plan knows it; undefined where the image has that size. */
function exactSize(resize: Resize | undefined, { height, width }: { readonly height: number; readonly width: number }): Resize | undefined {
  if (resize === undefined) return undefined;
  const size = resize.mode === 'fit' ? fitInside({ height, width }, resize) : resize;
  return size.height === height && size.width === width ? undefined : { width: size.width, height: size.height, mode: resize.mode === 'cover' && size.width * height !== size.height * width ? 'cover' : 'fill' };
}
