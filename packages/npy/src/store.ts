import { checkRead, checkSplit, fromBatches, ImgstoreError, shardStart, withPlace } from '@imgstore/core';
import type { BatchSource, IndexedStore, ReadOptions, Sample, SplitOptions, SplittableStore, StoreDescription, StoreRange, WritableStore, WriteOptions, WriteSummary } from '@imgstore/core';
import { acceptsOf, arrangementOf } from './accepts.js';
import type { Content, SampleRange } from './content.js';
import { openContent } from './open.js';
import { checkStoreOptions } from './options.js';
import type { CheckedOptions, NpyOptions } from './options.js';
import { filesOf } from './places.js';
import { writeStore } from './write.js';

/** A store of arrays: all that a store can do. */
export type NpyStore = WritableStore & IndexedStore & SplittableStore;

/**
 * Samples in NumPy's arrays. Read: a `.npy` file (a stack of images, or one image), a folder of `.npy` files, an `.npz`, an IDX file
 * (MNIST) or, with the option `form`, a CIFAR binary; told apart by content. Written: `X.npy` as one stack, `X.npz`, or a folder
 * of `.npy` files. No I/O happens here.
 * @throws ImgstoreError BAD_OPTION.
 */
export function npy(location: string, options: NpyOptions = {}): NpyStore {
  if (typeof location !== 'string' || location === '') throw new ImgstoreError('BAD_OPTION', 'npy: location is empty, expected the path of a file or a folder', { format: 'npy' });
  return new ArrayStore(location, checkStoreOptions(options));
}

class ArrayStore implements NpyStore {
  readonly format = 'npy';
  readonly location: string;
  readonly accepts: WritableStore['accepts'];
  readonly #options: CheckedOptions;
  readonly #arrangement: ReturnType<typeof arrangementOf>;
  #open: Promise<Content> | undefined;

  constructor(location: string, options: CheckedOptions) {
    this.location = location;
    this.#options = options;
    this.#arrangement = arrangementOf(location, options);
    this.accepts = acceptsOf(this.#arrangement, options);
  }

  read(options: ReadOptions = {}): AsyncIterable<Sample> {
    return fromBatches(async () => {
      checkRead(options, { format: 'npy', location: this.location });
      const content = await openContent(this.location, this.#options);
      try {
        return this.#placed(content, content.batches(rangeOf(content, options), options));
      } catch (error) {
        content.close();
        throw error;
      }
    }, { signal: options.signal });
  }

  async describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    options.signal?.throwIfAborted();
    const content = await openContent(this.location, this.#options);
    content.close();
    return content.description;
  }

  async write(samples: AsyncIterable<Sample>, options: WriteOptions = {}): Promise<WriteSummary> {
    const { form } = this.#options;
    if (form !== undefined) throw new ImgstoreError('BAD_OPTION', 'npy: option "form" is for reading only', { format: 'npy' });
    return writeStore({ location: this.location, arrangement: this.#arrangement, options: this.#options }, samples, options);
  }

  files(use: 'read' | 'write', { signal }: { readonly signal?: AbortSignal } = {}): AsyncIterable<string> {
    return filesOf(use, { location: this.location, arrangement: this.#arrangement, options: this.#options }, signal);
  }

  keys(): AsyncIterable<string> {
    return fromBatches(async () => {
      const content = await openContent(this.location, this.#options);
      let position = 0;
      return {
        next: () => (position >= content.count ? undefined
          : Array.from({ length: Math.min(KEYS_AT_ONCE, content.count - position) }, () => content.keyAt(position++))),
        close: () => content.close(),
      };
    });
  }

  async get(key: string): Promise<Sample | undefined> {
    this.#open ??= openContent(this.location, this.#options);
    const content = await this.#open.catch((error: unknown) => {
      this.#open = undefined;
      throw error;
    });
    const ordinal = await content.find(key);
    if (ordinal === undefined) return undefined;
    const batches = content.batches({ from: ordinal, to: ordinal + 1 }, {});
    try {
      const [sample] = await batches.next() ?? [];
      return sample ?? (await batches.next())?.[0];
    } catch (error) {
      throw withPlace(error, { format: 'npy', location: this.location, key });
    } finally {
      await batches.close();
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    (await open?.catch(() => undefined))?.close();
  }

  async split(options: SplitOptions): Promise<readonly StoreRange[]> {
    checkSplit(options, { format: 'npy', location: this.location });
    const content = await openContent(this.location, this.#options);
    content.close();
    const { count, isSeekable, description: { bytes } } = content;
    const wanted = 'count' in options ? options.count : Math.ceil((bytes ?? 0) / options.targetBytes);
    const parts = isSeekable ? Math.max(1, Math.min(wanted, count)) : 1;
    return Array.from({ length: parts }, (_, index) => {
      const [start, end] = [shardStart(index, parts, count), shardStart(index + 1, parts, count)];
      return { start, end, first: start, count: end - start };
    });
  }

  /** Batches whose errors say the location, and which close the content. */
  #placed(content: Content, batches: BatchSource<Sample>): BatchSource<Sample> {
    return {
      next: async () => {
        try {
          return await batches.next();
        } catch (error) {
          throw withPlace(error, { format: 'npy', location: this.location });
        }
      },
      close: async () => {
        await batches.close();
        content.close();
      },
    };
  }
}

const KEYS_AT_ONCE = 256;

function rangeOf({ count }: Content, { range, skip = 0 }: ReadOptions): SampleRange {
  const { start = 0, end = count } = range ?? {};
  if (typeof start !== 'number' || typeof end !== 'number') throw new ImgstoreError('BAD_OPTION', 'a range of an array store is from ordinal to ordinal', { format: 'npy' });
  if (end > count) throw new ImgstoreError('CHANGED', `the range ends at sample ${end}, and ${count} samples are there`);
  return { from: Math.min(end, start + skip), to: end };
}
