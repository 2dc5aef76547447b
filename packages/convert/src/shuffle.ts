import { breather, ImgstoreError, isImgstoreError, Once, ordinalKey, quote } from '@imgstore/core';
import type { IndexedStore, ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { checkSeed, DerivedStore, foundIn, indexed, partly, placed } from './derived-store.js';
import type { Window } from './derived-store.js';
import { KeyList, MOST_KEY_BYTES } from './key-list.js';
import { permutationOf } from './permutation.js';
import { shuffleThroughBuffer, sizeOf } from './shuffle-buffer.js';
import type { BufferOptions } from './shuffle-buffer.js';

/** How to shuffle. */
export interface ShuffleOptions extends Window, Partial<BufferOptions> {
  /** A whole number from 0: the same seed gives the same order. */
  readonly seed: number;
}

/** What random access needs: the store, and the keys by which it is asked. */
interface Access {
  readonly store: IndexedStore;
  readonly keys: KeyList;
}

/** Why there is no random access. */
interface NoAccess {
  readonly why: string;
}

/** The samples of a buffer, and its bytes, whichever is reached first, where nothing else is said. */
const BUFFER: BufferOptions = { bufferSamples: 1000, bufferBytes: 2 ** 28 };

/**
 * The samples of a source in an order that the seed decides. Of a source with random access any order is as likely as any other: each
 * sample is asked for by its place, and no list of samples is kept, only the keys where they are stored (at most 256 MiB of them). Elsewhere,
 * and beyond that, samples pass through a buffer, which leaves something of the source's order; a note says which it is. `skip` and `limit`
 * choose among the source's samples, before they are shuffled. Keys that are ordinals are counted anew.
 * @throws ImgstoreError BAD_OPTION for a seed that is none.
 */
export function shuffled(source: SampleStore, options: ShuffleOptions): SampleStore {
  checkSeed(options.seed);
  return new ShuffledStore(source, options);
}

class ShuffledStore extends DerivedStore {
  readonly #options: ShuffleOptions & BufferOptions & Required<Window>;
  readonly #access = new Once<Access | NoAccess>();

  constructor(source: SampleStore, options: ShuffleOptions) {
    super(source);
    this.#options = { ...BUFFER, skip: 0, limit: Infinity, ...options };
  }

  async describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    const description = await this.source.describe(options);
    const access = await this.#open(options.signal);
    const count = 'keys' in access ? access.keys.count : this.#counted(description.count);
    return {
      ...partly(description),
      ...(count === undefined ? {} : { count }),
      // Whoever sorts by key must know that keeping the keys would undo the shuffle.
      ...(description.keys === 'stored' ? { ordered: false } : {}),
      notes: [...description.notes ?? [], this.#note(access)],
    };
  }

  protected async* samples(options: ReadOptions): AsyncGenerator<Sample, void, undefined> {
    const access = await this.#open(options.signal);
    const description = await this.source.describe(options.signal === undefined ? {} : { signal: options.signal });
    yield* 'keys' in access ? this.#direct(access, options, description) : this.#buffered(options, description);
  }

  /** One by one, from where they lie. */
  async* #direct({ store, keys }: Access, options: ReadOptions, description: StoreDescription): AsyncGenerator<Sample, void, undefined> {
    const { skip = 0, signal, progress, onBadSample } = options;
    const permute = permutationOf(keys.count, this.#options.seed);
    try {
      for (let position = skip; position < keys.count; position++) {
        signal?.throwIfAborted();
        const from = permute(position);
        const key = keys.at(from);
        const sample = await get(store, key, onBadSample);
        if (sample === undefined) continue;
        if (progress !== undefined) {
          progress.samples++;
          progress.bytes += sizeOf(sample);
        }
        // Among the ordinals of a store real keys may stand.
        yield placed({ sample, isOrdinal: description.keys === 'ordinal' && sample.key === ordinalKey(this.#options.skip + from) }, position);
      }
    } finally {
      await store.close();
    }
  }

  /** In the order in which they leave the buffer. */
  async* #buffered(options: ReadOptions, description: StoreDescription): AsyncGenerator<Sample, void, undefined> {
    const { skip: dropped = 0, ...read } = options;
    const { skip, limit, seed, ...buffer } = this.#options;
    // What a buffer of bytes holds depends on whole samples: a plan must meet them in the order of the run.
    const samples = foundIn(this.source, { skip }, description, { ...read, borrow: false, payload: 'full' });
    let position = 0;
    for await (const found of shuffleThroughBuffer(samples, { ...buffer, seed, limit })) {
      if (position >= dropped) yield placed(found, position);
      position++;
    }
  }

  #open(signal: AbortSignal | undefined): Promise<Access | NoAccess> {
    return this.#access.get(() => this.#listKeys(signal), signal);
  }

  async #listKeys(signal: AbortSignal | undefined): Promise<Access | NoAccess> {
    const store = indexed(this.source);
    if (store === undefined) return NO_ACCESS;
    const { skip, limit } = this.#options;
    const [keys, breathe] = [new KeyList(), breather()];
    let ordinal = 0;
    try {
      for await (const key of store.keys()) {
        await breathe();
        signal?.throwIfAborted();
        if (ordinal - skip >= limit) break;
        if (ordinal++ >= skip && !keys.add(key)) return { why: `the source has more than ${megabytes(MOST_KEY_BYTES)} of keys` };
      }
    } catch (error) {
      // Random access that cannot be had, as to records of compressed files.
      if (isImgstoreError(error, 'UNSUPPORTED')) return NO_ACCESS;
      throw error;
    }
    // Of equal keys `get` gives the same sample each time.
    const repeated = await keys.repeated(signal);
    if (repeated !== undefined) return { why: `the source has the key ${quote(repeated)} more than once, so samples cannot be asked for by key` };
    return { store, keys };
  }

  #counted(count: number | undefined): number | undefined {
    return count === undefined ? undefined : Math.min(this.#options.limit, Math.max(0, count - this.#options.skip));
  }

  #note(access: Access | NoAccess): string {
    const { seed, bufferSamples, bufferBytes } = this.#options;
    if ('why' in access) return `shuffled by the seed ${seed} through a buffer of ${bufferSamples} samples and ${megabytes(bufferBytes)} at most, so the order of the source still shows: ${access.why}`;
    const { size, count } = access.keys;
    return `shuffled as a whole by the seed ${seed}: the ${count} samples are read one by one from where they lie${size === 0 ? '' : `, and their keys take ${megabytes(size)} of memory`}`;
  }
}

const NO_ACCESS: NoAccess = { why: 'the source has no random access' };

/** The sample of that key; undefined for a bad one that was told. */
async function get(store: IndexedStore, key: string, onBadSample: ReadOptions['onBadSample']): Promise<Sample | undefined> {
  let sample: Sample | undefined;
  try {
    sample = await store.get(key);
  } catch (error) {
    if (onBadSample === undefined || !isImgstoreError(error) || error.code === 'IO' || error.code === 'CHANGED') throw error;
    onBadSample(error);
    return undefined;
  }
  if (sample === undefined) throw new ImgstoreError('CHANGED', `the sample of key ${quote(key)} is gone since the keys were read`, { location: store.location, key });
  return sample;
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 2 ** 20))} MiB`;
}
