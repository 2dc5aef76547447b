import type { ImgstoreError, Json } from '@imgstore/core';

/** A row of a list or a manifest. */
export interface Row {
  /** From 0; a header does not count. */
  readonly record: number;
  /** `line 7` or `row 7`, for errors; of a row that was found by its offset, counted from there. */
  readonly where: string;
  /** Of its first byte in the file: where `open` can begin again. */
  readonly offset: number;
  /** By column. Text that says no type, as in CSV, is a string. */
  readonly cells: ReadonlyMap<string, Json>;
  /** Why it is none. */
  readonly error?: ImgstoreError;
}

/** The rows of a file, one after the other. `close` can be called twice. */
export interface RowReader {
  /** @throws ImgstoreError CORRUPT for what cannot be gone around, LIMIT, CHANGED, IO. */
  next(): Row | undefined | Promise<Row | undefined>;
  close(): void;
}

/** A list or a manifest. */
export interface Table {
  readonly path: string;
  /** Whether cells say whether they are numbers or texts. */
  readonly isTyped: boolean;
  /** Reads from the beginning, or from a row that is known by its offset. @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED, CORRUPT. */
  open(from?: Pick<Row, 'offset' | 'record'>): RowReader | Promise<RowReader>;
}

/** A text as a cell. */
export function textCell(value: string): Json {
  return { kind: 'string', text: value, value };
}

/** The cells of a row that is none, and has an `error`. */
export const NO_CELLS: Row['cells'] = new Map();
