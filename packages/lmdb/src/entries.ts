import { fromBatches } from '@imgstore/core';
import type { Limits } from '@imgstore/core';
import { ScanBatches } from './batches.js';
import { openDatabase } from './database.js';

/** One entry of a database, as it is stored. */
export interface LmdbEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** How to read entries. */
export interface EntryOptions {
  /** Checked once for each entry; the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
  /** true: the bytes of an entry are valid only until the next one is pulled. Default false: they are the caller's own. */
  readonly borrow?: boolean;
  /** Default: those of core's LIMITS. */
  readonly limits?: Limits;
}

/**
 * All entries of the main database in key order, whatever they hold. A named sub-database is an entry, as it is for
 * liblmdb: its value is the record of its tree. `path` is a folder with `data.mdb` in it, or the file. No lock is taken,
 * nothing is written, and an end without an error means that every entry was there.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE, TRUNCATED, CORRUPT, LIMIT, UNSUPPORTED, CHANGED, IO; the signal's reason.
 */
export function readEntries(path: string, options: EntryOptions = {}): AsyncIterable<LmdbEntry> {
  const { borrow = false, signal, limits } = options;
  return fromBatches(() => new ScanBatches(openDatabase(path, limits), { scan: { borrow } }, (key, value) => ({ key: borrow ? key : new Uint8Array(key), value })), { signal });
}
