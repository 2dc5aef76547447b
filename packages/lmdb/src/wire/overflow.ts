/**
 * Values that are too long for a leaf: a run of pages, of which only the first has a header.
 *
 * ```text
 * | page number w | (format 2, 3: txnid w) | pad u16 | flags u16 = 4 | pages u32 | value, to its end ... |
 * ```
 */
import { ByteCursor, escapeKey, ImgstoreError, limitError, LIMITS } from '@imgstore/core';
import type { ErrorCode } from '@imgstore/core';
import type { PageFile, Snapshot } from './meta.js';
import { NodeFlag, PageFlag } from './page.js';
import type { TreePage } from './page.js';
import type { PageSet } from './pages.js';
import type { ValueShortener } from './scan.js';

/** As much of neighbouring values as is read at once. */
const WINDOW_BYTES = 256 * 1024;
/** Owned values from here on are read into their own buffer at once, not through the window. */
const DIRECT_BYTES = 64 * 1024;
/** What is longer than this is read in pieces of it, between which the event loop runs. */
const PIECE_BYTES = 2 ** 20;
/** As much of a value as is read to make it short; a value that is not twice as long is read whole. */
const SHORT_BYTES = 72 * 1024;

/** What reading values must know. */
export interface OverflowOptions {
  /** Pages that may not be reached again. Default: not checked. */
  readonly visited?: PageSet;
  /** Longer values are LIMIT: a value may be 4 GiB long. Default 1 GiB. */
  readonly maxValueBytes?: number | undefined;
}

/** Reads values from overflow pages: neighbours at once, into a buffer that is reused. */
export class OverflowReader {
  /** Pages of the runs whose headers were read. */
  pages = 0;
  readonly #file: PageFile;
  readonly #snapshot: Snapshot;
  readonly #maxValueBytes: number;
  readonly #visited: PageSet | undefined;
  #window: Uint8Array = new Uint8Array();
  #cursor = new ByteCursor(this.#window);
  #start = 0;
  #end = 0;
  /** A long value that was loaded to be the caller's own, with its header. */
  #loaded: { readonly offset: number; readonly bytes: Uint8Array } | undefined;

  constructor(file: PageFile, snapshot: Snapshot, { visited, maxValueBytes = LIMITS.record.default }: OverflowOptions = {}) {
    this.#file = file;
    this.#snapshot = snapshot;
    this.#maxValueBytes = maxValueBytes;
    this.#visited = visited;
  }

  /** Whether the value of the leaf's selected node would be read without touching the bytes of earlier ones. */
  isAtHand(leaf: TreePage): boolean {
    const start = leaf.referencePage * this.#snapshot.pageSize;
    return start >= this.#start && start + this.#snapshot.layout.headerLength + leaf.valueLength <= this.#end;
  }

  /** Whether the value of the leaf's selected node is so long that it is to be loaded before it is read. */
  isLong(leaf: TreePage): boolean {
    return leaf.valueLength > PIECE_BYTES && !this.isAtHand(leaf) && this.#loaded?.offset !== leaf.referencePage * this.#snapshot.pageSize;
  }

  /** Reads a long value in pieces, with pauses, so that `read` has it at hand. Throws as `read`. */
  async load(leaf: TreePage, options: { readonly borrow: boolean }, pause: () => Promise<void> | undefined): Promise<void> {
    const { offset } = this.#check(leaf);
    const length = this.#snapshot.layout.headerLength + leaf.valueLength;
    const bytes = options.borrow ? this.#room(length) : new Uint8Array(length);
    for (let at = 0; at < length; at += PIECE_BYTES) {
      this.#file.readExactly(bytes.subarray(at, Math.min(length, at + PIECE_BYTES)), offset + at);
      await pause();
    }
    if (options.borrow) this.#hold(offset, length);
    else this.#loaded = { offset, bytes };
  }

  /**
   * The value of the leaf's node `index`, which is selected and on overflow pages. `borrow`: a view, valid until a
   * value is read that is not at hand; else the caller's own.
   * @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT with page number, offset and key.
   */
  read(leaf: TreePage, index: number, options: { readonly borrow: boolean }): Uint8Array {
    const run = this.#check(leaf);
    const { headerLength } = this.#snapshot.layout;
    const length = headerLength + leaf.valueLength;
    if (!options.borrow && leaf.valueLength >= DIRECT_BYTES) {
      const bytes = this.#takeLoaded(run) ?? this.#readOwn(run.offset, length);
      this.#checkHeader(new ByteCursor(bytes), run, leaf);
      return bytes.subarray(headerLength);
    }
    if (!this.isAtHand(leaf)) this.#fill(run.offset, Math.max(length, this.#neighbours(leaf, index) - run.offset));
    const at = run.offset - this.#start;
    this.#cursor.position = at;
    this.#checkHeader(this.#cursor, run, leaf);
    const value = this.#window.subarray(at + headerLength, at + length);
    return options.borrow ? value : new Uint8Array(value);
  }

  /** A short form of the selected node's value, where the shortener makes one of it; the caller's own. Throws as `read`. */
  readShort(leaf: TreePage, shortener: ValueShortener | undefined): Uint8Array | undefined {
    if (shortener === undefined || shortener.isOver || leaf.valueLength < 2 * SHORT_BYTES || this.isAtHand(leaf)) return undefined;
    const run = this.#check(leaf);
    const { headerLength } = this.#snapshot.layout;
    this.#fill(run.offset, headerLength + SHORT_BYTES);
    this.#cursor.position = 0;
    const pages = this.#readHeader(this.#cursor, run, leaf);
    const read = (from: number): Uint8Array => this.#readOwn(run.offset + headerLength + from, leaf.valueLength - from);
    const short = shortener.shorten(this.#window.subarray(headerLength, headerLength + SHORT_BYTES), leaf.valueLength, read);
    if (short !== undefined) this.#take(run, pages, leaf);
    return short;
  }

  /** Checks the reference of the selected node and takes its pages, without reading the value. */
  step(leaf: TreePage): void {
    const run = this.#check(leaf);
    this.#take(run, run.needed, leaf);
  }

  #check(leaf: TreePage): Run {
    const { layout, pageSize, lastPage } = this.#snapshot;
    const page = leaf.referencePage;
    const pages = leaf.referencePages;
    const needed = Math.ceil((layout.headerLength + leaf.valueLength) / pageSize);
    const offset = page * pageSize;
    if (page < 2 || page + needed - 1 > lastPage || (pages !== undefined && (pages < needed || page + pages - 1 > lastPage))) {
      throw this.#fault('CORRUPT', `page ${leaf.number} is damaged: a value of ${leaf.valueLength} bytes from page ${page} on is not inside the database, whose pages are 2 to ${lastPage}`,
        leaf.offsetOf(leaf.dataStart), leaf);
    }
    if (leaf.valueLength > this.#maxValueBytes) {
      throw limitError('record', leaf.valueLength, `the value has ${leaf.valueLength} bytes, above the limit of ${this.#maxValueBytes}`, { offset, key: escapeKey(leaf.key()) });
    }
    if (offset + layout.headerLength + leaf.valueLength > this.#file.size) {
      throw this.#fault('TRUNCATED', `the value on page ${page} runs past the end of the file, which has ${this.#file.size} bytes`, offset, leaf);
    }
    return { page, pages, needed, offset };
  }

  /** Checks the header of the run that the cursor is at, and takes its pages. */
  #checkHeader(cursor: ByteCursor, run: Run, leaf: TreePage): void {
    this.#take(run, this.#readHeader(cursor, run, leaf), leaf);
  }

  /** How many pages the run has that the cursor is at, by its header. */
  #readHeader(cursor: ByteCursor, run: Run, leaf: TreePage): number {
    const { layout, txnid, lastPage } = this.#snapshot;
    const damaged = (what: string, at: number): ImgstoreError => this.#fault('CORRUPT', `page ${run.page} is damaged: ${what}`, run.offset + at, leaf);
    const word = (): number => {
      const low = cursor.u32le();
      return layout.wordLength === 4 ? low : cursor.u32le() * 0x1_0000_0000 + low;
    };
    const number = word();
    if (number !== run.page) throw damaged(`it says it is page ${number}`, 0);
    if (layout.dataFormat !== 1) {
      const writer = word();
      if (writer < 1 || writer > txnid) throw damaged(`it was written by transaction ${writer}, the newest is ${txnid}`, layout.wordLength);
    }
    cursor.skip(2);
    const flags = cursor.u16le();
    const pages = cursor.u32le();
    if (flags !== PageFlag.overflow) throw damaged(`it should hold a value, its flags are 0x${flags.toString(16)}`, layout.flagsAt);
    if (pages < run.needed || run.page + pages - 1 > lastPage || (run.pages !== undefined && pages !== run.pages)) {
      throw damaged(`a value of ${leaf.valueLength} bytes is on ${pages} pages`, layout.lowerAt);
    }
    return pages;
  }

  #take(run: Run, pages: number, leaf: TreePage): void {
    this.pages += pages;
    try {
      this.#visited?.add(run.page, pages);
    } catch (error) {
      throw this.#fault('CORRUPT', `${(error as Error).message}, once by the value on page ${run.page}`, run.offset, leaf);
    }
  }

  /** The end of the values that follow node `index` both in the leaf and in the file, as far as the window goes. Selects `index` again. */
  #neighbours(leaf: TreePage, index: number): number {
    const { layout: { headerLength }, pageSize } = this.#snapshot;
    const start = leaf.referencePage * pageSize;
    let end = start;
    let node = index;
    do {
      const next = leaf.referencePage;
      if (node > index && next * pageSize !== Math.ceil(end / pageSize) * pageSize) break;
      const valueEnd = next * pageSize + headerLength + leaf.valueLength;
      if (valueEnd - start > WINDOW_BYTES || valueEnd > this.#file.size) break;
      end = valueEnd;
      if (++node < leaf.count) leaf.select(node);
    } while (node < leaf.count && leaf.nodeFlags === NodeFlag.overflow);
    leaf.select(index);
    return end;
  }

  #takeLoaded({ offset }: Run): Uint8Array | undefined {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    return loaded?.offset === offset ? loaded.bytes : undefined;
  }

  #readOwn(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#file.readExactly(bytes, offset);
    return bytes;
  }

  #fill(start: number, length: number): void {
    this.#file.readExactly(this.#room(length), start);
    this.#hold(start, length);
  }

  /** The first bytes of the window, which then holds nothing. */
  #room(length: number): Uint8Array {
    this.#end = this.#start = 0;
    if (this.#window.length < length) {
      this.#window = new Uint8Array(Math.max(length, Math.min(WINDOW_BYTES, this.#file.size)));
      this.#cursor = new ByteCursor(this.#window);
    }
    return this.#window.subarray(0, length);
  }

  /** That the window begins with these bytes of the file. */
  #hold(start: number, length: number): void {
    this.#start = start;
    this.#end = start + length;
  }

  #fault(code: ErrorCode, what: string, offset: number, leaf: TreePage): ImgstoreError {
    return new ImgstoreError(code, what, { offset, key: escapeKey(leaf.key()) });
  }
}

interface Run {
  readonly page: number;
  /** Formats 2 and 3: the length of the run, as the reference says it. */
  readonly pages: number | undefined;
  /** The pages that the value needs. A run may be longer: overwriting by a shorter value keeps it. */
  readonly needed: number;
  readonly offset: number;
}
