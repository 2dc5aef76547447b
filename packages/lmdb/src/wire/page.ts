/**
 * Tree pages: a branch holds (key, child page) and a leaf (key, value) in nodes, found by u16 pointers behind the header.
 *
 * ```text
 * node of a leaf     value length u32 | flags u16 | key length u16 | key | (format 3: to an even offset) value or reference
 * node of a branch   child page, 48 bits (32 on 32-bit machines, 2 bytes ignored) | key length u16 | key
 * ```
 */
import { ByteCursor, escapeKey, ImgstoreError } from '@imgstore/core';
import type { Snapshot } from './meta.js';

/** The flags of a leaf node: where its value is. */
export const NodeFlag = { overflow: 1, subDatabase: 2, duplicates: 4 } as const;

/** The flags of a page of the main tree; no other may stand on disk. */
export const PageFlag = { branch: 0x01, leaf: 0x02, overflow: 0x04 } as const;

const NODE_HEADER = 8;

/**
 * A tree page in a buffer, every field checked before it is used. One object serves page after page: `load` takes a
 * page, `select` a node of it, and the fields below are that node's until the next `select`.
 */
export class TreePage {
  number = 0;
  /** How many nodes there are; node 0 of a branch has no key. */
  count = 0;
  /** The buffer that the page lies in; the positions below are in it. */
  bytes: Uint8Array = new Uint8Array();
  keyStart = 0;
  keyLength = 0;
  /** Leaf: the position of the value, or of the reference to its overflow pages. */
  dataStart = 0;
  /** Leaf: the length of the value, wherever it is. */
  valueLength = 0;
  nodeFlags = 0;
  /** Branch: the page that the node leads to. */
  child = 0;
  /** Leaf: bytes of the page that the node takes. */
  nodeLength = 0;
  readonly #snapshot: Snapshot;
  #cursor = new ByteCursor(this.bytes);
  #isLeaf = false;
  #start = 0;
  #upper = 0;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /**
   * Takes the page at the position of `cursor`, a cursor over `bytes` whose base is their offset in the file.
   * @throws ImgstoreError CORRUPT with page number and offset.
   */
  load(bytes: Uint8Array, cursor: ByteCursor, page: { readonly number: number; readonly kind: 'branch' | 'leaf' }): void {
    const { layout, pageSize, txnid } = this.#snapshot;
    this.bytes = bytes;
    this.#cursor = cursor;
    this.#start = cursor.position;
    this.number = page.number;
    this.#isLeaf = page.kind === 'leaf';
    const number = this.#word(0);
    if (number !== page.number) throw this.#damaged(`it says it is page ${number}`, 0);
    if (layout.dataFormat !== 1) {
      const writer = this.#word(layout.wordLength);
      if (writer < 1 || writer > txnid) throw this.#damaged(`it was written by transaction ${writer}, the newest is ${txnid}`, layout.wordLength);
    }
    cursor.position = this.#start + layout.flagsAt; // the pad before it is not cleared by writers with a writable map
    const flags = cursor.u16le();
    const lower = cursor.u16le();
    const upper = cursor.u16le();
    if (flags !== PageFlag[page.kind]) throw this.#damaged(`it should be a ${page.kind}, its flags are 0x${flags.toString(16)}`, layout.flagsAt);
    const lowest = layout.headerLength - layout.pointerBase;
    if (lower < lowest || lower % 2 !== 0 || lower > upper || upper % 2 !== 0 || upper > pageSize - layout.pointerBase) {
      throw this.#damaged(`its free space is from ${lower} to ${upper}`, layout.lowerAt);
    }
    this.#upper = upper;
    this.count = (lower - lowest) / 2;
    const fewest = this.#isLeaf ? 1 : 2;
    if (this.count < fewest) throw this.#damaged(`it is a ${page.kind} of ${this.count} nodes`, layout.lowerAt);
  }

  /** Selects a node, 0 <= index < count. @throws ImgstoreError CORRUPT when it does not lie in the page. */
  select(index: number): void {
    const { layout, pageSize } = this.#snapshot;
    const cursor = this.#cursor;
    const pointerAt = layout.headerLength + 2 * index;
    cursor.position = this.#start + pointerAt;
    const pointer = cursor.u16le();
    const at = pointer + layout.pointerBase;
    if (pointer % 2 !== 0 || pointer < this.#upper || at + NODE_HEADER > pageSize) throw this.#damaged(`the pointer of node ${index} is ${pointer}`, pointerAt);
    cursor.position = this.#start + at;
    const low = cursor.u32le();
    const high = cursor.u16le();
    const keyLength = cursor.u16le();
    const isPadded = layout.dataFormat === 3 && this.#isLeaf;
    const dataAt = at + NODE_HEADER + (isPadded ? keyLength + (keyLength & 1) : keyLength);
    if (dataAt > pageSize) throw this.#damaged(`the key of node ${index} has ${keyLength} bytes`, at + 6);
    this.keyStart = this.#start + at + NODE_HEADER;
    this.keyLength = keyLength;
    if (this.#isLeaf) {
      this.valueLength = low;
      this.nodeFlags = high;
      if (keyLength === 0) throw this.#damaged(`the key of node ${index} is empty`, at + 6);
      if (high > NodeFlag.subDatabase) this.#refuseFlags(high, at + 4);
      const stored = high === NodeFlag.overflow ? layout.referenceLength : low;
      if (dataAt + stored > pageSize) throw this.#damaged(`the value of node ${index} has ${stored} bytes`, at, this.key());
      if (high === NodeFlag.subDatabase && stored !== layout.recordLength) {
        throw this.#damaged(`the sub-database record of node ${index} has ${stored} bytes`, at, this.key());
      }
      this.dataStart = this.#start + dataAt;
      const length = dataAt - at + stored;
      this.nodeLength = length + (length & 1);
    } else {
      this.child = layout.wordLength === 8 ? high * 0x1_0000_0000 + low : low;
    }
  }

  /** The key of the selected node: a view. */
  key(): Uint8Array {
    return this.bytes.subarray(this.keyStart, this.keyStart + this.keyLength);
  }

  /** The offset in the file of a position in the buffer. */
  offsetOf(position: number): number {
    return this.#cursor.base + position;
  }

  /** The first of the overflow pages that the selected node refers to. */
  get referencePage(): number {
    return this.#word(this.dataStart - this.#start);
  }

  /** How many overflow pages the selected node says there are; only formats 2 and 3 say it. */
  get referencePages(): number | undefined {
    const { wordLength, referenceLength } = this.#snapshot.layout;
    return referenceLength > wordLength ? this.#word(this.dataStart - this.#start + 2 * wordLength) : undefined;
  }

  /**
   * liblmdb leaves no gaps between the nodes of a leaf, so a wrong length shows in their sum. `length` is that sum.
   * @throws ImgstoreError CORRUPT.
   */
  checkFilled(length: number): void {
    const space = this.#snapshot.pageSize - this.#snapshot.layout.pointerBase - this.#upper;
    if (length !== space) throw this.#damaged(`its nodes take ${length} bytes of ${space}`, this.#snapshot.layout.upperAt);
  }

  #refuseFlags(flags: number, at: number): never {
    if (flags === NodeFlag.duplicates || flags === (NodeFlag.duplicates | NodeFlag.subDatabase)) {
      throw this.#damaged('a key has several values in a database that allows one', at, this.key());
    }
    throw this.#damaged(`a node has the flags 0x${flags.toString(16)}`, at, this.key());
  }

  #word(at: number): number {
    const cursor = this.#cursor;
    cursor.position = this.#start + at;
    const low = cursor.u32le();
    return this.#snapshot.layout.wordLength === 4 ? low : cursor.u32le() * 0x1_0000_0000 + low;
  }

  #damaged(what: string, at: number, key?: Uint8Array): ImgstoreError {
    return new ImgstoreError('CORRUPT', `page ${this.number} is damaged: ${what}`, {
      offset: this.#cursor.base + this.#start + at, ...key && { key: escapeKey(key) },
    });
  }
}

/** Bytewise, a prefix first: LMDB's order. Negative, 0 or positive. */
export function compareBytes(
  a: Uint8Array, aStart: number, aLength: number, b: Uint8Array, bStart: number, bLength: number,
): number {
  const length = Math.min(aLength, bLength);
  for (let i = 0; i < length; i++) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
