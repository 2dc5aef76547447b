import { checkWindow, Once, ordinalKey } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { checkSeed, DerivedStore, foundIn, partly, placed } from './derived-store.js';
import type { Window } from './derived-store.js';
import { permutationOf } from './permutation.js';
import { AccessReader, openAccess } from './shuffle-access.js';
import type { Access, NoAccess } from './shuffle-access.js';
import { shuffleThroughBuffer, sizeOf } from './shuffle-buffer.js';
import type { BufferOptions } from './shuffle-buffer.js';

/** How to shuffle. */
export interface ShuffleOptions extends Window, Partial<BufferOptions> {
  /** A whole number from 0: the same seed gives the same order. */
  readonly seed: number;
}

/** The samples of a buffer, and its bytes, whichever is reached first, where nothing else is said. */
const BUFFER: BufferOptions = { bufferSamples: 1000, bufferBytes: 2 ** 28 };

/**
 * The samples of a source in an order that the seed decides. Of a source with random access every sample is as likely as any other at every place:
 * each is asked for by its own, and no list of samples is kept, only the keys where they are stored (at most 256 MiB of them). Elsewhere, and beyond
 * that, samples pass through a buffer, which leaves something of the source's order; a note says which it is. `skip` and `limit` choose among the
 * source's samples, before they are shuffled; bad samples that are left out do not count for the limit. Keys that are ordinals are counted anew.
 * @throws ImgstoreError BAD_OPTION for a seed that is none.
 */
export function shuffled(source: SampleStore, options: ShuffleOptions): SampleStore {
  checkSeed(options.seed);
  checkWindow(options);
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
  async* #direct(access: Access, options: ReadOptions, description: StoreDescription): AsyncGenerator<Sample, void, undefined> {
    const { skip = 0, signal, progress } = options;
    const { count } = access.keys;
    const permute = permutationOf(count, this.#options.seed);
    const reader = new AccessReader(access, options);
    let given = skip;
    try {
      for (let position = skip; position < count; position++) {
        signal?.throwIfAborted();
        const found = await reader.at(permute(position));
        if (found === undefined) continue;
        const { sample, ordinal } = found;
        if (progress !== undefined) {
          progress.samples++;
          progress.bytes += sizeOf(sample);
        }
        // Among the ordinals of a store real keys may stand.
        yield placed({ sample, isOrdinal: description.keys === 'ordinal' && sample.key === ordinalKey(ordinal) }, given++);
      }
    } finally {
      await reader.close();
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
    return this.#access.get(() => openAccess(this.source, this.#options, signal), signal);
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

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 2 ** 20))} MiB`;
}
