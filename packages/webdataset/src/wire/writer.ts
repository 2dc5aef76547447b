/** Members of a tar archive as bytes: headers of webdataset's writer, the same for the same names and data at any time. */
import { encodeUtf8 } from '@imgstore/core';
import { BLOCK, formatHeader, formatShortHeader } from './header.js';
import { formatPaxRecord } from './pax.js';
import { paddingOf } from './reader.js';

/** tar writes whole records of 20 blocks. */
const RECORD = 20 * BLOCK;

/** Python's tarfile calls an extended header so. */
const EXTENDED_NAME = encodeUtf8('././@PaxHeader');

/** The headers of a member: one block, and an extended header before it only where name or size do not fit. */
export function formatHeaders(name: string, size: number): Uint8Array {
  const bytes = encodeUtf8(name);
  const header = formatHeader(bytes, size, '0');
  if (header !== undefined) return header;
  const records = [
    ...formatHeader(bytes, 0, '0') === undefined ? [formatPaxRecord('path', bytes)] : [],
    ...formatHeader(EXTENDED_NAME, size, '0') === undefined ? [formatPaxRecord('size', encodeUtf8(String(size)))] : [],
  ];
  const length = records.reduce((sum, record) => sum + record.length, 0);
  const headers = new Uint8Array(BLOCK + length + paddingOf(length) + BLOCK);
  headers.set(formatHeader(EXTENDED_NAME, length, 'x') ?? [], 0);
  let at = BLOCK;
  for (const record of records) {
    headers.set(record, at);
    at += record.length;
  }
  headers.set(formatShortHeader(bytes, size), headers.length - BLOCK);
  return headers;
}

/** How many zeros end an archive of that length: two blocks, and then up to a whole record. */
export function endLength(length: number): number {
  return 2 * BLOCK + (RECORD - (length + 2 * BLOCK) % RECORD) % RECORD;
}
