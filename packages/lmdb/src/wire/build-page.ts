import type { BuildFormat } from './build-format.js';
import { NODE_KEY, TXNID, writeWord, type ByteArea } from './build-node.js';

// Page header (lmdb-format.md 4): u64 page number; formats 2 and 3: u64 txnid; u16 pad; u16 flags; then u16 lower, u16 upper
// in a tree page, u32 number of pages in the first page of an overflow run. Pointers (u16) follow, nodes are at the page's end.

/** What a tree page is. */
export type PageKind = 'branch' | 'leaf';

const FLAGS: Readonly<Record<PageKind, number>> = { branch: 0x01, leaf: 0x02 };
const OVERFLOW_FLAGS = 0x04;

/** A branch or leaf page that is being filled, node by node, in key order. Its bytes are used again for the next page. */
export class PageBuilder implements ByteArea {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #format: BuildFormat;
  readonly #kind: PageKind;
  #count = 0;
  #lower: number;
  #upper: number;

  constructor(format: BuildFormat, kind: PageKind) {
    this.#format = format;
    this.#kind = kind;
    this.bytes = new Uint8Array(format.pageSize);
    this.view = new DataView(this.bytes.buffer);
    this.#lower = format.headerLength;
    this.#upper = format.pageSize;
  }

  /** Nodes so far. */
  get count(): number {
    return this.#count;
  }

  /** Where the newest node starts. */
  get last(): number {
    return this.#upper;
  }

  /** Whether there is room for a node and its pointer. */
  fits(nodeLength: number): boolean {
    return this.#upper - this.#lower >= nodeLength + 2;
  }

  /** Makes a node of a length that fits, and returns where its bytes belong: all of them are the caller's to write. */
  reserve(nodeLength: number): number {
    this.#upper -= nodeLength;
    this.view.setUint16(this.#lower, this.#upper - this.#format.pointerBase, true);
    this.#lower += 2;
    this.#count++;
    return this.#upper;
  }

  /** Takes the newest node, of that length, off again. */
  removeLast(nodeLength: number): void {
    this.#upper += nodeLength;
    this.#lower -= 2;
    this.#count--;
  }

  /** A view of the first node's key. */
  firstKey(): Uint8Array {
    const key = this.view.getUint16(this.#format.headerLength, true) + this.#format.pointerBase + NODE_KEY;
    return this.bytes.subarray(key, key + this.view.getUint16(key - 2, true));
  }

  /** Writes the header, and returns the page: a view, valid until the builder is used again. */
  seal(pageNumber: number): Uint8Array {
    const { lowerAt, upperAt, pointerBase } = this.#format;
    writePageHeader(this.view, 0, this.#format, pageNumber, FLAGS[this.#kind]);
    this.view.setUint16(lowerAt, this.#lower - pointerBase, true);
    this.view.setUint16(upperAt, this.#upper - pointerBase, true);
    this.bytes.fill(0, this.#lower, this.#upper);
    return this.bytes;
  }

  /** Makes it an empty page. */
  clear(): void {
    this.#count = 0;
    this.#lower = this.#format.headerLength;
    this.#upper = this.#format.pageSize;
  }
}

/** Writes the header of an overflow run's first page at `at`; the value comes right after it. */
export function writeOverflowHeader(view: DataView, at: number, format: BuildFormat, pageNumber: number, pages: number): void {
  writePageHeader(view, at, format, pageNumber, OVERFLOW_FLAGS);
  view.setUint32(at + format.lowerAt, pages, true);
}

function writePageHeader(view: DataView, at: number, format: BuildFormat, pageNumber: number, flags: number): void {
  writeWord(view, at, pageNumber);
  if (format.dataFormat !== 1) writeWord(view, at + format.wordLength, TXNID);
  view.setUint16(at + format.flagsAt - 2, 0, true); // pad
  view.setUint16(at + format.flagsAt, flags, true);
}
