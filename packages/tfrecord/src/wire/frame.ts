/**
 * The frames of a TFRecord file, one after the other without any header:
 *
 *     length            u64 little-endian
 *     length checksum   u32, masked CRC-32C of the 8 bytes before
 *     data              length bytes
 *     data checksum     u32, masked CRC-32C of the data
 *
 * After tensorflow/core/lib/io/record_writer.h and the mask in tsl/lib/hash/crc32c.h.
 */
import { ImgstoreError, limitError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import { crc32ByTable, crc32cByTable, maskCrc } from './crc.js';
import { crc32c } from './crc32c.js';

/** Bytes before the data. */
export const headerLength = 12;
/** Bytes after the data. */
export const footerLength = 4;
/** What a frame takes beyond its data. */
export const frameOverhead: number = headerLength + footerLength;

/** Where a frame stands: for errors. */
export interface FramePlace {
  readonly file: string | undefined;
  /** The ordinal in the file, where it is known. */
  readonly record: number | undefined;
  /** The absolute offset of its first byte in the plain stream. */
  readonly offset: number;
}

/** What a length is held against before anything is allocated. */
export interface FrameBounds {
  /** Bytes in the whole plain stream; undefined: not known. */
  readonly size: number | undefined;
  /** The most data bytes in one record. */
  readonly limit: number;
}

/** Whether 12 bytes at `at` are the beginning of a frame: the length's checksum is right. */
export function isFrameHeader(bytes: Uint8Array, at = 0): boolean {
  return bytes.length - at >= headerLength && u32(bytes, at + 8) === maskCrc(crc32cByTable(bytes, at, at + 8));
}

/**
 * The data length of the frame whose 12 bytes of header stand at `at`.
 * @throws ImgstoreError CORRUPT (the checksum), TRUNCATED (more than the source holds), LIMIT.
 */
export function readLength(bytes: Uint8Array, at: number, place: FramePlace, bounds: FrameBounds): number {
  const stored = u32(bytes, at + 8);
  const computed = maskCrc(crc32cByTable(bytes, at, at + 8));
  if (stored !== computed) throw checksumError('length', bytes.subarray(at, at + 8), stored, computed, place);
  const high = u32(bytes, at + 4);
  const length = high * 0x1_0000_0000 + u32(bytes, at);
  if (high > 0x1f_ffff) throw new ImgstoreError('LIMIT', `a record of ${exact(bytes, at)} bytes is announced, above 2^53-1`, errorPlace(place));
  if (bounds.size !== undefined && length > bounds.size - place.offset - frameOverhead) {
    throw new ImgstoreError('TRUNCATED', `a record of ${length} bytes is announced, ${Math.max(0, bounds.size - place.offset - frameOverhead)} are left`, errorPlace(place));
  }
  if (length > bounds.limit) {
    throw limitError('record', length, `a record of ${length} bytes is announced, the limit is ${bounds.limit}`, errorPlace(place));
  }
  return length;
}

/**
 * The data length of the frame whose header stands at `at`, where nothing is wrong with it; undefined: `readLength` says
 * what is. Without an object, because this is done for each record.
 */
export function soundLength(bytes: Uint8Array, at: number, most: number): number | undefined {
  if (u32(bytes, at + 8) !== maskCrc(crc32cByTable(bytes, at, at + 8)) || u32(bytes, at + 4) !== 0) return undefined;
  const length = u32(bytes, at);
  return length <= most ? length : undefined;
}

/** Whether the checksum of data, stored at `at` of `bytes`, is right. */
export function isSound(data: Uint8Array, bytes: Uint8Array, at: number): boolean {
  return u32(bytes, at) === maskCrc(crc32c(data));
}

/** The error of data whose checksum, stored at `at` of `bytes`, is wrong. */
export function dataDamage(data: Uint8Array, bytes: Uint8Array, at: number, place: FramePlace): ImgstoreError {
  return checksumError('data', data, u32(bytes, at), maskCrc(crc32c(data)), place);
}

/** A frame that ends before it is complete. `left` is how many of its bytes there are. */
export function cutFrame(left: number, place: FramePlace): ImgstoreError {
  const part = left < headerLength ? `its header: ${left} of ${headerLength} bytes` : `its data, ${left} bytes after it began`;
  return new ImgstoreError('TRUNCATED', `the stream ends in the record, in ${part}`, errorPlace(place));
}

/** Writes the header of a frame of that many data bytes at `at`. */
export function writeHeader(target: Uint8Array, at: number, length: number): void {
  putU32(target, at, length % 0x1_0000_0000);
  putU32(target, at + 4, Math.floor(length / 0x1_0000_0000));
  putU32(target, at + 8, maskCrc(crc32cByTable(target, at, at + 8)));
}

/** Writes the checksum behind data that stand at `at`. */
export function writeFooter(target: Uint8Array, at: number, length: number): void {
  putU32(target, at + length, maskCrc(crc32c(target, at, at + length)));
}

/** A place as an error takes it: without the members that are not known. */
export function errorPlace(place: FramePlace): ErrorPlace {
  return {
    offset: place.offset,
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.record === undefined ? {} : { record: place.record }),
  };
}

function checksumError(which: 'length' | 'data', bytes: Uint8Array, stored: number, computed: number, place: FramePlace): ImgstoreError {
  const known = mistake(bytes, stored);
  return new ImgstoreError('CORRUPT', `${which} checksum ${hex(computed)}, stored ${hex(stored)}${known === undefined ? '' : `; ${known}`}`,
    errorPlace(place));
}

/** What writers are known to get wrong. */
function mistake(bytes: Uint8Array, stored: number): string | undefined {
  const zlib = crc32ByTable(bytes);
  if (stored === crc32c(bytes)) return 'its writer did not mask the checksum';
  if (stored === zlib || stored === maskCrc(zlib)) return "its writer took zlib's polynomial, not that of CRC-32C";
  return undefined;
}

function exact(bytes: Uint8Array, at: number): bigint {
  return (BigInt(u32(bytes, at + 4)) << 32n) | BigInt(u32(bytes, at));
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

// Twice for each record: a ByteCursor for it would cost more than the read.
function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function putU32(target: Uint8Array, at: number, value: number): void {
  target[at] = value;
  target[at + 1] = value >>> 8;
  target[at + 2] = value >>> 16;
  target[at + 3] = value >>> 24;
}
