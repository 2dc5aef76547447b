/**
 * The six layouts of LMDB files. Source: the public headers of liblmdb 0.9, 0.9.90 and 1.0, checked against real files.
 *
 * ```text
 * page header   format 1:    | page number w |            pad u16 | flags u16 | lower u16 | upper u16 |
 *               format 2, 3: | page number w | txnid w  | pad u16 | flags u16 | lower u16 | upper u16 |
 * meta page     header | magic u32 | version u32 | address w | mapsize w | FREE record | MAIN record | last page w | txnid w |
 * record        pad u32 | flags u16 | depth u16 | branch pages w | leaf pages w | overflow pages w | entries w | root w |
 * ```
 *
 * `w` is the writer's word: 8 bytes, or 4 on a 32-bit machine. An overflow page has a u32 number of pages in place of
 * lower and upper.
 */
import { ByteCursor, ImgstoreError } from '@imgstore/core';

/** The data formats: 1 is every released 0.9 (Caffe, py-lmdb), 2 the development version that npm `lmdb` bundles, 3 is LMDB 1.0. */
export type DataFormat = 1 | 2 | 3;

/** Where the fields of pages and meta pages lie, in bytes from the start of the page. */
export interface PageLayout {
  readonly dataFormat: DataFormat;
  /** Bytes of a page number, a count or a transaction id. */
  readonly wordLength: 4 | 8;
  /** Bytes before the first node pointer; in formats 2 and 3 also what lower, upper and pointers count from. */
  readonly headerLength: number;
  /** What lower, upper and node pointers count from. */
  readonly pointerBase: number;
  readonly flagsAt: number;
  readonly lowerAt: number;
  readonly upperAt: number;
  /** The record of the tree of free pages; its pad is the page size. */
  readonly freeAt: number;
  /** The record of the main tree. */
  readonly mainAt: number;
  readonly lastPageAt: number;
  readonly txnidAt: number;
  /** One past the last byte of a meta page that counts. */
  readonly metaEnd: number;
  readonly recordLength: number;
  /** Bytes of a reference to overflow pages in a leaf node. */
  readonly referenceLength: number;
  readonly maxPageSize: number;
}

const MAGIC = 0xbeef_c0de;

/** The layout of a data format on a machine with words of that many bytes. */
export function layoutOf(dataFormat: DataFormat, wordLength: 4 | 8): PageLayout {
  const headerLength = (dataFormat === 1 ? wordLength : 2 * wordLength) + 8;
  const recordLength = 8 + 5 * wordLength;
  const freeAt = headerLength + 8 + 2 * wordLength;
  const lastPageAt = freeAt + 2 * recordLength;
  return {
    dataFormat,
    wordLength,
    headerLength,
    pointerBase: dataFormat === 1 ? 0 : headerLength,
    flagsAt: headerLength - 6,
    lowerAt: headerLength - 4,
    upperAt: headerLength - 2,
    freeAt,
    mainAt: freeAt + recordLength,
    lastPageAt,
    txnidAt: lastPageAt + wordLength,
    metaEnd: lastPageAt + 2 * wordLength,
    recordLength,
    referenceLength: dataFormat === 1 ? wordLength : 3 * wordLength,
    maxPageSize: dataFormat === 1 ? 32768 : 65536,
  };
}

/** The layout by name and likely writer, for messages. */
export function layoutName({ dataFormat, wordLength }: PageLayout): string {
  const writer = { 1: 'liblmdb 0.9', 2: 'npm lmdb', 3: 'LMDB 1.0' }[dataFormat];
  return `LMDB data format ${dataFormat}${wordLength === 4 ? ' (32-bit)' : ''}, as ${writer} writes it`;
}

/**
 * The layout of the file that begins with these bytes (a meta page), or undefined when they are not of a meta page.
 * @throws ImgstoreError UNSUPPORTED (big-endian; an unknown data format), CORRUPT (magic and version that no layout has).
 */
export function recogniseLayout(head: Uint8Array): PageLayout | undefined {
  for (const magicAt of [12, 16, 24]) {
    if (head.length < magicAt + 8) return undefined;
    const cursor = new ByteCursor(head);
    cursor.position = magicAt;
    const magic = cursor.u32le();
    const version = cursor.u32le();
    cursor.position = magicAt;
    if (cursor.u32be() === MAGIC) {
      throw new ImgstoreError('UNSUPPORTED', 'an LMDB database of a big-endian machine', {
        offset: magicAt, hint: 'dump it there with mdb_dump and load it here with mdb_load',
      });
    }
    if (magic !== MAGIC) continue;
    for (const wordLength of [8, 4] as const) {
      if ((version === 1 || version === 2 || version === 3) && layoutOf(version, wordLength).headerLength === magicAt) {
        return layoutOf(version, wordLength);
      }
    }
    if (version === 1 || version === 2 || version === 3) {
      throw new ImgstoreError('CORRUPT', `meta page 0 is damaged: data format ${version} with its magic number at byte ${magicAt}`, { offset: magicAt });
    }
    throw new ImgstoreError('UNSUPPORTED', `LMDB data format ${version}; formats 1, 2 and 3 are read`, {
      offset: magicAt + 4, hint: 'dump it with the mdb_dump of the program that wrote it',
    });
  }
  return undefined;
}
