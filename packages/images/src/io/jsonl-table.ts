import { ImgstoreError, isImgstoreError } from '@imgstore/core';
import { parseJson } from '../wire/json.js';
import { LineReader } from './lines.js';
import { nextLine } from './list-table.js';
import { badRow } from './rows.js';
import type { Row, RowReader, Table } from './rows.js';

/** A file with a JSON object on each line. */
export function jsonlTable(path: string, mostBytes: number): Table {
  return { path, isTyped: true, open: (from) => new JsonRows(path, mostBytes, from) };
}

class JsonRows implements RowReader {
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
      if (typeof line.text === 'string' && line.text.trim() === '') continue;
      const place = { record: this.#record++, line: line.number, offset: line.offset };
      if (isImgstoreError(line.text)) return badRow(place, line.text);
      const cells = this.#parse(line.text, place);
      return isImgstoreError(cells) ? badRow(place, cells) : { ...place, cells };
    }
  }

  close(): void {
    this.#lines.close();
  }

  #parse(text: string, { record, line }: Pick<Row, 'record' | 'line'>): Row['cells'] | ImgstoreError {
    const place = { file: this.#lines.path, record };
    try {
      const value = parseJson(text);
      return value.kind === 'object' ? value.members : new ImgstoreError('CORRUPT', `line ${line}: no JSON object`, place);
    } catch (error) {
      if (isImgstoreError(error)) return new ImgstoreError(error.code, `line ${line}: ${error.what}`, place);
      throw error;
    }
  }
}
