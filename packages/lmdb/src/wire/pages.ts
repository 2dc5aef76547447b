/** Finding pages in the file: every one is inside the database and inside the file, and reached once. */
import { ByteCursor, ImgstoreError } from '@imgstore/core';
import type { PageFile, Snapshot } from './meta.js';

/** A set of page numbers with room for the pages that the file holds: its size comes from the file, not from a claim in it. */
export class PageSet {
  readonly #bits: Uint32Array;

  constructor(file: PageFile, pageSize: number) {
    this.#bits = new Uint32Array(Math.ceil(Math.ceil(file.size / pageSize) / 32));
  }

  /**
   * Adds `count` pages from `first`. Pages behind the end of the file are not kept.
   * @throws ImgstoreError CORRUPT when one of them is there already.
   */
  add(first: number, count: number): void {
    const bits = this.#bits;
    const end = Math.min(first + count, bits.length * 32);
    for (let page = first; page < end; page++) {
      const word = page >>> 5;
      const bit = 1 << (page & 31);
      const old = bits[word] as number;
      if ((old & bit) !== 0) throw new ImgstoreError('CORRUPT', `page ${page} is reached twice`);
      bits[word] = old | bit;
    }
  }
}

/** The offset of a page of the tree. @throws ImgstoreError CORRUPT (outside the database), TRUNCATED (outside the file). */
export function pageOffset(page: number, file: PageFile, snapshot: Snapshot): number {
  if (page < 2 || page > snapshot.lastPage) {
    throw new ImgstoreError('CORRUPT', `page ${page} is outside the database, whose pages are 2 to ${snapshot.lastPage}`);
  }
  const offset = page * snapshot.pageSize;
  if (offset + snapshot.pageSize > file.size) {
    throw new ImgstoreError('TRUNCATED', `page ${page} is beyond the end of the file, which has ${file.size} bytes`, { offset });
  }
  return offset;
}

/** Pages that lie next to each other, read at once into one buffer that is reused. */
export class PageWindow {
  readonly #file: PageFile;
  readonly #snapshot: Snapshot;
  #bytes: Uint8Array = new Uint8Array();
  #cursor = new ByteCursor(this.#bytes);
  #first = 0;
  #count = 0;

  constructor(file: PageFile, snapshot: Snapshot) {
    this.#file = file;
    this.#snapshot = snapshot;
  }

  has(page: number): boolean {
    return page >= this.#first && page < this.#first + this.#count;
  }

  /** Reads `count` pages from `first`, of which the first is known to be in the file; those behind its end are left out. */
  read(first: number, count: number): void {
    const { pageSize } = this.#snapshot;
    const there = Math.min(count, Math.floor(this.#file.size / pageSize) - first);
    const length = there * pageSize;
    this.#count = 0;
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    this.#file.readExactly(this.#bytes.subarray(0, length), first * pageSize);
    this.#cursor = new ByteCursor(this.#bytes, { base: first * pageSize });
    this.#first = first;
    this.#count = there;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** A cursor at the start of that page, which the window has. */
  at(page: number): ByteCursor {
    this.#cursor.position = (page - this.#first) * this.#snapshot.pageSize;
    return this.#cursor;
  }
}
