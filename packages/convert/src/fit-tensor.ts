import { canWiden, ImgstoreError, quote, relayout, tensorSize, widen } from '@imgstore/core';
import type { Sample, StoreDescription, TensorImage } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { narrow } from './narrow.js';
import { placeOf, refuse } from './refusal.js';
import { nameOfForm, routeOf, shapeAs } from './tensor-route.js';
import type { TensorAccepts, TensorForm } from './tensor-route.js';

/** What fitting tensors needs to know. */
export interface TensorFitOptions {
  readonly accepts: TensorAccepts;
  /** Whether the target holds one form and one shape. */
  readonly isUniform: boolean;
  readonly ledger: Ledger;
}

/** A tensor that is to be fitted: one in hand, or what decoding will give. */
export interface TensorCandidate {
  readonly form: TensorForm & { readonly shape: readonly number[] };
  /** Absent where they are not decoded yet: then a narrower dtype is a loss whatever they are. */
  readonly pixels?: TensorImage;
  /** What it is made of, for the report: absent for a tensor in hand. */
  readonly encoding?: string;
}

/** What must be done with the pixels. */
export type Reshape = (image: TensorImage) => TensorImage;

/** Brings tensors into the layout, colour order and dtype that the target holds. */
export class TensorFit {
  readonly #options: TensorFitOptions;
  readonly #tallies = new Map<string, Tally>();
  #settled: { readonly key: string; readonly form: TensorForm; readonly shape: readonly number[] } | undefined;

  constructor(options: TensorFitOptions) {
    this.#options = options;
  }

  /** Decides the one form and shape of a uniform target, if nothing has. */
  settle(key: string, form: TensorForm, shape: readonly number[]): void {
    if (this.#options.isUniform) this.#settled ??= { key, form, shape };
  }

  /** The one form and shape of a uniform target, once settled. */
  describe(): StoreDescription['image'] {
    if (this.#settled === undefined) return undefined;
    const { form: { dtype, layout, color }, shape } = this.#settled;
    return { dtype, shape, layout, ...(color === undefined ? {} : { color }) };
  }

  /** The form and shape that the target gives it. @throws ImgstoreError LOSSY when it has none for it, or another shape. */
  route({ form }: TensorCandidate, sample: Sample): { readonly to: TensorForm; readonly shape: readonly number[] } {
    const { accepts } = this.#options;
    const { channels } = tensorSize(form);
    const to = routeOf(form, channels, accepts);
    if (to === undefined) throw refuse(sample, `the target has no place for an image of ${nameOfForm(form)} with ${channels} channels`);
    const shape = shapeAs(form, to.layout);
    const wanted = accepts.shape;
    if (wanted !== undefined && !(shape.length === wanted.length && shape.every((size, i) => (wanted[i] ?? size) === size))) {
      throw refuse(sample, `the image is ${nameOfShape(shape)}; the target holds ${nameOfShape(wanted)}`);
    }
    return { to, shape };
  }

  /**
   * Checks and counts a tensor; what must be done with its pixels, or undefined when they stay as they are.
   * @throws ImgstoreError LOSSY as {@link route}, MISMATCH when the store is uniform and this tensor is not as the first.
   */
  check(candidate: TensorCandidate, sample: Sample): Reshape | undefined {
    const { form, pixels } = candidate;
    const { to, shape } = this.route(candidate, sample);
    this.settle(sample.key, to, shape);
    this.#checkUniform(to, shape, sample);
    const moves = to.layout !== form.layout || to.color !== form.color;
    const isCast = to.dtype !== form.dtype;
    const isExact = !isCast || canWiden(form.dtype, to.dtype) || (pixels !== undefined && widen(pixels, to.dtype) !== undefined);
    if (!isExact) this.#options.ledger.lose('dtype', `${form.dtype} pixels as ${to.dtype}`, sample.key);
    this.#count(candidate, to, { moves, isCast, isExact });
    const { dtype, layout, color } = to;
    if (!moves && !isCast) return undefined;
    return (image) => relayout(widen(image, dtype) ?? narrow(image, dtype), color === undefined ? { layout } : { layout, color });
  }

  #count({ form, encoding }: TensorCandidate, to: TensorForm, { moves, isCast, isExact }: { moves: boolean; isCast: boolean; isExact: boolean }): void {
    const from = encoding ?? nameOfForm(form);
    const steps = [encoding === undefined ? '' : 'decode', moves ? 'reshape' : '', !isCast ? '' : isExact ? 'widen' : 'narrow'].filter((step) => step !== '');
    const name = `${from} ${nameOfForm(to)} ${steps.join()}`;
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = this.#options.ledger.step('image', `image ${from}`, `image ${nameOfForm(to)}`, steps.join(', ') || 'copy',
        !isExact ? 'lossy' : steps.length ? 'lossless' : 'exact');
      this.#tallies.set(name, tally);
    }
    tally.count++;
  }

  #checkUniform(to: TensorForm, shape: readonly number[], sample: Sample): void {
    const settled = this.#settled;
    if (settled === undefined) return;
    const [found, first] = [`${nameOfShape(shape)} ${nameOfForm(to)}`, `${nameOfShape(settled.shape)} ${nameOfForm(settled.form)}`];
    if (found === first) return;
    throw new ImgstoreError('MISMATCH',
      `the image is ${found}, and ${first} in the sample of key ${quote(settled.key)}; the target holds one form and one shape`, placeOf(sample));
  }
}

function nameOfShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
