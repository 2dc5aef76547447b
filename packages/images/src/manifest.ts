import { breather, checkSplit, ImgstoreError, isImgstoreError, Once, shardStart, withPlace } from '@imgstore/core';
import type { ReadOptions, SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import type { Content, Entries, Entry } from './content.js';
import { NO_FEATURES } from './content.js';
import { isPassedOver } from './companions.js';
import { RootedPaths } from './io/rooted.js';
import type { PathRule } from './io/rooted.js';
import type { Row, RowReader, Table } from './io/rows.js';
import type { Kept } from './kept.js';
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
  /** Where paths begin, and what is behind them. */
  readonly paths: PathRule;
  readonly columns: RoleOptions;
  /** What a first look at the table told. */
  readonly survey: Kept<Surveyed>;
  /** Names of classes and their labels, where a file says them. */
  readonly classes?: ClassNames;
  /** What the folders below the root mean where no row says anything of a class. @throws ImgstoreError NOT_A_STORE for parts of a data set. */
  readonly folders?: () => ClassRule;
  /** Sentences for the plan, found while describing. */
  readonly notes: (count: number, signal: AbortSignal | undefined) => Promise<readonly string[]>;
}

/** The images of a list or a manifest, in its order. */
export class ManifestContent implements Content {
  readonly #plan: ManifestPlan;
  readonly #surveyed = new Once<Surveyed>();
  readonly #rows = new Once<RowAccess>();
  #folders: ClassRule | undefined;

  constructor(plan: ManifestPlan) {
    this.#plan = plan;
  }

  async describe(signal?: AbortSignal): Promise<StoreDescription> {
    const { count, isOrdered, schema, features, labelNotes, notes } = await this.#survey(signal);
    const folders = this.#foldersFor(schema);
    const classes = folders?.names ?? (schema.nameOf === undefined ? undefined : namesByLabel(schema.nameOf));
    return {
      count,
      keys: 'stored',
      ...isOrdered && { ordered: true },
      ...classes !== undefined && { classes },
      ...features.size > 0 && { features },
      notes: [...folders?.note === undefined ? labelNotes : [folders.note], ...notes, ...await this.#plan.notes(count, signal)],
    };
  }

  async entries({ range, skip = 0, signal }: Pick<ReadOptions, 'range' | 'skip' | 'signal'>): Promise<Entries> {
    const { start = 0, end = Infinity } = range ?? {};
    if (typeof start !== 'number' || typeof end !== 'number') throw new ImgstoreError('BAD_OPTION', 'a range of a list is from number to number');
    const toEntry = this.#toEntry(await this.#schema(signal));
    return new RowEntries(await this.#plan.table.open(), { from: start + skip, to: end, signal }, toEntry);
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

  #survey(signal?: AbortSignal): Promise<Surveyed> {
    const { table, columns, classes, isList, survey } = this.#plan;
    const options = { columns, ...classes !== undefined && { classes }, ...signal !== undefined && { signal } };
    const files = [table.path, ...classes === undefined ? [] : [classes.path]];
    return this.#surveyed.get(() => survey.get(files, () => (isList ? surveyList(table, options) : surveyTable(table, options))));
  }

  async #schema(signal?: AbortSignal): Promise<Schema> {
    return this.#plan.isList ? listSchema(this.#plan.classes) : (await this.#survey(signal)).schema;
  }

  #openRows(): Promise<RowAccess> {
    return this.#rows.get(async () => RowAccess.open(this.#plan.table, await this.#schema()));
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

  /** What folders mean, where the table says nothing of classes: also a column of labels that are all null says that there are none. */
  #foldersFor({ labels, roles, isTyped }: Schema): ClassRule | undefined {
    const isSaid = labels !== undefined || roles.className !== undefined || (isTyped && roles.label !== undefined);
    return isSaid ? undefined : this.#folders ??= this.#plan.folders?.();
  }

  #toEntry(schema: Schema): (row: Row) => Entry {
    const { table } = this.#plan;
    const folders = this.#foldersFor(schema);
    const paths = new RootedPaths(this.#plan.paths);
    return (row) => {
      try {
        if (row.error !== undefined) throw row.error;
        const { file, key, label, className, features } = rowContent(row, schema);
        const entry = { key, features, ...typeof label === 'number' && { label }, ...className !== undefined && { className } };
        try {
          const path = paths.resolve(file);
          const folder = label === undefined ? firstFolder(file) : undefined;
          return { ...entry, ...folder !== undefined && folders?.of(folder), path };
        } catch (error) {
          return { ...entry, path: file, error: rowError(withWhere(error, row.where)) };
        }
      } catch (error) {
        return { key: '', path: table.path, features: NO_FEATURES, error: rowError(withPlace(error, { file: table.path })) };
      }
    };
  }
}

/** The folder directly below the root that a path leads into, however it is written; undefined: none, one that is passed over, or one outside. */
function firstFolder(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  const [first] = parts;
  return first === undefined || parts.length < 2 || isPassedOver(first) ? undefined : first;
}

/** An error that is told when the row's turn comes; any other is thrown. */
function rowError(error: unknown): ImgstoreError {
  if (!isImgstoreError(error)) throw error;
  return error;
}

/** What rows are read. */
interface RowRange {
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal | undefined;
}

/** Rows of a range, as entries. */
class RowEntries implements Entries {
  readonly #rows: RowReader;
  readonly #range: RowRange;
  readonly #toEntry: (row: Row) => Entry;
  readonly #breathe = breather();
  /** Rows that have come, those in front of the range too. */
  #seen = 0;

  constructor(rows: RowReader, range: RowRange, toEntry: (row: Row) => Entry) {
    this.#rows = rows;
    this.#range = range;
    this.#toEntry = toEntry;
  }

  next(): Entry | undefined | Promise<Entry | undefined> {
    const row = this.#rows.next();
    return row instanceof Promise || this.#isSkipped(row) ? this.#later(row) : this.#entryOf(row);
  }

  close(): void {
    this.#rows.close();
  }

  async #later(first: Row | undefined | Promise<Row | undefined>): Promise<Entry | undefined> {
    let next = first;
    for (;;) {
      const row = next instanceof Promise ? await next : next;
      if (!this.#isSkipped(row)) return this.#entryOf(row);
      const pause = this.#breathe();
      if (pause !== undefined) {
        await pause;
        this.#range.signal?.throwIfAborted();
      }
      next = this.#rows.next();
    }
  }

  #isSkipped(row: Row | undefined): boolean {
    if (row !== undefined) this.#seen = row.record + 1;
    return row !== undefined && row.record < Math.min(this.#range.from, this.#range.to);
  }

  #entryOf(row: Row | undefined): Entry | undefined {
    const { to } = this.#range;
    if (row !== undefined) return row.record >= to ? undefined : this.#toEntry(row);
    if (this.#seen < to && to !== Infinity) throw new ImgstoreError('CHANGED', `the range ends at row ${to}, and ${this.#seen} rows are there`);
    return undefined;
  }
}
