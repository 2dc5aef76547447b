import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareKeyBytes, isIndexedStore, isSplittableStore, isWritableStore } from '@imgstore/core';
import type { Accepts, Adapter, IndexedStore, Sample, SampleStore, SplittableStore, WritableStore } from '@imgstore/core';
import { failure } from './case.js';

/** Where a store is written, and where it is read when that is another path (`out/train` and `out/train@2`). */
export interface Place {
  /** A temporary folder of the case; nothing else is in it. Absolute, without links. */
  readonly folder: string;
  readonly target: string;
  readonly source: string;
}

/** Where the kit puts stores: a path below the folder, or one for writing and another for reading. */
export type Locate = (folder: string) => string | { readonly target: string; readonly source: string };

/** An adapter with one set of options, and the temporary folders to try it in. */
export class Bench {
  readonly adapter: Adapter;
  /** undefined: nothing is to be written. */
  readonly accepts: Accepts | undefined;
  readonly isIndexed: boolean;
  readonly isSplittable: boolean;
  readonly #options: object;
  readonly #locate: Locate;

  /** A fixture is only read, whatever else the adapter can do. */
  constructor(adapter: Adapter, options: object, locate: Locate, { isFixture = false }: { readonly isFixture?: boolean } = {}) {
    this.adapter = adapter;
    this.#options = options;
    this.#locate = locate;
    const store = this.storeAt(this.place(join(tmpdir(), 'imgstore-conformance')).target);
    this.accepts = !isFixture && isWritableStore(store) ? store.accepts : undefined;
    this.isIndexed = isIndexedStore(store);
    this.isSplittable = isSplittableStore(store);
  }

  /** A new store object. */
  storeAt(location: string): SampleStore {
    return this.adapter.store(location, this.#options);
  }

  writableAt(location: string): WritableStore {
    const store = this.storeAt(location);
    if (!isWritableStore(store)) throw failure('the store can be written at one location and not at another');
    return store;
  }

  splittableAt(location: string): SplittableStore {
    const store = this.storeAt(location);
    if (!isSplittableStore(store)) throw failure('the store can be split at one location and not at another');
    return store;
  }

  indexedAt(location: string): IndexedStore {
    const store = this.storeAt(location);
    if (!isIndexedStore(store)) throw failure('the store has random access at one location and not at another');
    return store;
  }

  place(folder: string): Place {
    const found = this.#locate(folder);
    return { folder, ...(typeof found === 'string' ? { target: found, source: found } : found) };
  }

  /** Runs in a new temporary folder, which is removed afterwards. */
  async inPlace<T>(run: (place: Place) => Promise<T>): Promise<T> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'imgstore-conformance-')));
    try {
      return await run(this.place(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The samples as the store is to give them back: in its order of keys where it has one. */
export function inStoreOrder(samples: readonly Sample[], { key }: Accepts): readonly Sample[] {
  return key.sorted === true ? [...samples].sort((a, b) => compareKeyBytes(a.key, b.key)) : samples;
}
