import { ImgstoreError, isImgstoreError, parseJson } from '@imgstore/core';
import { MOST_COLUMNS, tooManyColumns } from '../mapping/typed.js';
import { parseListLine } from '../wire/list.js';
import { LineReader } from './lines.js';
import { NO_CELLS, textCell } from './rows.js';
import type { Row, RowReader, Table } from './rows.js';
import type { TextLimit } from './text-limit.js';

/** The columns of a list. */
export const LIST_COLUMNS = { file: 'file_name', label: 'label' } as const;

/** A list of lines `path label`. @param limit of a line */
export function listTable(path: string, limit: TextLimit): Table {
  return { path, isTyped: false, open: (from) => new LineRows(new LineReader(path, limit, from?.offset), listCells, from?.record) };
}

/** A file with a JSON object on each line. @param limit of a line */
export function jsonlTable(path: string, limit: TextLimit): Table {
  return { path, isTyped: true, open: (from) => new LineRows(new LineReader(path, limit, from?.offset), jsonCells, from?.record) };
}

/** The cells of a line; undefined for an empty one. @throws ImgstoreError CORRUPT, LIMIT. */
type ParseLine = (text: string) => Row['cells'] | undefined;

function listCells(text: string): Row['cells'] | undefined {
  const line = parseListLine(text);
  if (line === undefined) return undefined;
  if (line.label === undefined) throw new ImgstoreError('CORRUPT', 'no label behind the path; each line is "path label"');
  return new Map([[LIST_COLUMNS.file, textCell(line.path)], [LIST_COLUMNS.label, textCell(line.label)]]);
}

function jsonCells(text: string): Row['cells'] | undefined {
  if (text.trim() === '') return undefined;
  const value = parseJson(text);
  if (value.kind !== 'object') throw new ImgstoreError('CORRUPT', 'no JSON object');
  if (value.members.size > MOST_COLUMNS) throw tooManyColumns();
  return value.members;
}

/** Rows of one line each. */
class LineRows implements RowReader {
  readonly #lines: LineReader;
  readonly #parse: ParseLine;
  #record: number;

  constructor(lines: LineReader, parse: ParseLine, record = 0) {
    this.#lines = lines;
    this.#parse = parse;
    this.#record = record;
  }

  next(): Row | undefined {
    for (;;) {
      const line = this.#lines.next();
      if (line === undefined) {
        this.#lines.checkUnchanged();
        return undefined;
      }
      const place = { where: `line ${line.number}`, offset: line.offset };
      try {
        const cells = this.#parse(line.text());
        if (cells !== undefined) return { ...place, record: this.#record++, cells };
      } catch (error) {
        if (!isImgstoreError(error)) throw error;
        return { ...place, record: this.#record++, cells: NO_CELLS, error: new ImgstoreError(error.code, `${place.where}: ${error.what}`, { file: this.#lines.path }) };
      }
    }
  }

  close(): void {
    this.#lines.close();
  }
}
