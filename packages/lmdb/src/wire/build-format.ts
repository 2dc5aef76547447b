import { ImgstoreError } from '@imgstore/core';
import { layoutOf, type DataFormat, type PageLayout } from './layout.js';

/** The layout, sizes and limits of a database that is being built: 64-bit words, little-endian (lmdb-format.md 10, 18 and 19). */
export interface BuildFormat extends PageLayout {
  /** In bytes. */
  readonly pageSize: number;
  /** The largest leaf node, in bytes; a pair that would be larger has its value on overflow pages. */
  readonly nodeMax: number;
  /** The longest key, in bytes: 511, liblmdb's own limit, or less where a page is too small for that. */
  readonly keyMax: number;
}

/** The longest value, in bytes: its length has 32 bits. */
export const VALUE_MAX: number = 2 ** 32 - 1;

const KEY_MAX = 511;
const PAGE_SIZE_MIN = 256;

/** The layout for a page size. @throws ImgstoreError BAD_OPTION when the page size is none of the format. */
export function buildFormat(dataFormat: DataFormat, pageSize: number): BuildFormat {
  const layout = layoutOf(dataFormat, 8);
  if (!Number.isInteger(pageSize) || pageSize < PAGE_SIZE_MIN || pageSize > layout.maxPageSize || (pageSize & (pageSize - 1)) !== 0) {
    throw new ImgstoreError('BAD_OPTION',
      `pageSize is ${pageSize}; a page of LMDB data format ${dataFormat} has a power of two from ${PAGE_SIZE_MIN} to ${layout.maxPageSize} bytes`);
  }
  const nodeMax = (((pageSize - layout.headerLength) >> 1) & ~1) - 2; // two of them fit on a page with their pointers
  const keyLimit = nodeMax - 8 - layout.recordLength; // a key fits in one node beside a database record
  return { ...layout, pageSize, nodeMax, keyMax: Math.min(KEY_MAX, keyLimit) };
}

/** Rounded up to a multiple of 2. */
export function even(length: number): number {
  return length + (length & 1);
}
