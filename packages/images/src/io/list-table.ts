import { ImgstoreError, isImgstoreError, withPlace } from '@imgstore/core';
import { parseListLine } from '../wire/list.js';
import { LineReader } from './lines.js';
import { badRow, textCell } from './rows.js';
import type { Row, RowReader, Table } from './rows.js';

/** The columns of a list. */
export const LIST_COLUMNS = { file: 'file_name', label: 'label' } as const;

/** A list of lines `path label`. */
export function listTable(path: string, mostBytes: number): Table {
  return { path, isTyped: false, open: (from) => new ListRows(path, mostBytes, from) };
}

class ListRows implements RowReader {
  readonly #lines: LineReader;
  #record: number;

  constructor(path: string, mostBytes: number, from: Pick<Row, 'offset' | 'record'> = { offset: 0, record: 0 }) {
    this.#lines = new LineReader(path, mostBytes, from.offset);
    this.#record = from.record;
  }

  next(): Row | undefined {
    for (;;) {
      const line = nextLine(this.#lines);
      if (line === undefined) {
        this.#lines.checkUnchanged();
        return undefined;
      }
      const place = { record: this.#record, line: line.number, offset: line.offset };
      if (isImgstoreError(line.text)) {
        this.#record++;
        return badRow(place, line.text);
      }
      const parts = parseListLine(line.text);
      if (parts === undefined) continue;
      this.#record++;
      const { path, label } = parts;
      if (label === undefined) return badRow(place, new ImgstoreError('CORRUPT', `line ${line.number}: no label behind the path; each line is "path label"`, { file: this.#lines.path, record: place.record }));
      return { ...place, cells: new Map([[LIST_COLUMNS.file, textCell(path)], [LIST_COLUMNS.label, textCell(label)]]) };
    }
  }

  close(): void {
    this.#lines.close();
  }
}

/** A line, or the error of one that is no text: the lines behind it can be read. @throws ImgstoreError LIMIT, IO, CHANGED. */
export function nextLine(lines: LineReader): { readonly text: string | ImgstoreError; readonly number: number; readonly offset: number } | undefined {
  try {
    return lines.next();
  } catch (error) {
    if (!isImgstoreError(error, 'CORRUPT')) throw error;
    return { text: withPlace(error, { file: lines.path }) as ImgstoreError, number: lines.number, offset: error.offset ?? 0 }; // it was one before
  }
}
