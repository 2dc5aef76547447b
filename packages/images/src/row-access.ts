import { breather, ordinalKey, parseOrdinal } from '@imgstore/core';
import { RowIndex } from './io/row-index.js';
import type { RowPlace } from './io/row-index.js';
import type { Row, Table } from './io/rows.js';
import { rowKey } from './mapping/rows.js';
import type { Schema } from './mapping/rows.js';
import { eachRow } from './survey-table.js';

/**
 * Finds rows of a table by key: each row by its own key where no two are equal. Where two are, as in a list that names a file twice, rows are
 * known by their ordinals, and a key gives the first row that has it.
 */
export class RowAccess {
  readonly #table: Table;
  readonly #schema: Schema;
  readonly #index: RowIndex;
  readonly #hasEqualKeys: boolean;

  private constructor(table: Table, schema: Schema, index: RowIndex, hasEqualKeys: boolean) {
    this.#table = table;
    this.#schema = schema;
    this.#index = index;
    this.#hasEqualKeys = hasEqualKeys;
  }

  /** Reads the table once. @throws ImgstoreError as reading it. */
  static async open(table: Table, schema: Schema): Promise<RowAccess> {
    const index = new RowIndex();
    await eachRow(table, undefined, (row) => index.add(rowKey(row, schema) ?? '', row.offset));
    await index.finish();
    return new RowAccess(table, schema, index, await hasEqualKeys(table, schema, index));
  }

  /** What {@link find} is to be asked for, row by row. */
  async* keys(): AsyncGenerator<string, void, undefined> {
    if (this.#hasEqualKeys) {
      for (let record = 0; record < this.#index.count; record++) yield ordinalKey(record);
      return;
    }
    const rows = await this.#table.open();
    try {
      const breathe = breather();
      for (let row = await rows.next(); row !== undefined; row = await rows.next()) {
        yield rowKey(row, this.#schema) ?? '';
        await breathe();
      }
    } finally {
      rows.close();
    }
  }

  /** The row of that key, or of that ordinal where rows are known so; undefined: there is none. */
  async find(key: string): Promise<Row | undefined> {
    for (const place of this.#index.find(key)) {
      const row = await rowAt(this.#table, place);
      if (row !== undefined && rowKey(row, this.#schema) === key) return row;
    }
    const ordinal = this.#hasEqualKeys ? parseOrdinal(key) : undefined;
    const place = ordinal === undefined ? undefined : this.#index.at(ordinal);
    return place === undefined ? undefined : rowAt(this.#table, place);
  }
}

async function rowAt(table: Table, place: RowPlace): Promise<Row | undefined> {
  const rows = await table.open(place);
  try {
    return await rows.next();
  } finally {
    rows.close();
  }
}

/** Whether two rows have one key: those of equal hashes are looked at. */
async function hasEqualKeys(table: Table, schema: Schema, index: RowIndex): Promise<boolean> {
  const keys = new Set<string | undefined>();
  for (const { place, isFirst } of index.sharing()) {
    if (isFirst) keys.clear();
    const row = await rowAt(table, place);
    const key = row === undefined ? undefined : rowKey(row, schema);
    if (keys.has(key)) return true;
    keys.add(key);
  }
  return false;
}
