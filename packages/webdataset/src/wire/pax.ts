/**
 * Extended headers (POSIX.1-2017, pax): a member of type `x` whose data are records, and hold for the member behind it; `g`
 * holds for all members behind it.
 *
 *     length of the record in decimal, with itself | space | keyword | = | value | line feed
 */
import { decodeUtf8, encodeUtf8, ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** The records of an extended header, the last of each keyword. Values are views. @throws ImgstoreError CORRUPT. */
export function parsePax(bytes: Uint8Array, place: ErrorPlace): ReadonlyMap<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  let at = 0;
  // Some writers pad with NUL.
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at);
    const digits = String.fromCharCode(...bytes.subarray(at, Math.min(space < 0 ? at : space, at + MAX_DIGITS + 1)));
    const end = at + Number(digits);
    if (!/^[0-9]+$/.test(digits) || digits.length > MAX_DIGITS || end > bytes.length || end <= space + 1 || bytes[end - 1] !== 0x0a) {
      throw new ImgstoreError('CORRUPT', `the extended header is damaged in its byte ${at}`, place);
    }
    const record = bytes.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    const keyword = equals < 1 ? undefined : decodeUtf8(record.subarray(0, equals));
    if (keyword === undefined) throw new ImgstoreError('CORRUPT', `the extended header is damaged in its byte ${space + 1}`, place);
    records.set(keyword, record.subarray(equals + 1));
    at = end;
  }
  return records;
}

const MAX_DIGITS = 7;

/** The size that a record says. @throws ImgstoreError CORRUPT, LIMIT above 2^53-1. */
export function parsePaxSize(value: Uint8Array, place: ErrorPlace): number {
  const text = value.length > 20 ? '' : String.fromCharCode(...value);
  if (!/^[0-9]+$/.test(text)) throw new ImgstoreError('CORRUPT', 'the size in the extended header is no number', place);
  const size = Number(text);
  if (!Number.isSafeInteger(size)) throw new ImgstoreError('LIMIT', `a member of ${text} bytes is announced, above 2^53-1`, place);
  return size;
}

/** The record of one keyword. */
export function formatPaxRecord(keyword: string, value: Uint8Array): Uint8Array {
  const rest = encodeUtf8(` ${keyword}=`);
  const known = rest.length + value.length + 1;
  let length = known + String(known).length;
  // The digits of the length count in it.
  if (known + String(length).length > length) length++;
  const record = new Uint8Array(length);
  const digits = encodeUtf8(String(length));
  record.set(digits);
  record.set(rest, digits.length);
  record.set(value, digits.length + rest.length);
  record[length - 1] = 0x0a;
  return record;
}
