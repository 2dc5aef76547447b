import type { StagedFile } from '@imgstore/core/files';
import { overflowPages } from './wire/build-node.js';
import { writeOverflowHeader, type PageBuilder } from './wire/build-page.js';
import type { BuildFormat } from './wire/build-format.js';
import type { ByteArea } from './wire/build-node.js';

/** Small enough to stay in the cache while values are copied through it. */
const BUFFER_BYTES = 2 ** 20;
/** What is at least this long is written from where it is. */
const DIRECT_BYTES = BUFFER_BYTES / 4;
/** A value above this is written in pieces, with pauses for the event loop. */
const PIECE_BYTES = 2 ** 24;

/** Pages on their way to the file, one after the other, through two buffers: one is filled while the other is written. */
export class PageOutput {
  readonly #file: StagedFile;
  readonly #format: BuildFormat;
  readonly #pause: () => Promise<void> | undefined;
  #buffer: ByteArea = newArea(BUFFER_BYTES);
  #other: ByteArea = newArea(BUFFER_BYTES);
  #writing: Promise<void> | undefined;
  #isAside = true;
  #used = 0;
  #nextPage = 0;
  #overflowPages = 0;

  /** `pause` is called between the pieces of a very large value. */
  constructor(file: StagedFile, format: BuildFormat, pause: () => Promise<void> | undefined) {
    this.#file = file;
    this.#format = format;
    this.#pause = pause;
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

  /** Writes a value as an overflow run from `nextPage`. Gives a promise for a large one: its bytes are needed until then. */
  writeRun(parts: readonly Uint8Array[], valueLength: number): void | Promise<void> {
    // It is written from where it is, and nothing is while a buffer is being written.
    if (this.#writing !== undefined && valueLength >= DIRECT_BYTES) return this.#writing.then(() => this.writeRun(parts, valueLength));
    const pages = overflowPages(this.#format, valueLength);
    const { headerLength, pageSize } = this.#format;
    const at = this.#room(headerLength);
    writeOverflowHeader(this.#buffer.view, at, this.#format, this.#nextPage, pages);
    this.#nextPage += pages;
    this.#overflowPages += pages;
    const slack = pages * pageSize - headerLength - valueLength;
    if (valueLength > PIECE_BYTES) return this.#writeInPieces(parts).then(() => this.#zeros(slack));
    for (const part of parts) this.#write(part);
    this.#zeros(slack);
  }

  /** To be waited for before more is put: a buffer is still being written, and the other one is half full. */
  get busy(): Promise<void> | undefined {
    return this.#used >= BUFFER_BYTES / 2 ? this.#writing : undefined;
  }

  /** Waits for what is being written. From then on pages are written before the call that puts them returns: for callers that cannot wait. */
  async settle(): Promise<void> {
    await this.#writing;
    this.#isAside = false;
  }

  /** Passes on what is in the buffer. After `settle`. */
  flush(): void {
    if (this.#used === 0) return;
    this.#file.write(this.#buffer.bytes.subarray(0, this.#used));
    this.#used = 0;
  }

  /** Begins to write the buffer, and goes on with the other one. */
  #handOn(): void {
    const { bytes } = this.#buffer;
    this.#writing = this.#file.writeAside(bytes.subarray(0, this.#used)).finally(() => { this.#writing = undefined; });
    // Where it fails, the file tells whoever writes next, or finishes it.
    this.#writing.catch(() => undefined);
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
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
    const at = this.#room(bytes.length); // may change the buffer
    this.#buffer.bytes.set(bytes, at);
  }

  #zeros(count: number): void {
    const at = this.#room(count);
    this.#buffer.bytes.fill(0, at, at + count);
  }

  /** Makes so many bytes in the buffer, all in one piece; returns where. */
  #room(count: number): number {
    if (this.#buffer.bytes.length - this.#used < count) {
      if (!this.#isAside) this.flush();
      else if (this.#writing === undefined) this.#handOn();
      // Several pages of 64 KiB at once: nobody could wait.
      else this.#enlarge(this.#used + count);
    }
    const at = this.#used;
    this.#used += count;
    return at;
  }

  #enlarge(length: number): void {
    const larger = newArea(2 * length);
    larger.bytes.set(this.#buffer.bytes.subarray(0, this.#used));
    this.#buffer = larger;
  }
}

function newArea(length: number): ByteArea {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}
