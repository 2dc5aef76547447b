import { even, type BuildFormat } from './build-format.js';

// Leaf node (lmdb-format.md 8)                      Branch node (7)
//   0 u32 data size, the value's also with flag 1     0 u48 child page
//   4 u16 flags: 1 = value on overflow pages          6 u16 key size
//   6 u16 key size                                    8 key; empty in a page's first node
//   8 key, in format 3 padded to even length
//   . value, or the reference: u64 first page; formats 2 and 3: + u64 txnid, u64 pages
// Nodes are written in place, from the end of a page downwards: a ByteSink, which appends, would cost a copy of each.

/** Bytes that are being built, with a view of the same ones. */
export interface ByteArea {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Where the key stands in a leaf or branch node. */
export const NODE_KEY = 8;

const OVERFLOW_FLAG = 1;

/** The transaction that writes a bulk-loaded database is its first. */
export const TXNID = 1;

/** Whether the value of a pair goes to overflow pages. */
export function needsOverflow(format: BuildFormat, keyLength: number, valueLength: number): boolean {
  return NODE_KEY + keySpace(format, keyLength) + valueLength > format.nodeMax;
}

/** Length of a leaf node that stores `storedLength` bytes beside its key: the value, or a reference. Always even. */
export function leafNodeLength(format: BuildFormat, keyLength: number, storedLength: number): number {
  return even(NODE_KEY + keySpace(format, keyLength) + storedLength);
}

/** Writes a leaf node's header and key at `at`, and its padding; returns where the value belongs. */
export function writeLeafNode(area: ByteArea, at: number, format: BuildFormat, key: Uint8Array, valueLength: number): number {
  return writeLeafHead(area, at, format, key, valueLength, valueLength, 0);
}

/** Writes a whole leaf node at `at` whose value is on overflow pages from `firstPage`. */
export function writeReferenceNode(
  area: ByteArea, at: number, format: BuildFormat, key: Uint8Array, valueLength: number, firstPage: number,
): void {
  const start = writeLeafHead(area, at, format, key, valueLength, format.referenceLength, OVERFLOW_FLAG);
  writeWord(area.view, start, firstPage);
  if (format.dataFormat !== 1) {
    writeWord(area.view, start + 8, TXNID);
    writeWord(area.view, start + 16, overflowPages(format, valueLength));
  }
}

/** Length of a branch node. Always even. */
export function branchNodeLength(keyLength: number): number {
  return even(NODE_KEY + keyLength);
}

/** Writes a whole branch node at `at`. */
export function writeBranchNode(area: ByteArea, at: number, key: Uint8Array, child: number): void {
  const { bytes, view } = area;
  bytes[at + branchNodeLength(key.length) - 1] = 0;
  view.setUint32(at, child, true);
  view.setUint16(at + 4, Math.floor(child / 2 ** 32), true);
  view.setUint16(at + 6, key.length, true);
  bytes.set(key, at + NODE_KEY);
}

/** How many pages a value takes as an overflow run: only the first has a header. */
export function overflowPages(format: BuildFormat, valueLength: number): number {
  return Math.ceil((format.headerLength + valueLength) / format.pageSize);
}

/** Writes an unsigned 64-bit number. */
export function writeWord(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

function writeLeafHead(
  area: ByteArea, at: number, format: BuildFormat, key: Uint8Array, valueLength: number, storedLength: number, flags: number,
): number {
  const { bytes, view } = area;
  const start = at + NODE_KEY + keySpace(format, key.length);
  bytes[start - 1] = 0; // format 3 pads the key, all formats the node; where there is no padding, key and value come over these
  bytes[at + leafNodeLength(format, key.length, storedLength) - 1] = 0;
  view.setUint32(at, valueLength, true);
  view.setUint16(at + 4, flags, true);
  view.setUint16(at + 6, key.length, true);
  bytes.set(key, at + NODE_KEY);
  return start;
}

function keySpace(format: BuildFormat, keyLength: number): number {
  return format.dataFormat === 3 ? even(keyLength) : keyLength;
}
