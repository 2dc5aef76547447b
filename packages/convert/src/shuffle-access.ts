import { breather, ImgstoreError, isImgstoreError, quote } from '@imgstore/core';
import type { IndexedStore, ReadOptions, Sample, SampleStore } from '@imgstore/core';
import { indexed } from './derived-store.js';
import type { Window } from './derived-store.js';
import { KeyList, MOST_KEY_BYTES } from './key-list.js';

/** Random access to a window of a source: the store, and the keys by which it is asked. */
export interface Access {
  readonly store: IndexedStore;
  readonly window: Required<Window>;
  readonly keys: KeyList;
}

/** Why there is no random access. */
export interface NoAccess {
  readonly why: string;
}

/** Where a sample is found. */
interface Spot {
  readonly key: string;
  /** Its place in the whole source. */
  readonly ordinal: number;
}

const NO_ACCESS: NoAccess = { why: 'the source has no random access' };

/** Lists the keys of a window of the source. @throws what listing them throws, the signal's reason. */
export async function openAccess(source: SampleStore, window: Required<Window>, signal: AbortSignal | undefined): Promise<Access | NoAccess> {
  const store = indexed(source);
  if (store === undefined) return NO_ACCESS;
  const keys = new KeyList();
  try {
    for await (const { key, ordinal } of spots(store, window.skip, signal)) {
      if (ordinal - window.skip >= window.limit) break;
      if (!keys.add(key)) return { why: `the source has more than ${MOST_KEY_BYTES / 2 ** 20} MiB of keys` };
    }
  } catch (error) {
    // Random access that cannot be had, as to records of compressed files.
    if (isImgstoreError(error, 'UNSUPPORTED')) return NO_ACCESS;
    throw error;
  }
  // Of equal keys `get` gives the same sample each time.
  const repeated = await keys.repeated(signal);
  if (repeated !== undefined) return { why: `the source has the key ${quote(repeated)} more than once, so samples cannot be asked for by key` };
  return { store, window, keys };
}

/** One reading of a window, in any order. Whoever opens it closes it. */
export class AccessReader {
  readonly #access: Access;
  readonly #onBadSample: ReadOptions['onBadSample'];
  /** What lies behind the window: a limit counts good samples, so a bad one gives its place to the next of these. */
  readonly #behind: AsyncGenerator<Spot, void, undefined>;

  constructor(access: Access, { signal, onBadSample }: Pick<ReadOptions, 'signal' | 'onBadSample'>) {
    this.#access = access;
    this.#onBadSample = onBadSample;
    this.#behind = behind(access, signal);
  }

  /**
   * The sample at that position of the window. A bad one is told, and another given in its place; undefined: none is left.
   * @throws ImgstoreError CHANGED where it is gone, MISMATCH where none can be given in its place; what `get` throws, when nobody is told.
   */
  async at(position: number): Promise<{ readonly sample: Sample; readonly ordinal: number } | undefined> {
    const { keys, window } = this.#access;
    let spot: Spot | undefined = { key: keys.at(position), ordinal: window.skip + position };
    while (spot !== undefined) {
      const sample = await this.#get(spot.key);
      if (sample !== undefined) return { sample, ordinal: spot.ordinal };
      const next: IteratorResult<Spot, void> = await this.#behind.next();
      spot = next.done === true ? undefined : next.value;
    }
    return undefined;
  }

  /** Lets the store go. */
  async close(): Promise<void> {
    try {
      await this.#behind.return();
    } finally {
      await this.#access.store.close();
    }
  }

  async #get(key: string): Promise<Sample | undefined> {
    const { store } = this.#access;
    let sample: Sample | undefined;
    try {
      sample = await store.get(key);
    } catch (error) {
      if (this.#onBadSample === undefined || !isImgstoreError(error) || error.code === 'IO' || error.code === 'CHANGED') throw error;
      this.#onBadSample(error);
      return undefined;
    }
    if (sample === undefined) throw new ImgstoreError('CHANGED', `the sample of key ${quote(key)} is gone since the keys were read`, { location: store.location, key });
    return sample;
  }
}

async function* behind({ store, window, keys }: Access, signal: AbortSignal | undefined): AsyncGenerator<Spot, void, undefined> {
  if (window.limit === Infinity) return;
  const given = new Set<string>();
  for await (const spot of spots(store, window.skip + window.limit, signal)) {
    const { key } = spot;
    // Of equal keys `get` gives the same sample each time.
    if (given.has(key) || keys.has(key)) {
      throw new ImgstoreError('MISMATCH', `the key ${quote(key)} is there more than once, so its sample cannot take the place of a bad one`, { location: store.location, key, hint: 'shuffle without a limit' });
    }
    given.add(key);
    yield spot;
  }
}

/** Where samples are found, from that ordinal on. */
async function* spots(store: IndexedStore, skip: number, signal: AbortSignal | undefined): AsyncGenerator<Spot, void, undefined> {
  const breathe = breather();
  let ordinal = 0;
  for await (const key of store.keys()) {
    await breathe();
    signal?.throwIfAborted();
    if (ordinal >= skip) yield { key, ordinal };
    ordinal++;
  }
}
