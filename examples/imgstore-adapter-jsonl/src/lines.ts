import { ImgstoreError, limitError } from '@imgstore/core';
import type { FileReader } from '@imgstore/core/files';

/** One line of a file, without its line end. */
export interface Line {
  /** A view, valid until the next line is asked for. */
  readonly bytes: Uint8Array;
  /** The first byte of the line in the file. */
  readonly offset: number;
  /** With the line end. */
  readonly length: number;
  /** Whether a line end follows. */
  readonly isEnded: boolean;
}

const LINE_END = 0x0a;
const PIECE_BYTES = 64 * 1024;
/** V8 has no longer strings. */
const LONGEST_STRING = 2 ** 29 - 24;

/** The lines of a file, one after the other, in one buffer that is as large as the longest of them. */
export class LineReader {
  readonly #file: FileReader;
  readonly #mostBytes: number;
  #buffer = new Uint8Array(PIECE_BYTES);
  /** Where the buffer begins in the file. */
  #base = 0;
  /** The next line and the end of what was read, in the buffer. */
  #start = 0;
  #end = 0;

  /** @param mostBytes the most bytes of a line. */
  constructor(file: FileReader, mostBytes: number) {
    this.#file = file;
    this.#mostBytes = mostBytes;
  }

  /** The next line, undefined at the end. @throws ImgstoreError IO, LIMIT, UNSUPPORTED for a line of 512 MiB. */
  next(): Line | undefined {
    for (let searched = this.#start; ;) {
      const at = this.#buffer.subarray(0, this.#end).indexOf(LINE_END, searched);
      if (at >= 0) return this.#take(at, true);
      const length = this.#end - this.#start;
      this.#requireShort(length);
      if (!this.#fill()) return length === 0 ? undefined : this.#take(this.#end, false);
      searched = this.#start + length;
    }
  }

  #take(end: number, isEnded: boolean): Line {
    const start = this.#start;
    this.#requireShort(end - start);
    this.#start = isEnded ? end + 1 : end;
    return { bytes: this.#buffer.subarray(start, end), offset: this.#base + start, length: this.#start - start, isEnded };
  }

  /** Reads on, with the begun line moved to the front; false at the end of the file. */
  #fill(): boolean {
    const length = this.#end - this.#start;
    const target = length + PIECE_BYTES > this.#buffer.length ? new Uint8Array(2 * this.#buffer.length) : this.#buffer;
    target.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = target;
    this.#base += this.#start;
    this.#start = 0;
    const got = this.#file.read(target.subarray(length, length + PIECE_BYTES), this.#base + length);
    this.#end = length + got;
    return got > 0;
  }

  #requireShort(length: number): void {
    const place = { file: this.#file.path, offset: this.#base + this.#start };
    if (length > LONGEST_STRING) throw new ImgstoreError('UNSUPPORTED', `a line of more than ${LONGEST_STRING} bytes`, place);
    if (length > this.#mostBytes) throw limitError('record', length, `a line of more than ${this.#mostBytes} bytes`, place);
  }
}
