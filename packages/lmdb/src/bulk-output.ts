import type { StagedFile } from '@imgstore/core/files';
import { overflowPages } from './wire/build-node.js';
import { writeOverflowHeader, type PageBuilder } from './wire/build-page.js';
import type { BuildFormat } from './wire/build-format.js';

/** Small enough to stay in the cache while values are copied through it. */
const BUFFER_BYTES = 2 ** 20;
/** What is at least this long is written from where it is. */
const DIRECT_BYTES = BUFFER_BYTES / 4;
/** A value above this is written in pieces, with pauses for the event loop. */
const PIECE_BYTES = 2 ** 24;

/** Pages on their way to the file, one after the other, through one buffer. */
export class PageOutput {
  readonly #file: StagedFile;
  readonly #format: BuildFormat;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #pause: () => Promise<void> | undefined;
  #used = 0;
  #nextPage = 0;
  #overflowPages = 0;

  /** `pause` is called between the pieces of a very large value. */
  constructor(file: StagedFile, format: BuildFormat, pause: () => Promise<void> | undefined) {
    this.#file = file;
    this.#format = format;
    this.#pause = pause;
    this.#buffer = new Uint8Array(BUFFER_BYTES);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** The number of the next page, which is also how many there are. */
  get nextPage(): number {
    return this.#nextPage;
  }

  /** Pages in overflow runs so far. */
  get overflowPages(): number {
    return this.#overflowPages;
  }

  /** Writes a tree page and returns its number. */
  writePage(page: PageBuilder): number {
    const number = this.#nextPage++;
    this.#write(page.seal(number));
    return number;
  }

  /** Keeps the next pages for content that is known at the end. */
  reservePages(count: number): void {
    this.#nextPage += count;
    this.#zeros(count * this.#format.pageSize);
  }

  /** Writes a value as an overflow run from `nextPage`. Gives a promise for a very large one: its bytes are needed until then. */
  writeRun(parts: readonly Uint8Array[], valueLength: number): void | Promise<void> {
    const pages = overflowPages(this.#format, valueLength);
    const { headerLength, pageSize } = this.#format;
    const at = this.#room(headerLength);
    writeOverflowHeader(this.#view, at, this.#format, this.#nextPage, pages);
    this.#nextPage += pages;
    this.#overflowPages += pages;
    const slack = pages * pageSize - headerLength - valueLength;
    if (valueLength > PIECE_BYTES) return this.#writeInPieces(parts).then(() => this.#zeros(slack));
    for (const part of parts) this.#write(part);
    this.#zeros(slack);
  }

  /** Passes on what is in the buffer. */
  flush(): void {
    if (this.#used === 0) return;
    this.#file.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  async #writeInPieces(parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) {
      for (let from = 0; from < part.length; from += PIECE_BYTES) {
        this.#write(part.subarray(from, from + PIECE_BYTES));
        await this.#pause();
      }
    }
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length >= DIRECT_BYTES) {
      this.flush();
      this.#file.write(bytes);
      return;
    }
    const room = BUFFER_BYTES - this.#used;
    if (bytes.length <= room) {
      this.#buffer.set(bytes, this.#used);
      this.#used += bytes.length;
    } else {
      this.#buffer.set(bytes.subarray(0, room), this.#used);
      this.#used = BUFFER_BYTES;
      this.flush();
      this.#buffer.set(bytes.subarray(room));
      this.#used = bytes.length - room;
    }
  }

  #zeros(count: number): void {
    const at = this.#room(count);
    this.#buffer.fill(0, at, at + count);
  }

  /** Makes at most two pages' worth of bytes in the buffer, all in one piece; returns where. */
  #room(count: number): number {
    if (BUFFER_BYTES - this.#used < count) this.flush();
    const at = this.#used;
    this.#used += count;
    return at;
  }
}
