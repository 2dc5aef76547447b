import { breather, checkOptions, checkRead, checkSplit, escapeKey, fromBatches, ImgstoreError, isImgstoreError, unescapeKey, withPlace } from '@imgstore/core';
import type { IndexedStore, ReadOptions, Sample, SplitOptions, SplittableStore, StoreDescription, StoreRange, WritableStore, WriteOptions, WriteSummary } from '@imgstore/core';
import { ScanBatches } from './batches.js';
import { checkSnapshot, explain, openDatabase } from './database.js';
import type { Database } from './database.js';
import type { DatumReading } from './mapping.js';
import { lmdbOptions } from './options.js';
import type { LmdbOptions } from './options.js';
import { filesRead } from './places.js';
import { chooseReading, describeDatabase } from './probe.js';
import { refuseSubDatabase, refuseVersions, sampleBatches, sampleOf } from './samples.js';
import { splitDatabase } from './split.js';
import { findEntry } from './wire/find.js';
import type { FoundEntry } from './wire/find.js';
import { acceptsOf, writeDatabase } from './write.js';
import type { WriteTarget } from './write.js';

/** A store of Caffe Datums in LMDB: all that a store can do. */
export type LmdbStore = WritableStore & Required<IndexedStore> & SplittableStore;

/**
 * The LMDB database at `location`: a folder with `data.mdb` in it, or a single file. Made without I/O.
 * @throws ImgstoreError BAD_OPTION.
 */
export function lmdb(location: string, options: LmdbOptions = {}): LmdbStore {
  if (typeof location !== 'string' || location === '') throw new ImgstoreError('BAD_OPTION', 'lmdb: location is empty, expected the path of a database', { format: 'lmdb' });
  return new DatumStore(location, checkOptions(lmdbOptions, options, { format: 'lmdb' }));
}

/** A database that is open for `get`. */
interface OpenDatabase {
  readonly database: Database;
  readonly reading: DatumReading;
}

class DatumStore implements LmdbStore {
  readonly format = 'lmdb';
  readonly location: string;
  readonly accepts: WritableStore['accepts'];
  readonly #options: LmdbOptions;
  readonly #target: WriteTarget;
  #open: Promise<OpenDatabase> | undefined;

  constructor(location: string, options: LmdbOptions) {
    this.location = location;
    this.#options = options;
    this.#target = {
      location,
      isSingleFile: options.subdir === undefined ? location.endsWith('.mdb') : !options.subdir,
      color: options.color ?? 'bgr',
      dataFormat: Number(options.dataFormat ?? 1) as 1 | 2 | 3, // the option is one of these three
    };
    this.accepts = acceptsOf(this.#target);
  }

  read(options: ReadOptions = {}): AsyncIterable<Sample> {
    return fromBatches(() => {
      checkRead(options, { format: 'lmdb', location: this.location });
      return this.#using(async (database) => sampleBatches(database, await this.#readingOf(database), options));
    }, { signal: options.signal });
  }

  async describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    options.signal?.throwIfAborted();
    const database = openDatabase(this.location, this.#options.limits);
    try {
      refuseVersions(database);
      return await describeDatabase(database, this.#options);
    } catch (error) {
      throw explain(error, database);
    } finally {
      database.file.close();
    }
  }

  write(samples: AsyncIterable<Sample>, options: WriteOptions = {}): Promise<WriteSummary> {
    return writeDatabase(this.#target, samples, options);
  }

  async* files(use: 'read' | 'write'): AsyncGenerator<string, void, undefined> {
    if (use === 'read') yield* filesRead(this.location);
  }

  keys(): AsyncIterable<string> {
    return fromBatches(() => new ScanBatches(openDatabase(this.location, this.#options.limits), { scan: { values: false } }, (key) => escapeKey(key)));
  }

  async get(key: string): Promise<Sample | undefined> {
    return this.#find(key, ({ value, offset }, { database, reading }) => sampleOf({ key, value, offset }, database, reading));
  }

  async getRaw(key: string): Promise<Uint8Array | undefined> {
    return this.#find(key, ({ value }) => value);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.then(({ database }) => database.file.close(), () => undefined); // what could not be opened was told to who asked
  }

  async split(options: SplitOptions): Promise<readonly StoreRange[]> {
    checkSplit(options, { format: 'lmdb', location: this.location });
    const database = openDatabase(this.location, this.#options.limits);
    try {
      return await splitDatabase(database, partsFor(database, options), breather());
    } finally {
      database.file.close();
    }
  }

  /** What `use` makes of the entry of that key. */
  async #find<T>(key: string, use: (entry: FoundEntry, open: OpenDatabase) => T): Promise<T | undefined> {
    const open = await this.#current();
    const { database } = open;
    try {
      const found = await findEntry(database.file, database.snapshot, unescapeKey(key), breather(), database.maxValueBytes);
      checkSnapshot(database);
      if (found === undefined) return undefined;
      refuseSubDatabase(found.flags, key);
      return use(found, open);
    } catch (error) {
      throw withPlace(explain(error, database), { key });
    }
  }

  /** Opened for `get`: anew when the database has been changed since. Calls that overlap share one. */
  async #current(): Promise<OpenDatabase> {
    const held = this.#open;
    const open = await held;
    if (open !== undefined && this.#open === held && isChanged(open.database)) await this.close();
    const opening = this.#open ??= this.#using(async (database) => ({ database, reading: await this.#readingOf(database) }));
    try {
      return await opening;
    } catch (error) {
      if (this.#open === opening) this.#open = undefined;
      throw error;
    }
  }

  #readingOf(database: Database): Promise<DatumReading> {
    refuseVersions(database);
    return chooseReading(database, this.#options);
  }

  /** Opens the database for what `use` makes, which closes it. */
  async #using<T>(use: (database: Database) => Promise<T>): Promise<T> {
    const database = openDatabase(this.location, this.#options.limits);
    try {
      return await use(database);
    } catch (error) {
      database.file.close();
      throw withPlace(error, database.place);
    }
  }
}

function isChanged(database: Database): boolean {
  try {
    checkSnapshot(database);
    database.file.checkUnchanged();
    return false;
  } catch (error) {
    if (isImgstoreError(error, 'CHANGED')) return true;
    throw error;
  }
}

function partsFor({ snapshot: { main, pageSize } }: Database, options: SplitOptions): number {
  return 'count' in options ? options.count : Math.max(1, Math.ceil((main.leafPages + main.overflowPages) * pageSize / options.targetBytes));
}
