import { escapeKey, ImgstoreError, type Origin } from '@imgstore/core';
import { NODE_KEY, type ByteArea } from './wire/build-node.js';

// A leaf entry on its way through the sort, in memory and in the scratch file alike (little-endian):
//   0 u32 node length   4 u16 file name length   8 f64 ordinal   16 f64 record   24 f64 offset (NaN: not known)
//   32 the leaf node, ready for a page           . the file name of the origin, UTF-8

/** Length of what stands before the node. */
export const RECORD_HEAD = 32;

/** A longer file name is not kept; no system has one. */
export const FILE_NAME_MAX = 4096;

const KEY_LENGTH = RECORD_HEAD + NODE_KEY - 2;
const KEY = RECORD_HEAD + NODE_KEY;

/** Where a pair came from: its place in the order of `put`, and what the sample says. */
export interface EntryOrigin {
  readonly ordinal: number;
  readonly origin?: Origin | undefined;
}

/** Writes everything except the node itself. */
export function writeRecord(area: ByteArea, at: number, nodeLength: number, from: EntryOrigin, fileName: Uint8Array): void {
  const { bytes, view } = area;
  view.setUint32(at, nodeLength, true);
  view.setUint16(at + 4, fileName.length, true);
  view.setFloat64(at + 8, from.ordinal, true);
  view.setFloat64(at + 16, from.origin?.record ?? NaN, true);
  view.setFloat64(at + 24, from.origin?.offset ?? NaN, true);
  bytes.set(fileName, at + RECORD_HEAD + nodeLength);
}

/** Length of the node of the record at `at`. */
export function nodeLengthAt(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

/** Length of the record at `at`, of which the head must be there. */
export function recordLengthAt(view: DataView, at: number): number {
  return RECORD_HEAD + view.getUint32(at, true) + view.getUint16(at + 4, true);
}

/** The byte of a record's key at `depth`, or -1 after its end, so that a prefix sorts first. */
export function keyByteAt(bytes: Uint8Array, record: number, depth: number): number {
  const length = (bytes[record + KEY_LENGTH] as number) | ((bytes[record + KEY_LENGTH + 1] as number) << 8);
  return depth < length ? (bytes[record + KEY + depth] as number) : -1;
}

/** Orders two records by their keys, which agree before `depth`. 0: equal. */
export function compareRecords(bytes: Uint8Array, left: number, right: number, depth: number): number {
  for (let at = depth; ; at++) {
    const leftByte = keyByteAt(bytes, left, at);
    const rightByte = keyByteAt(bytes, right, at);
    if (leftByte !== rightByte) return leftByte - rightByte;
    if (leftByte === -1) return 0;
  }
}

/** The error for two records of one key. */
export function duplicateRecords(area: ByteArea, left: number, right: number): ImgstoreError {
  const { bytes, view } = area;
  const origins = [originAt(area, left), originAt(area, right)].sort((a, b) => a.ordinal - b.ordinal);
  const key = bytes.subarray(left + KEY, left + KEY + view.getUint16(left + KEY_LENGTH, true));
  return duplicateKey(key, origins[0] as EntryOrigin, origins[1] as EntryOrigin);
}

/** The error for a key that two samples have. */
export function duplicateKey(key: Uint8Array, first: EntryOrigin, second: EntryOrigin): ImgstoreError {
  return new ImgstoreError('MISMATCH', `${describeOrigin(first)} and ${describeOrigin(second)} have the same key, and LMDB keeps one value for a key`,
    { key: escapeKey(key), hint: '--key ordinal-key puts the number of the sample before each key' });
}

/** `sample 41 (train.tfrecord, record 41 at byte 90112)`. */
export function describeOrigin({ ordinal, origin }: EntryOrigin): string {
  const record = origin?.record === undefined ? [] : [`record ${origin.record}`];
  const place = [...(origin?.file === undefined ? [] : [origin.file]), ...record].join(', ')
    + (origin?.offset === undefined ? '' : ` at byte ${origin.offset}`);
  return `sample ${ordinal}${place === '' ? '' : ` (${place.trimStart()})`}`;
}

function originAt({ bytes, view }: ByteArea, at: number): EntryOrigin {
  const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
  const name = at + RECORD_HEAD + nodeLengthAt(view, at);
  const file = new TextDecoder().decode(bytes.subarray(name, name + view.getUint16(at + 4, true)));
  const record = known(view.getFloat64(at + 16, true));
  const offset = known(view.getFloat64(at + 24, true));
  return {
    ordinal: view.getFloat64(at + 8, true),
    origin: {
      ...(file === '' ? undefined : { file }),
      ...(record === undefined ? undefined : { record }),
      ...(offset === undefined ? undefined : { offset }),
    },
  };
}
