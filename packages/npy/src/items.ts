import { breather, isImgstoreError, withPlace } from '@imgstore/core';
import type { BatchSource, ErrorPlace, ReadOptions, Sample, StoreDescription } from '@imgstore/core';
import { readElements, readHeader } from './array.js';
import { NO_FEATURES } from './content.js';
import type { Content, SampleRange } from './content.js';
import type { ByteStream } from './io/stream.js';
import { assumptions, imageForm, imageOf } from './mapping.js';
import type { CheckedOptions } from './options.js';

/** An array that is one sample. */
export interface Item {
  readonly key: string;
  readonly place: ErrorPlace;
}

/** Samples each in an array of its own. */
export interface Items<T extends Item = Item> {
  readonly count: number;
  /** The one of that ordinal. */
  readonly item: (ordinal: number) => T;
  readonly description: Omit<StoreDescription, 'count'>;
  readonly find: Content['find'];
  /** The bytes of one of them; closing the stream releases what was opened for it. */
  readonly open: (item: T) => ByteStream;
  readonly close: () => void;
}

/** They as the content of a store. */
export function itemsContent<T extends Item>(items: Items<T>, options: CheckedOptions): Content {
  const { count, item } = items;
  return {
    description: { count, ...items.description },
    count,
    isSeekable: true,
    keyAt: (ordinal) => item(ordinal).key,
    find: items.find,
    batches: (range, reading) => new ItemBatches(items, range, options, reading),
    close: items.close,
  };
}

/** So many bytes of samples make a batch. */
const BATCH_BYTES = 1 << 20;
const BATCH_SAMPLES = 64;

/** Memory for the arrays of one batch after the other, where they are borrowed: to get new memory from the system costs as much as to read into it. */
class Arena {
  #memory = new Uint8Array(0);
  #used = 0;

  /** The arrays that were taken are no longer wanted. */
  reset(): void {
    this.#used = 0;
  }

  readonly take = (length: number): Uint8Array => {
    // What was taken from the memory so far stays as it is.
    if (this.#used + length > this.#memory.length) {
      this.#memory = new Uint8Array(Math.max(this.#used + length, BATCH_BYTES));
      this.#used = 0;
    }
    const taken = this.#memory.subarray(this.#used, this.#used + length);
    this.#used = Math.ceil((this.#used + length) / 8) * 8; // so that typed views can be made of the next
    return taken;
  };
}

class ItemBatches<T extends Item> implements BatchSource<Sample> {
  readonly #items: Items<T>;
  readonly #range: SampleRange;
  readonly #store: CheckedOptions;
  readonly #options: ReadOptions;
  readonly #breathe = breather();
  readonly #arena: Arena | undefined;
  #position: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(items: Items<T>, range: SampleRange, store: CheckedOptions, options: ReadOptions) {
    this.#items = items;
    this.#range = range;
    this.#store = store;
    this.#options = options;
    this.#arena = options.borrow === true ? new Arena() : undefined;
    this.#position = range.from;
  }

  async next(): Promise<readonly Sample[] | undefined> {
    const { signal, progress, onBadSample } = this.#options;
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#arena?.reset();
    const batch: Sample[] = [];
    let bytes = 0;
    while (this.#position < this.#range.to && bytes < BATCH_BYTES && batch.length < BATCH_SAMPLES) {
      await this.#breathe();
      signal?.throwIfAborted();
      const record = this.#position++;
      const item = this.#items.item(record);
      try {
        const { sample, consumed } = await this.#read(item, record);
        batch.push(sample);
        bytes += consumed;
        if (progress !== undefined) {
          progress.bytes += consumed;
          progress.samples++;
        }
      } catch (error) {
        const bad = withPlace(error, { ...item.place, record, key: item.key });
        if (onBadSample !== undefined && isImgstoreError(bad) && bad.code !== 'IO') onBadSample(bad);
        else if (batch.length === 0) throw bad;
        else {
          this.#failure = { error: bad }; // after the samples before it
          return batch;
        }
      }
    }
    return batch.length === 0 && this.#position >= this.#range.to ? undefined : batch;
  }

  close(): void {}

  async #read(item: T, record: number): Promise<{ readonly sample: Sample; readonly consumed: number }> {
    const stream = this.#items.open(item);
    try {
      const header = await readHeader(stream);
      const form = imageForm(header.dtype, header.shape, { layout: this.#store.layout ?? 'HWC', color: this.#store.color ?? 'rgb' });
      const image = imageOf(form, await readElements(stream, header, this.#store.limits, this.#arena?.take));
      const { onNote } = this.#options;
      if (onNote !== undefined) for (const note of assumptions(form, this.#store)) onNote(note, item.key);
      const { file } = item.place;
      return { sample: { key: item.key, image, features: NO_FEATURES, origin: { ...file !== undefined && { file }, record } }, consumed: stream.consumed };
    } finally {
      stream.close();
    }
  }
}
