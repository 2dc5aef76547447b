/** One entry by its key: a descent from the root. */
import { ImgstoreError } from '@imgstore/core';
import { LeafWalk, nodeFor } from './leaves.js';
import { isOrdered } from './meta.js';
import type { PageFile, Snapshot } from './meta.js';
import { OverflowReader } from './overflow.js';
import { compareBytes, NodeFlag } from './page.js';

/** An entry that was found. */
export interface FoundEntry {
  /** The caller's own. */
  readonly value: Uint8Array;
  /** Where the value, or the reference to it, lies in the file. */
  readonly offset: number;
  readonly flags: number;
}

/**
 * The entry of that key, or undefined when there is none. A long value is read in pieces, with `pause` between.
 * @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT; UNSUPPORTED when the keys of the database are not in bytewise order.
 */
export async function findEntry(
  file: PageFile, snapshot: Snapshot, key: Uint8Array, pause: () => Promise<void> | undefined, maxValueBytes?: number,
): Promise<FoundEntry | undefined> {
  refuseUnordered(snapshot);
  const walk = new LeafWalk(file, snapshot);
  if (!walk.start(key)) return undefined;
  const { leaf } = walk;
  const node = nodeFor(leaf, key);
  if (node === leaf.count) return undefined;
  leaf.select(node);
  if (compareBytes(leaf.bytes, leaf.keyStart, leaf.keyLength, key, 0, key.length) !== 0) return undefined;
  const offset = leaf.offsetOf(leaf.dataStart);
  const flags = leaf.nodeFlags;
  if (flags !== NodeFlag.overflow) return { value: new Uint8Array(leaf.bytes.subarray(leaf.dataStart, leaf.dataStart + leaf.valueLength)), offset, flags };
  const overflow = new OverflowReader(file, snapshot, { maxValueBytes });
  if (overflow.isLong(leaf)) await overflow.load(leaf, { borrow: false }, pause);
  return { value: overflow.read(leaf, node, { borrow: false }), offset, flags };
}

/** @throws ImgstoreError UNSUPPORTED when keys do not ascend bytewise: they can be read in order, but not looked up. */
export function refuseUnordered(snapshot: Snapshot): void {
  if (!isOrdered(snapshot)) {
    throw new ImgstoreError('UNSUPPORTED', `keys cannot be looked up: the database keeps them in an order of its own (flags 0x${snapshot.main.flags.toString(16)})`);
  }
}
