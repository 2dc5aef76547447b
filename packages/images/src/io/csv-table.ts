import { pipeline, Readable } from 'node:stream';
import { breather, decodeUtf8, ImgstoreError, isImgstoreError, Once, quote } from '@imgstore/core';
import { openFileReader, readHead } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import type { Info, Parser } from 'csv-parse';
import { withWhere } from '../mapping/rows.js';
import { MOST_COLUMNS, tooManyColumns } from '../mapping/typed.js';
import { NO_CELLS, textCell } from './rows.js';
import type { Row, RowReader, Table } from './rows.js';
import { textTooLong } from './text-limit.js';
import type { TextLimit } from './text-limit.js';

const PIECE_BYTES = 64 * 1024;
/** Where one row is wanted, and not those behind it. */
const SMALL_PIECE_BYTES = 2048;
/** So many pieces may be on their way to the parser. */
const PIECES_AHEAD = 8;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A table of comma-, semicolon- or tab-separated values (RFC 4180) with a header; rows end with CRLF, LF or CR. @param limit of a row */
export function csvTable(path: string, limit: TextLimit): Table {
  const header = new Once<Header>();
  return {
    path,
    isTyped: false,
    open: async (from) => {
      const { columns, delimiter, end } = await header.get(() => readHeader(path, limit));
      const raw = await RawRows.open(path, { limit, delimiter, from: from?.offset ?? end, pieceBytes: from === undefined ? PIECE_BYTES : SMALL_PIECE_BYTES });
      return new CsvRows(raw, columns, from?.record ?? 0);
    },
  };
}

/** The first row of a table. */
interface Header {
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** Of its last byte and one more: where the rows begin. */
  readonly end: number;
}

async function readHeader(path: string, limit: TextLimit): Promise<Header> {
  const { delimiter, start } = lookAtStart(path);
  const rows = await RawRows.open(path, { limit, delimiter, from: start, pieceBytes: SMALL_PIECE_BYTES });
  try {
    const first = await rows.next();
    if (first === undefined) throw new ImgstoreError('CORRUPT', 'an empty table; its first row names the columns', { file: path });
    if (first.fields.length > MOST_COLUMNS) throw tooManyColumns({ file: path });
    const columns = first.fields.map((bytes) => textOf(bytes, 'the header', path));
    const names = new Set<string>();
    const twice = columns.find((name) => names.size === names.add(name).size);
    if (twice !== undefined) throw new ImgstoreError('CORRUPT', `two columns are called ${quote(twice)}`, { file: path });
    return { columns, delimiter, end: rows.position };
  } finally {
    rows.close();
  }
}

/** The sign between the values of the first line, and where that begins. */
function lookAtStart(path: string): { readonly delimiter: string; readonly start: number } {
  const head = readHead(path, PIECE_BYTES);
  const start = BYTE_ORDER_MARK.every((byte, at) => head[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  const end = head.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = new TextDecoder().decode(head.subarray(start, end < 0 ? undefined : end));
  const delimiter = line.includes(',') ? ',' : line.includes('\t') ? '\t' : line.includes(';') ? ';' : ',';
  return { delimiter, start };
}

/** A row as it stands there. */
interface RawRow {
  readonly fields: readonly Uint8Array[];
  readonly offset: number;
}

/** How to read raw rows. */
interface RawOptions {
  readonly limit: TextLimit;
  readonly delimiter: string;
  /** Where the first row begins. */
  readonly from: number;
  /** So many bytes are read at once. */
  readonly pieceBytes: number;
}

/** The rows of a table without their meaning: the only place that knows the CSV parser. */
class RawRows {
  readonly path: string;
  readonly #reader: FileReader;
  readonly #records: AsyncIterator<{ readonly record: readonly Uint8Array[]; readonly info: Info }>;
  readonly #parser: Parser;
  readonly #from: number;
  readonly #pieceBytes: number;
  readonly #limit: TextLimit;
  /** In the file, behind the last row. */
  position: number;

  private constructor(reader: FileReader, parser: Parser, { from, pieceBytes, limit }: Omit<RawOptions, 'delimiter'>) {
    this.path = reader.path;
    this.#from = from;
    this.#pieceBytes = pieceBytes;
    this.#limit = limit;
    this.position = from;
    this.#reader = reader;
    this.#parser = parser;
    this.#records = this.#parser[Symbol.asyncIterator]() as AsyncIterator<{ record: Uint8Array[]; info: Info }>; // what `info` and `encoding` make of a record
    pipeline(Readable.from(this.#pieces(), { highWaterMark: 1 }), this.#parser, () => undefined); // its error is that of the iterator
  }

  /** The parser is loaded by the first table that is read. @throws ImgstoreError NOT_FOUND, UNSUPPORTED, IO. */
  static async open(path: string, { limit, delimiter, from, pieceBytes }: RawOptions): Promise<RawRows> {
    const { parse } = await import('csv-parse');
    // Fields as bytes: the parser would put U+FFFD for what is not UTF-8. Beyond the most columns all is one field, whose bytes are no objects.
    const parser = parse({
      encoding: null, info: true, delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, skip_empty_lines: true, max_record_size: limit.bytes, ignore_last_delimiters: MOST_COLUMNS + 1,
    });
    return new RawRows(openFileReader(path), parser, { from, pieceBytes, limit });
  }

  async next(): Promise<RawRow | undefined> {
    try {
      const next = await this.#records.next();
      if (next.done === true) return undefined;
      const { record, info } = next.value;
      const offset = this.position;
      this.position = this.#from + info.bytes;
      // The parser holds only single fields against the limit where they are bytes.
      if (record.reduce((sum, { length }) => sum + length, 0) > this.#limit.bytes) throw this.#tooLong(offset);
      return { fields: record, offset };
    } catch (error) {
      throw this.#explain(error);
    }
  }

  close(): void {
    this.#parser.destroy();
    this.#reader.close();
  }

  /** The parser alone would go through a long row without letting anything else run. */
  async* #pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const { size } = this.#reader;
    const breathe = breather();
    let [rows, from] = [0, this.#from];
    for (let at = from; at < size; at += this.#pieceBytes) {
      const passed = this.#parser.info.records + this.#parser.info.empty_lines;
      if (passed > rows) [rows, from] = [passed, at];
      else if (at - from > this.#limit.bytes + PIECES_AHEAD * this.#pieceBytes) throw this.#tooLong(this.position);
      const piece = Buffer.alloc(Math.min(this.#pieceBytes, size - at));
      this.#reader.readExactly(piece, at);
      yield piece;
      await breathe();
    }
    this.#reader.checkUnchanged();
  }

  #explain(error: unknown): unknown {
    if (isImgstoreError(error) || !(typeof error === 'object' && error !== null && 'code' in error && 'message' in error)) return error;
    if (error.code === 'CSV_MAX_RECORD_SIZE') return this.#tooLong(this.position);
    // A quote in the one field that is all beyond the most columns.
    if ('index' in error && Number(error.index) >= MOST_COLUMNS) return tooManyColumns({ file: this.path });
    return new ImgstoreError('CORRUPT', `no CSV: ${String(error.message).split('\n')[0]}`, { file: this.path, cause: error });
  }

  #tooLong(offset: number): ImgstoreError {
    return textTooLong(this.#limit, 'a row', { needed: this.#reader.size, file: this.path, offset });
  }
}

/** Rows with the names of their columns. */
class CsvRows implements RowReader {
  readonly #rows: RawRows;
  readonly #columns: readonly string[];
  #record: number;

  constructor(rows: RawRows, columns: readonly string[], record: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#record = record;
  }

  async next(): Promise<Row | undefined> {
    const raw = await this.#rows.next();
    if (raw === undefined) return undefined;
    const place = { record: this.#record++, where: `row ${this.#record}`, offset: raw.offset };
    try {
      return { ...place, cells: this.#cells(raw.fields, place.where) };
    } catch (error) {
      if (!isImgstoreError(error)) throw error;
      return { ...place, cells: NO_CELLS, error };
    }
  }

  close(): void {
    this.#rows.close();
  }

  #cells(fields: readonly Uint8Array[], where: string): Row['cells'] {
    const { path } = this.#rows;
    if (fields.length > MOST_COLUMNS) throw withWhere(tooManyColumns({ file: path }), where);
    if (fields.length !== this.#columns.length) {
      throw new ImgstoreError('CORRUPT', `${where}: ${fields.length} values, and the header names ${this.#columns.length} columns`, { file: path });
    }
    return new Map(this.#columns.map((column, at) => [column, textCell(textOf(fields[at] ?? new Uint8Array(0), where, path))]));
  }
}

function textOf(bytes: Uint8Array, where: string, file: string): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new ImgstoreError('CORRUPT', `${where}: not UTF-8`, { file });
  return text;
}
