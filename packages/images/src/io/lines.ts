import { decodeUtf8, ImgstoreError } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { textTooLong } from './text-limit.js';
import type { TextLimit } from './text-limit.js';

/** Where lines come from. */
export type LineSource = Omit<FileReader, 'read'>;

/** A line of a file, without its end. */
export interface Line {
  /** To be asked for before the next line is read. @throws ImgstoreError CORRUPT when it is not UTF-8, or holds a CR. */
  readonly text: () => string;
  /** From 1. */
  readonly number: number;
  /** Of its first byte in the file. */
  readonly offset: number;
}

const PIECE_BYTES = 256 * 1024;
/** Where one line is wanted, and not those behind it. */
const SMALL_PIECE_BYTES = 4096;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The lines of a UTF-8 file, one after the other, in memory for one of them. LF and CRLF end a line; a byte order mark is passed over. */
export class LineReader {
  readonly path: string;
  readonly #reader: LineSource;
  readonly #limit: TextLimit;
  readonly #pieceBytes: number;
  #buffer: Uint8Array;
  #start = 0;
  #end = 0;
  /** In the file, of `#end`. */
  #position: number;
  #number = 0;

  /**
   * @param source a path, or what is open and closed with the lines
   * @param limit of a line
   * @param from where the first line begins; numbers of lines count from there, and few bytes are read at once
   * @throws ImgstoreError NOT_FOUND, UNSUPPORTED, IO.
   */
  constructor(source: string | LineSource, limit: TextLimit, from = 0) {
    this.#reader = typeof source === 'string' ? openFileReader(source) : source;
    this.path = this.#reader.path;
    this.#limit = limit;
    this.#position = from;
    this.#pieceBytes = from === 0 ? PIECE_BYTES : SMALL_PIECE_BYTES;
    this.#buffer = new Uint8Array(this.#pieceBytes);
  }

  /** The next line; undefined at the end. A file that ends with a line end has no empty line behind it. @throws ImgstoreError LIMIT, CHANGED, IO. */
  next(): Line | undefined {
    let found = this.#buffer.subarray(this.#start, this.#end).indexOf(LINE_FEED);
    while (found < 0 && this.#position < this.#reader.size) {
      const searched = this.#end - this.#start;
      this.#fill();
      const more = this.#buffer.subarray(this.#start + searched, this.#end).indexOf(LINE_FEED);
      found = more < 0 ? -1 : searched + more;
    }
    const length = found < 0 ? this.#end - this.#start : found;
    if (found < 0 && length === 0) return undefined;
    const offset = this.#position - (this.#end - this.#start);
    const bytes = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += found < 0 ? length : length + 1;
    this.#number++;
    return { text: () => decodeLine(bytes, offset === 0, this.path), number: this.#number, offset };
  }

  /** @throws ImgstoreError CHANGED. */
  checkUnchanged(): void {
    this.#reader.checkUnchanged();
  }

  close(): void {
    this.#reader.close();
  }

  /** Reads on behind the bytes that are not used up. */
  #fill(): void {
    const rest = this.#end - this.#start;
    if (rest > this.#limit.bytes) {
      throw textTooLong(this.#limit, `line ${this.#number + 1}`, { needed: this.#reader.size, file: this.path, offset: this.#position - rest });
    }
    const length = Math.min(this.#pieceBytes, this.#reader.size - this.#position);
    if (rest + length > this.#buffer.length) {
      const larger = new Uint8Array(2 * (rest + length));
      larger.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = larger;
    } else this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#reader.readExactly(this.#buffer.subarray(rest, rest + length), this.#position);
    this.#start = 0;
    this.#end = rest + length;
    this.#position += length;
  }
}

function decodeLine(bytes: Uint8Array, isFirst: boolean, file: string): string {
  const start = isFirst && BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  const text = decodeUtf8(bytes.subarray(start, Math.max(start, end)));
  if (text === undefined) throw new ImgstoreError('CORRUPT', 'not UTF-8', { file });
  // Lines that end with CR alone would be one, and the labels of all files parts of a name.
  if (text.includes('\r')) throw new ImgstoreError('CORRUPT', 'a carriage return within the line; lines end with LF or CRLF', { file });
  return text;
}

/** The whole text of a file of at most so many bytes. @throws ImgstoreError CORRUPT where it is not UTF-8, LIMIT, IO, NOT_FOUND. */
export function readText(path: string, mostBytes: number): string {
  const reader = openFileReader(path);
  try {
    if (reader.size > mostBytes) throw new ImgstoreError('LIMIT', `a text of ${reader.size} bytes; at most ${mostBytes} are read`, { file: path });
    const bytes = new Uint8Array(reader.size);
    reader.readExactly(bytes, 0);
    reader.checkUnchanged();
    const text = decodeUtf8(bytes);
    if (text === undefined) throw new ImgstoreError('CORRUPT', 'not UTF-8', { file: path, offset: 0 });
    return text;
  } finally {
    reader.close();
  }
}
