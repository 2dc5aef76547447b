/**
 * The header of an IDX file (MNIST):
 *
 *     0  00 00
 *     2  element type: 08 uint8, 09 int8, 0B int16, 0C int32, 0D float32, 0E float64
 *     3  number of axes
 *     4  the length of each axis, u32be; the elements follow, big-endian, C order
 */
import { ByteCursor, dtypeSize, ImgstoreError } from '@imgstore/core';
import type { DType, ErrorPlace } from '@imgstore/core';
import type { ArrayHeader } from './header.js';

const TYPES: ReadonlyMap<number, DType> = new Map([[0x08, 'uint8'], [0x09, 'int8'], [0x0b, 'int16'], [0x0c, 'int32'], [0x0d, 'float32'], [0x0e, 'float64']]);

/** The bytes that say how long the header is. */
export const IDX_PREAMBLE_LENGTH = 4;

/** Whether bytes begin as an IDX file does. */
export function hasIdxMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && TYPES.has(bytes[2] ?? 0) && (bytes[3] ?? 0) > 0;
}

/** The length of the header, by its first 4 bytes. @throws ImgstoreError CORRUPT when no IDX file begins so. */
export function idxHeaderLength(bytes: Uint8Array, place: ErrorPlace): number {
  if (!hasIdxMagic(bytes)) throw new ImgstoreError('CORRUPT', 'no IDX file begins so; expected 00 00, an element type and a number of axes', { ...place, offset: 0 });
  return IDX_PREAMBLE_LENGTH + 4 * (bytes[3] ?? 0);
}

/** The header, of its whole bytes. @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT. */
export function parseIdxHeader(bytes: Uint8Array, place: ErrorPlace): ArrayHeader {
  const length = idxHeaderLength(bytes, place);
  const dtype = TYPES.get(bytes[2] ?? 0) ?? 'uint8';
  const cursor = new ByteCursor(bytes, { place });
  cursor.skip(IDX_PREAMBLE_LENGTH);
  const shape = Array.from({ length: bytes[3] ?? 0 }, () => cursor.u32be());
  const exact = shape.reduce((product, size) => product * BigInt(size), BigInt(dtypeSize(dtype)));
  if (exact > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImgstoreError('LIMIT', `the axes ${shape.join(' x ')} of ${dtype} take more than 2^53-1 bytes`, { ...place, offset: 4 });
  return { dtype, isBigEndian: true, isFortran: false, shape, length, dataLength: Number(exact) };
}
