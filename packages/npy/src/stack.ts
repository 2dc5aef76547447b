import { breather, ImgstoreError, isImgstoreError, ordinalKey, tensorView, withPlace } from '@imgstore/core';
import type { BatchSource, DType, ErrorPlace, ReadOptions, Sample, StoreDescription, TensorView } from '@imgstore/core';
import { NO_FEATURES } from './content.js';
import type { SampleRange } from './content.js';
import { rowsAtOnce } from './io/rows.js';
import type { RowReader } from './io/rows.js';
import { labelAt } from './labels.js';

/** What one row of a stack is: an image, and where the rows have more in them, the rest. */
export type RowContent = Pick<Sample, 'image' | 'label' | 'className'> & { readonly features?: Sample['features'] };

/** The rows of a stack, or of its labels, opened. */
export interface OpenRows {
  readonly rows: RowReader;
  close(): void;
}

/** Samples in rows of one length, opened as often as they are read. */
export interface Stack {
  readonly count: number;
  readonly place: ErrorPlace;
  readonly isSeekable: boolean;
  /** Whether `count` is more than the claim of a compressed file. */
  readonly isCounted: boolean;
  /** All but count and keys. */
  readonly description: Omit<StoreDescription, 'keys' | 'count'>;
  /** Where the elements begin in the file; undefined where they have no place in it that can be told. */
  readonly start: number | undefined;
  /** What a row holds; its bytes are not copied. */
  readonly make: (row: Uint8Array) => RowContent;
  readonly open: (options: { readonly fresh: boolean }) => Promise<OpenRows>;
  readonly labels?: { readonly dtype: DType; readonly place: ErrorPlace; readonly open: () => Promise<OpenRows> } | undefined;
  readonly rowLength: number;
  close(): void;
}

/** The samples in a range of a stack's rows. */
export class StackBatches implements BatchSource<Sample> {
  readonly #stack: Stack;
  readonly #first: number;
  readonly #range: SampleRange;
  readonly #options: ReadOptions;
  readonly #atOnce: number;
  readonly #breathe = breather();
  #position: number;
  #images: OpenRows | undefined;
  #labels: OpenRows | undefined;
  #consumed = 0;
  #failure: { readonly error: unknown } | undefined;

  /** @param first the ordinal, in the whole store, of the stack's first row */
  constructor(stack: Stack, range: SampleRange, options: ReadOptions, first: number) {
    this.#stack = stack;
    this.#first = first;
    this.#range = range;
    this.#options = options;
    this.#position = range.from;
    this.#atOnce = rowsAtOnce(stack.rowLength);
  }

  async next(): Promise<readonly Sample[] | undefined> {
    await this.#breathe();
    this.#options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
    const images = this.#images ??= await this.#open();
    const count = Math.min(this.#atOnce, this.#range.to - this.#position);
    if (count <= 0) {
      await this.#finish(images);
      return undefined;
    }
    const rows = await images.rows.read(count);
    const labels = await this.#labels?.rows.read(count);
    return this.#samples(rows, labels && tensorView({ dtype: this.#stack.labels?.dtype ?? 'int64', data: labels }), count);
  }

  close(): void {
    this.#images?.close();
    this.#labels?.close();
  }

  async #open(): Promise<OpenRows> {
    const { labels } = this.#stack;
    const images = await this.#stack.open({ fresh: this.#options.borrow !== true && this.#atOnce === 1 });
    try {
      await images.rows.skip(this.#position);
      if (labels !== undefined) {
        this.#labels = await labels.open();
        await this.#labels.rows.skip(this.#position);
      }
    } catch (error) {
      images.close();
      throw error;
    }
    return images;
  }

  async #finish(images: OpenRows): Promise<void> {
    if (this.#range.to !== this.#stack.count) return;
    await images.rows.finish();
    await this.#labels?.rows.finish();
  }

  #samples(rows: Uint8Array, labels: TensorView | undefined, count: number): Sample[] {
    const { rowLength } = this.#stack;
    const { borrow = false, progress } = this.#options;
    const isOwn = borrow || this.#atOnce === 1;
    const samples: Sample[] = [];
    for (let index = 0; index < count && this.#failure === undefined; index++, this.#position++) {
      const view = rows.subarray(index * rowLength, (index + 1) * rowLength);
      const sample = this.#sample(isOwn ? view : new Uint8Array(view), labels?.[index]);
      if (sample !== undefined) samples.push(sample);
    }
    if (progress !== undefined) {
      const consumed = this.#images?.rows.consumed ?? 0;
      progress.bytes += consumed - this.#consumed;
      progress.samples += samples.length;
      this.#consumed = consumed;
    }
    return samples;
  }

  #sample(row: Uint8Array, label: number | bigint | undefined): Sample | undefined {
    const { place, start, make, rowLength, labels } = this.#stack;
    const record = this.#position;
    const key = ordinalKey(this.#first + record);
    const origin = { ...place.file !== undefined && { file: place.file }, record, ...start !== undefined && { offset: start + record * rowLength } };
    try {
      const content = make(row);
      return {
        key, ...content, ...label !== undefined && { label: labelAt(label, labels?.place ?? place) }, features: content.features ?? NO_FEATURES, origin,
      };
    } catch (error) {
      const bad = withPlace(error, { ...origin, key });
      const { onBadSample } = this.#options;
      if (onBadSample !== undefined && isImgstoreError(bad)) onBadSample(bad, row);
      else this.#failure = { error: bad }; // after the samples before it
      return undefined;
    }
  }
}

/**
 * The shape of the images in a stack of that shape.
 * @throws ImgstoreError UNSUPPORTED when it has not 3 or 4 axes.
 */
export function imageShape(shape: readonly number[], place: ErrorPlace): readonly number[] {
  if (shape.length === 3 || shape.length === 4) return shape.slice(1);
  throw new ImgstoreError('UNSUPPORTED', `an array of shape (${shape.join(', ')}); a stack of images has 3 or 4 axes, the first of which counts them`,
    { ...place, ...shape.length === 2 && { hint: 'arrays=samples reads it as one image' } });
}
