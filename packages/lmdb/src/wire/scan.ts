/** All entries of a database in key order, every page and every number checked. */
import { escapeKey, ImgstoreError } from '@imgstore/core';
import { LeafWalk, nodeFor } from './leaves.js';
import { isOrdered } from './meta.js';
import type { PageFile, Snapshot } from './meta.js';
import { OverflowReader } from './overflow.js';
import { compareBytes, NodeFlag } from './page.js';
import { PageSet } from './pages.js';

/** What a scan gives. */
export interface ScanOptions {
  /** The first key wanted. Default: the first of the database. */
  readonly from?: Uint8Array;
  /** The first key not wanted any more. Default: none. */
  readonly to?: Uint8Array;
  /** Entries at the front that are not wanted. Default 0. */
  readonly skip?: number;
  /** Longer values are LIMIT. Default 1 GiB. */
  readonly maxValueBytes?: number;
  /** Entries wanted at most. Default: all. */
  readonly limit?: number;
  /** Read the values. false: `take` gets empty ones. Default true. */
  readonly values?: boolean;
  /** Makes long values short before they are read whole. Default: none. */
  readonly shortener?: ValueShortener;
  /** Keys and values are views, valid until the next `fill`. Default false: values are the caller's own; keys are views. */
  readonly borrow?: boolean;
}

/** Takes one entry. The key is a view, valid until the next `fill`; `offset` is where its value, or the reference to it, lies in the file; `flags` are its node's. */
export type TakeEntry = (key: Uint8Array, value: Uint8Array, offset: number, flags: number) => void;

/** Makes long values short. */
export interface ValueShortener {
  /** Whether no more values are to be made short. */
  readonly isOver: boolean;
  /**
   * A short form of a value, the caller's own, or undefined when it is wanted whole. Gets the first bytes of the value,
   * valid during the call, how long it is, and how to read it from a place to its end.
   */
  shorten(head: Uint8Array, length: number, read: (from: number) => Uint8Array): Uint8Array | undefined;
}

const EMPTY: Uint8Array = new Uint8Array();
const MOST_AT_ONCE = 256;

/** One pass over the entries of a database. */
export class EntryScan {
  /** Entries that were passed, skipped ones included. */
  entries = 0;
  /** Whether there are no more. */
  isDone = false;
  readonly #snapshot: Snapshot;
  readonly #options: ScanOptions;
  readonly #walk: LeafWalk;
  readonly #overflow: OverflowReader;
  readonly #isOrdered: boolean;
  readonly #ownership: { readonly borrow: boolean };
  #skip: number;
  #left: number;
  #isBegun = false;
  #hasUnreadValues = false;
  #node = 0;
  /** The sum of the nodes of this leaf so far; undefined in a leaf that was entered in its middle. */
  #nodeBytes: number | undefined = 0;
  #previousStart = 0;
  #previousLength = 0;

  constructor(file: PageFile, snapshot: Snapshot, options: ScanOptions = {}) {
    this.#snapshot = snapshot;
    this.#options = options;
    const visited = new PageSet(file, snapshot.pageSize);
    this.#walk = new LeafWalk(file, snapshot, visited);
    this.#overflow = new OverflowReader(file, snapshot, { visited, maxValueBytes: options.maxValueBytes });
    this.#isOrdered = isOrdered(snapshot);
    this.#ownership = { borrow: options.borrow ?? false };
    this.#skip = options.skip ?? 0;
    this.#left = options.limit ?? Infinity;
  }

  /** Bytes of the pages that were passed. */
  get bytes(): number {
    return (this.#walk.branchPages + this.#walk.leafPages + this.#overflow.pages) * this.#snapshot.pageSize;
  }

  /**
   * Gives entries to `take` until a buffer that they lie in would be used again, 256 at most. Where entries are
   * skipped there may be none. After the last one the counts are held against those of the database.
   * A promise where a long value is to be read first: piece by piece, with `pause` between.
   * @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT with page number, offset and key; what `take` and `pause` throw.
   */
  fill(take: TakeEntry, pause: () => Promise<void> | undefined): void | Promise<void> {
    if (!this.#fill(take)) return undefined;
    return this.#overflow.load(this.#walk.leaf, this.#ownership, pause).then(() => this.fill(take, pause));
  }

  /** True: the next value is long and has to be loaded first. */
  #fill(take: TakeEntry): boolean {
    const { leaf } = this.#walk;
    if (!this.#isBegun && !this.#begin()) return this.#finish();
    for (let passed = 0; passed < MOST_AT_ONCE; passed++) {
      if (this.#node === leaf.count) {
        if (passed > 0 && !this.#walk.isNextAtHand) return false;
        if (!this.#nextLeaf()) return this.#finish();
      }
      leaf.select(this.#node);
      if (this.#isBehind()) {
        this.isDone = true;
        return false;
      }
      const isOverflow = leaf.nodeFlags === NodeFlag.overflow;
      const isWanted = this.#skip === 0;
      const isRead = isOverflow && isWanted && this.#options.values !== false;
      if (isRead && passed > 0 && !this.#overflow.isAtHand(leaf)) return false;
      const short = isRead ? this.#overflow.readShort(leaf, this.#options.shortener) : undefined;
      if (isRead && short === undefined && this.#overflow.isLong(leaf)) return true;
      this.#checkOrder();
      let value: Uint8Array = EMPTY;
      if (short !== undefined) value = short;
      else if (isRead) value = this.#overflow.read(leaf, this.#node, this.#ownership);
      else if (isOverflow) this.#stepOver();
      else if (this.#options.values !== false && isWanted) value = this.#inlineValue();
      this.#node++;
      this.entries++;
      if (this.#nodeBytes !== undefined) this.#nodeBytes += leaf.nodeLength;
      if (!isWanted) this.#skip--;
      else {
        take(leaf.key(), value, leaf.offsetOf(leaf.dataStart), leaf.nodeFlags);
        if (--this.#left === 0) {
          this.isDone = true;
          return false;
        }
      }
    }
    return false;
  }

  #begin(): boolean {
    this.#isBegun = true;
    const { from } = this.#options;
    if (!this.#walk.start(from)) return false;
    this.#node = from === undefined ? 0 : nodeFor(this.#walk.leaf, from);
    if (this.#node > 0) this.#nodeBytes = undefined;
    return true;
  }

  #nextLeaf(): boolean {
    const { leaf } = this.#walk;
    if (this.#nodeBytes !== undefined) leaf.checkFilled(this.#nodeBytes);
    leaf.select(leaf.count - 1);
    if (!this.#walk.next(leaf.key())) return false;
    this.#node = 0;
    this.#nodeBytes = 0;
    return true;
  }

  #isBehind(): boolean {
    const { to } = this.#options;
    if (to === undefined) return false;
    const { leaf } = this.#walk;
    return compareBytes(leaf.bytes, leaf.keyStart, leaf.keyLength, to, 0, to.length) >= 0;
  }

  #checkOrder(): void {
    const { leaf } = this.#walk;
    const { bytes, keyStart, keyLength } = leaf;
    if (this.#node > 0 && this.#isOrdered && this.#previousLength > 0
      && compareBytes(bytes, this.#previousStart, this.#previousLength, bytes, keyStart, keyLength) >= 0) {
      throw new ImgstoreError('CORRUPT', `page ${leaf.number} is damaged: the keys of its nodes ${this.#node - 1} and ${this.#node} do not ascend`,
        { offset: leaf.offsetOf(keyStart), key: escapeKey(leaf.key()) });
    }
    this.#previousStart = keyStart;
    this.#previousLength = keyLength;
  }

  #inlineValue(): Uint8Array {
    const { leaf } = this.#walk;
    const value = leaf.bytes.subarray(leaf.dataStart, leaf.dataStart + leaf.valueLength);
    return this.#options.borrow ? value : new Uint8Array(value);
  }

  #stepOver(): void {
    this.#hasUnreadValues = true;
    this.#overflow.step(this.#walk.leaf);
  }

  /** A scan that passed fewer pages or entries than the database has is an error, not an end. */
  #finish(): false {
    this.isDone = true;
    if (this.#options.from !== undefined || this.#options.to !== undefined) return false;
    const { main } = this.#snapshot;
    const pages = this.#overflow.pages;
    const counts = [
      ['entries', this.entries, main.entries],
      ['leaf pages', this.#walk.leafPages, main.leafPages],
      ['branch pages', this.#walk.branchPages, main.branchPages],
      // A run may be longer than its value needs, which only its header tells.
      ['overflow pages', this.#hasUnreadValues && pages < main.overflowPages ? main.overflowPages : pages, main.overflowPages],
    ] as const;
    for (const [name, counted, claimed] of counts) {
      if (counted !== claimed) throw new ImgstoreError('CORRUPT', `the database says it has ${claimed} ${name}, ${counted} are there`);
    }
    return false;
  }
}
