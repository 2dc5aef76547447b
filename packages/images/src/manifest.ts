import { checkSplit, ImgstoreError, isImgstoreError, shardStart, withPlace } from '@imgstore/core';
import type { ReadOptions, SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import type { Content, Entries, Entry } from './content.js';
import { NO_FEATURES } from './content.js';
import { RootedPaths } from './io/rooted.js';
import type { Row, RowReader, Table } from './io/rows.js';
import { namesByLabel } from './mapping/classes.js';
import type { ClassNames, ClassRule } from './mapping/classes.js';
import { rowContent, withWhere } from './mapping/rows.js';
import type { Schema } from './mapping/rows.js';
import type { RoleOptions } from './mapping/survey.js';
import { RowAccess } from './row-access.js';
import { eachRow, listSchema, surveyList, surveyTable } from './survey-table.js';
import type { Surveyed } from './survey-table.js';

/** A list or a manifest of images, and what belongs to it. */
export interface ManifestPlan {
  readonly table: Table;
  /** A list of lines `path label`: its columns are known. */
  readonly isList: boolean;
  /** Where paths begin. */
  readonly root: string;
  readonly outside: boolean;
  readonly columns: RoleOptions;
  /** Names of classes and their labels, where a file says them. */
  readonly classes?: ClassNames;
  /** What the folders below the root mean for rows that say nothing of a class. */
  readonly folders?: ClassRule;
  /** Sentences for the plan, found while describing. */
  readonly notes: (count: number, signal: AbortSignal | undefined) => Promise<readonly string[]>;
}

/** The images of a list or a manifest, in its order. */
export class ManifestContent implements Content {
  readonly #plan: ManifestPlan;
  #surveyed: Promise<Surveyed> | undefined;
  #rows: Promise<RowAccess> | undefined;

  constructor(plan: ManifestPlan) {
    this.#plan = plan;
  }

  async describe(signal?: AbortSignal): Promise<StoreDescription> {
    const { count, isOrdered, schema, features, note } = await this.#survey(signal);
    const folders = this.#foldersFor(schema);
    const classes = folders?.names ?? (schema.nameOf === undefined ? undefined : namesByLabel(schema.nameOf));
    return {
      count,
      keys: 'stored',
      ...isOrdered && { ordered: true },
      ...classes !== undefined && { classes },
      ...features.size > 0 && { features },
      notes: [...[note, folders?.note].filter((one) => one !== undefined), ...await this.#plan.notes(count, signal)],
    };
  }

  async entries({ range, skip = 0, signal }: Pick<ReadOptions, 'range' | 'skip' | 'signal'>): Promise<Entries> {
    const { start = 0, end = Infinity } = range ?? {};
    if (typeof start !== 'number' || typeof end !== 'number') throw new ImgstoreError('BAD_OPTION', 'a range of a list is from number to number');
    const toEntry = this.#toEntry(await this.#schema(signal));
    return new RowEntries(await this.#plan.table.open(), { from: start + skip, to: end }, toEntry);
  }

  async* keys(): AsyncGenerator<string, void, undefined> {
    yield* (await this.#openRows()).keys();
  }

  async find(key: string): Promise<Entry | undefined> {
    const row = await (await this.#openRows()).find(key);
    return row === undefined ? undefined : this.#toEntry(await this.#schema())(row);
  }

  async split(options: SplitOptions): Promise<readonly StoreRange[]> {
    checkSplit(options, { format: 'images' });
    const { count } = await this.#survey();
    const parts = Math.max(1, Math.min(count, 'count' in options ? options.count : Math.ceil(await this.#bytes() / options.targetBytes)));
    return Array.from({ length: parts }, (_, index) => {
      const [start, end] = [shardStart(index, parts, count), shardStart(index + 1, parts, count)];
      return { start, end, first: start, count: end - start };
    });
  }

  close(): void {
    this.#rows = undefined;
    this.#surveyed = undefined;
  }

  #survey(signal?: AbortSignal): Promise<Surveyed> {
    const { table, columns, classes, isList } = this.#plan;
    const options = { columns, ...classes !== undefined && { classes }, ...signal !== undefined && { signal } };
    this.#surveyed ??= isList ? surveyList(table, options) : surveyTable(table, options);
    return this.#surveyed;
  }

  async #schema(signal?: AbortSignal): Promise<Schema> {
    return this.#plan.isList ? listSchema(this.#plan.classes) : (await this.#survey(signal)).schema;
  }

  #openRows(): Promise<RowAccess> {
    this.#rows ??= this.#schema().then((schema) => RowAccess.open(this.#plan.table, schema));
    return this.#rows;
  }

  /** Of all images, as far as they are there. */
  async #bytes(): Promise<number> {
    const toEntry = this.#toEntry(await this.#schema());
    let bytes = 0;
    await eachRow(this.#plan.table, undefined, (row) => {
      const { path, error } = toEntry(row);
      if (error === undefined) bytes += pathFacts(path)?.size ?? 0;
    });
    return bytes;
  }

  /** What folders mean, where the table says nothing of classes. */
  #foldersFor({ labels, roles }: Schema): ClassRule | undefined {
    return labels === undefined && roles.className === undefined ? this.#plan.folders : undefined;
  }

  #toEntry(schema: Schema): (row: Row) => Entry {
    const { table, root, outside } = this.#plan;
    const folders = this.#foldersFor(schema);
    const paths = new RootedPaths({ root, outside });
    return (row) => {
      try {
        if (row.error !== undefined) throw row.error;
        const { file, key, label, className, features } = rowContent(row, schema);
        const folder = label === undefined && file.includes('/') ? folders?.of(file.slice(0, file.indexOf('/'))) : undefined;
        const entry = { key, features, ...typeof label === 'number' && { label }, ...className !== undefined && { className }, ...folder };
        try {
          return { ...entry, path: paths.resolve(file) };
        } catch (error) {
          return { ...entry, path: file, error: rowError(withWhere(error, row.where)) };
        }
      } catch (error) {
        return { key: '', path: table.path, features: NO_FEATURES, error: rowError(withPlace(error, { file: table.path })) };
      }
    };
  }
}

/** An error that is told when the row's turn comes; any other is thrown. */
function rowError(error: unknown): ImgstoreError {
  if (!isImgstoreError(error)) throw error;
  return error;
}

/** Rows of a range, as entries. */
class RowEntries implements Entries {
  readonly #rows: RowReader;
  readonly #range: { readonly from: number; readonly to: number };
  readonly #toEntry: (row: Row) => Entry;

  constructor(rows: RowReader, range: { readonly from: number; readonly to: number }, toEntry: (row: Row) => Entry) {
    this.#rows = rows;
    this.#range = range;
    this.#toEntry = toEntry;
  }

  next(): Entry | undefined | Promise<Entry | undefined> {
    for (;;) {
      const row = this.#rows.next();
      if (row instanceof Promise) return this.#later(row);
      const entry = this.#entryOf(row);
      if (entry !== 'skipped') return entry;
    }
  }

  close(): void {
    this.#rows.close();
  }

  async #later(first: Promise<Row | undefined>): Promise<Entry | undefined> {
    for (let row = await first; ; row = await this.#rows.next()) {
      const entry = this.#entryOf(row);
      if (entry !== 'skipped') return entry;
    }
  }

  #entryOf(row: Row | undefined): Entry | undefined | 'skipped' {
    if (row === undefined || row.record >= this.#range.to) return undefined;
    return row.record < this.#range.from ? 'skipped' : this.#toEntry(row);
  }
}
