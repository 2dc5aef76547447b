import { breather, ImgstoreError } from '@imgstore/core';
import type { BatchSource } from '@imgstore/core';
import { checkSnapshot, explain } from './database.js';
import type { Database } from './database.js';
import { EntryScan } from './wire/scan.js';
import type { ScanOptions } from './wire/scan.js';

/** How to make batches. */
export interface BatchOptions {
  readonly scan?: ScanOptions;
  /** What was consumed is added to it. */
  readonly progress?: { bytes: number; samples: number } | undefined;
  /** How many bytes are consumed when the last entry was given, with the pages that nobody reads. Default: those of the pages that were read. */
  readonly total?: number | undefined;
  /** How many entries there must be. Default: not known. */
  readonly count?: number | undefined;
}

/** Makes something of an entry, or nothing. Key and value as {@link EntryScan} gives them; `ordinal` counts the entries of the scan, skipped ones too. */
export type MakeValue<T> = (key: Uint8Array, value: Uint8Array, entry: { readonly offset: number; readonly flags: number; readonly ordinal: number }) => T | undefined;

/** The entries of a database, each made into something; it is closed at the end. */
export class ScanBatches<T> implements BatchSource<T> {
  readonly #database: Database;
  readonly #options: BatchOptions;
  readonly #make: MakeValue<T>;
  readonly #scan: EntryScan;
  readonly #breathe = breather();
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(database: Database, options: BatchOptions, make: MakeValue<T>) {
    this.#database = database;
    this.#options = options;
    this.#make = make;
    this.#scan = new EntryScan(database.file, database.snapshot, { maxValueBytes: database.maxValueBytes, ...options.scan });
  }

  next(): readonly T[] | undefined | Promise<readonly T[] | undefined> {
    const pause = this.#breathe();
    return pause === undefined ? this.#next() : pause.then(() => this.#next());
  }

  close(): void {
    this.#database.file.close();
  }

  #next(): readonly T[] | undefined | Promise<readonly T[]> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const scan = this.#scan;
    if (scan.isDone) return undefined;
    const batch: T[] = [];
    try {
      const long = scan.fill((key, value, offset, flags) => {
        const made = this.#make(key, value, { offset, flags, ordinal: scan.entries - 1 });
        if (made !== undefined) batch.push(made);
      }, this.#breathe);
      if (long === undefined) return this.#complete(batch);
      return long.then(() => this.#complete(batch)).catch((error: unknown) => this.#fail(error, batch));
    } catch (error) {
      return this.#fail(error, batch);
    }
  }

  #complete(batch: readonly T[]): readonly T[] {
    if (this.#scan.isDone) this.#finish();
    return this.#counted(batch);
  }

  /** What came before the failure is good, and goes first. */
  #fail(error: unknown, batch: readonly T[]): readonly T[] {
    const failure = explain(error, this.#database);
    if (batch.length === 0) throw failure;
    this.#failure = { error: failure };
    return this.#counted(batch);
  }

  #counted(batch: readonly T[]): readonly T[] {
    const { progress, total } = this.#options;
    if (progress !== undefined) {
      const bytes = this.#scan.isDone ? total ?? this.#scan.bytes : this.#scan.bytes;
      progress.bytes += bytes - this.#bytes;
      progress.samples += batch.length;
      this.#bytes = bytes;
    }
    return batch;
  }

  #finish(): void {
    checkSnapshot(this.#database);
    const { count } = this.#options;
    if (count !== undefined && count !== this.#scan.entries) {
      throw new ImgstoreError('CHANGED', `the range had ${count} samples when the store was split, ${this.#scan.entries} are there`);
    }
  }
}
