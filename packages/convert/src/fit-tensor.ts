import { dtypeSize, ImgstoreError, limitFlag, LIMITS, quote, relayout, tensorSize, widen } from '@imgstore/core';
import type { DType, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { holdsScaled, isExact, narrow, rangeFactor } from './narrow.js';
import type { PixelOptions } from './pixel-options.js';
import type { Ranges } from './ranges.js';
import { placeOf, refuse } from './refusal.js';
import { nameOfForm, routeOf, shapeAs } from './tensor-route.js';
import type { TensorAccepts, TensorForm } from './tensor-route.js';

/** What fitting tensors needs to know. */
export interface TensorFitOptions {
  readonly accepts: TensorAccepts;
  /** Whether the target holds one form and one shape. */
  readonly isUniform: boolean;
  /** Whether a fitted tensor is done with before the next one is reshaped: then they share a buffer. */
  readonly borrow: boolean;
  /** The factor of every number, before it is rounded, or from range to range. Default 1. */
  readonly scale?: PixelOptions['scale'];
  /** Counts what becomes of which dtype. */
  readonly ranges: Ranges;
  /** Where tensors are given to an encoder: what comes of them, and whether it keeps them. */
  readonly encoder?: { readonly format: string; readonly isLossy: boolean };
  readonly ledger: Ledger;
}

/** What happens to an image before it is a tensor that can be fitted, for the report. */
export interface Making {
  /** `image jpeg`. */
  readonly from: string;
  /** `decode, resize`; may be empty. */
  readonly how: string;
  readonly isLossy: boolean;
}

/** A tensor that is to be fitted: one in hand, or what decoding will give. */
export interface TensorCandidate {
  readonly form: TensorForm & { readonly shape: readonly number[] };
  /** Absent where they are not made yet: then a narrower dtype is a loss whatever they are. */
  readonly pixels?: TensorImage;
  /** Absent for a tensor in hand. */
  readonly making?: Making;
}

/** What must be done with the pixels. */
export type Reshape = (image: TensorImage) => TensorImage;

/** How all tensors of one form are fitted. */
interface Route {
  readonly from: TensorForm;
  readonly channels: number;
  readonly making: Making | undefined;
  readonly to: TensorForm;
  readonly scale: number;
  /** How many took it from and to these dtypes. */
  readonly taken: Tally;
  /** Whether `to` holds every value that `from` can have, scaled. */
  readonly isWide: boolean;
  readonly reshape: Reshape | undefined;
  readonly exact: Tally;
  readonly narrowed: Tally;
  /** What is lost where a number is. */
  readonly loss: string;
}

/** One image's form and shape in the target. */
interface SizedForm {
  readonly form: TensorForm;
  readonly shape: readonly number[];
}

/** Brings tensors into the layout, colour order and dtype that the target holds. */
export class TensorFit {
  readonly #options: TensorFitOptions;
  #settled: (SizedForm & { readonly key: string }) | undefined;
  /** The route taken last: a store rarely has many forms. */
  #route: Route | undefined;
  #buffer: Uint8Array = new Uint8Array();

  constructor(options: TensorFitOptions) {
    this.#options = options;
  }

  /** Decides by the first tensor the one form and shape of a uniform target. @throws ImgstoreError as {@link check}. */
  settle(candidate: TensorCandidate, sample: Sample): void {
    if (this.#options.isUniform) this.#checkShape(this.#routeOf(candidate, sample), candidate, sample);
  }

  /** The one form and shape of a uniform target, once settled. */
  describe(): StoreDescription['image'] {
    if (this.#settled === undefined) return undefined;
    const { form: { dtype, layout, color }, shape } = this.#settled;
    return { dtype, shape, layout, ...(color === undefined ? {} : { color }) };
  }

  /** Why the target holds no tensor of so many bytes; undefined: it does. @throws ImgstoreError as {@link check}. */
  oversize(candidate: TensorCandidate, sample: Sample): ImgstoreError | undefined {
    const { accepts: { maxBytes = Infinity } } = this.#options;
    const { to } = this.#routeOf(candidate, sample);
    const bytes = bytesAs(candidate, to);
    return bytes <= maxBytes ? undefined : refuse(sample, `the image takes ${bytes} bytes as ${nameOfForm(to)}, and the target holds at most ${maxBytes}`, 'a narrower --dtype, or --resize to a smaller size');
  }

  /**
   * Checks and counts a tensor; what must be done with its pixels, or undefined when they stay as they are.
   * @throws ImgstoreError LOSSY when the target has no form for it, MISMATCH when the store is uniform and it is not as the first.
   */
  check(candidate: TensorCandidate, sample: Sample): Reshape | undefined {
    const route = this.#routeOf(candidate, sample);
    const { pixels } = candidate;
    const { to, reshape } = route;
    const { encoder, ledger } = this.#options;
    this.#checkShape(route, candidate, sample);
    route.taken.count++;
    const bytes = bytesAs(candidate, to);
    if (encoder === undefined && bytes > LIMITS.record.default) ledger.note(`the image takes more bytes than readers take by default: ${limitFlag('record', bytes)} reads it again`, sample.key);
    if (route.isWide || (pixels !== undefined && isExact(pixels, to.dtype, route.scale))) route.exact.count++;
    else {
      ledger.lose('dtype', route.loss, sample.key);
      route.narrowed.count++;
    }
    return reshape;
  }

  #routeOf({ form, making }: TensorCandidate, sample: Sample): Route {
    const { channels } = tensorSize(form);
    const last = this.#route;
    if (last !== undefined && last.channels === channels && isSame(last.making, making)
      && last.from.dtype === form.dtype && last.from.layout === form.layout && last.from.color === form.color) return last;
    const to = routeOf(form, channels, this.#options.accepts);
    if (to === undefined) {
      throw refuse(sample, `the target has no place for an image of ${nameOfForm(form)} with ${channels} channels`,
        'the options channels (1 to 4) and layout say what it is to become');
    }
    const { dtype, layout, color } = form;
    const scale = this.#factor(dtype, to.dtype, sample);
    return this.#route = { from: { dtype, layout, color }, channels, making, to, scale, ...this.#plan({ dtype, layout, color }, to, scale, making) };
  }

  #factor(from: DType, to: DType, sample: Sample): number {
    const { scale = 1 } = this.#options;
    if (scale !== 'range') return scale;
    const factor = from === to ? 1 : rangeFactor(from, to);
    if (factor === undefined) throw refuse(sample, `it is not known what the whole range of ${from} images is as ${to}`, 'uint8, uint16, uint32 and floats have one; others: --scale FACTOR', 'UNSUPPORTED');
    return factor;
  }

  #plan(from: TensorForm, to: TensorForm, scale: number, making: Making | undefined): Pick<Route, 'taken' | 'isWide' | 'reshape' | 'exact' | 'narrowed' | 'loss'> {
    const { encoder, ledger, borrow, ranges } = this.#options;
    const moves = to.layout !== from.layout || to.color !== from.color;
    const isCast = to.dtype !== from.dtype;
    const step = (cast: string, isNarrowed: boolean): Tally => {
      const parts = [making?.how, scale === 1 ? '' : 'scale', encoder === undefined && moves ? 'reshape' : '', isCast ? cast : '', encoder === undefined ? '' : 'encode'];
      const how = parts.filter((part) => part).join(', ') || 'copy';
      const isLossy = isNarrowed || making?.isLossy === true || encoder?.isLossy === true;
      return ledger.step('image', making?.from ?? `image ${nameOfForm(from)}`, `image ${encoder?.format ?? nameOfForm(to)}`, how, isLossy ? 'lossy' : how === 'copy' ? 'exact' : 'lossless');
    };
    const { dtype, layout, color } = to;
    const order = color === undefined ? { layout } : { layout, color };
    const room = borrow ? (length: number): Uint8Array => this.#room(length) : undefined;
    const cast = (image: TensorImage): TensorImage => (scale === 1 ? widen(image, dtype) : undefined) ?? narrow(image, dtype, scale);
    return {
      taken: ranges.tally(from.dtype, dtype),
      isWide: holdsScaled(from.dtype, dtype, scale), exact: step('widen', false), narrowed: step('narrow', true), loss: lossOf(from.dtype, dtype, scale),
      reshape: moves || isCast || scale !== 1 ? (image) => relayout(cast(image), order, room) : undefined,
    };
  }

  /** That many bytes, the same ones each time. */
  #room(length: number): Uint8Array {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    return this.#buffer.subarray(0, length);
  }

  #checkShape({ to }: Route, { form }: TensorCandidate, sample: Sample): void {
    const { accepts: { shape: wanted }, isUniform } = this.#options;
    if (wanted === undefined && !isUniform) return;
    const shape = shapeAs(form, to.layout);
    if (wanted !== undefined && !(shape.length === wanted.length && shape.every((size, i) => (wanted[i] ?? size) === size))) {
      throw refuse(sample, `the image is ${nameOfShape(shape)}; the target holds ${nameOfShape(wanted)}`, SIZE_HINT);
    }
    if (!isUniform) return;
    const settled = this.#settled ??= { key: sample.key, form: to, shape };
    const [found, first] = [`${nameOfShape(shape)} ${nameOfForm(to)}`, `${nameOfShape(settled.shape)} ${nameOfForm(settled.form)}`];
    if (found === first) return;
    throw new ImgstoreError('MISMATCH',
      `the image is ${found}, and ${first} in the sample of key ${quote(settled.key)}; the target holds one form and one shape`,
      { ...placeOf(sample), hint: unifyHint({ form: to, shape }, settled) });
  }
}

function bytesAs({ form: { shape } }: TensorCandidate, { dtype }: TensorForm): number {
  return shape.reduce((product, size) => product * size, dtypeSize(dtype));
}

function lossOf(from: DType, to: DType, scale: number): string {
  const loss = `${from} pixels${scale === 1 ? '' : ', scaled,'} as ${to}`;
  if (scale !== 1 || to.startsWith('float') || rangeFactor(from, to) === undefined) return loss;
  return `${loss}: the scale range (--dtype ${to} --scale range) makes ${from.startsWith('float') ? 'numbers of 0 to 1' : `all of ${from}`} fit`;
}

const SIZE_HINT = 'one size for all: --resize WIDTHxHEIGHT';

/** What gives all images the form of the first. */
function unifyHint(one: SizedForm, first: SizedForm): string {
  const [size, wanted] = [tensorSize({ layout: one.form.layout, shape: one.shape }), tensorSize({ layout: first.form.layout, shape: first.shape })];
  const flags = [
    ...size.width === wanted.width && size.height === wanted.height ? [] : [`--resize ${wanted.width}x${wanted.height}`],
    ...size.channels === wanted.channels ? [] : [`--channels ${wanted.channels}`],
    ...one.form.dtype === first.form.dtype ? [] : [`--dtype ${first.form.dtype}`, ...rangeFactor(one.form.dtype, first.form.dtype) === undefined ? [] : ['--scale range']],
  ];
  return flags.length > 0 ? `to make all like the first: ${flags.join(' ')}` : 'choose one form: --layout, --color';
}

function isSame(a: Making | undefined, b: Making | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.from === b.from && a.how === b.how && a.isLossy === b.isLossy);
}

function nameOfShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
