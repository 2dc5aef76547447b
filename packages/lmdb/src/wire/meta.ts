/** The two meta pages (numbers 0 and 1): what the database is, and where its tree begins. The newer one counts. */
import { ByteCursor, ImgstoreError, recogniseContent } from '@imgstore/core';
import { layoutName, recogniseLayout } from './layout.js';
import type { PageLayout } from './layout.js';

/** Where pages come from. A FileReader of core is one. */
export interface PageFile {
  /** In bytes. */
  readonly size: number;
  /** Fills all of `target` from `position`. */
  readExactly(target: Uint8Array, position: number): void;
}

/** What a meta page says of a tree. The numbers are claims: nothing may be allocated by them. */
export interface TreeRecord {
  readonly flags: number;
  /** Levels: 0 is an empty tree, 1 a root that is a leaf. */
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** A page number, or undefined for an empty tree. */
  readonly root: number | undefined;
}

/** The state of a database after one transaction. */
export interface Snapshot {
  readonly layout: PageLayout;
  readonly pageSize: number;
  readonly txnid: number;
  /** The highest page number in use or free: a claim. */
  readonly lastPage: number;
  readonly main: TreeRecord;
}

interface Meta {
  readonly pageSize: number;
  readonly environmentFlags: number;
  readonly free: TreeRecord;
  readonly main: TreeRecord;
  readonly lastPage: number;
  readonly txnid: number;
}

const META_FLAG = 0x08;
const INTEGER_KEYS = 0x08;
const ENCRYPTED = 0x2000;
const MAX_DEPTH = 32;
const MIN_PAGE_SIZE = 256;

/** The flags of a tree that change how it is read. */
export const TreeFlag = { reverseKeys: 0x02, duplicates: 0x04, integerKeys: 0x08, onlyWithDuplicates: 0x70, npmVersions: 0x100 } as const;

/** Whether keys ascend bytewise. Trees of reversed or integer keys have another order; they are read as they are stored. */
export function isOrdered(snapshot: Snapshot): boolean {
  return (snapshot.main.flags & (TreeFlag.reverseKeys | TreeFlag.integerKeys)) === 0;
}

/**
 * The newest state of the database. Both meta pages must be sound, as liblmdb demands: an older state is never taken in silence.
 * @throws ImgstoreError TRUNCATED, CORRUPT, NOT_A_STORE, UNSUPPORTED with the byte offset.
 */
export function readSnapshot(file: PageFile): Snapshot {
  if (file.size === 0) throw new ImgstoreError('TRUNCATED', 'the file is empty; an LMDB database has two meta pages at least', { offset: 0 });
  const head = new Uint8Array(Math.min(file.size, 256));
  file.readExactly(head, 0);
  const layout = recogniseLayout(head) ?? refuseUnknown(file, head);
  if (file.size < layout.metaEnd) {
    throw new ImgstoreError('TRUNCATED', `${layoutName(layout)}: the file ends inside meta page 0`, { offset: file.size });
  }
  const pageSize = new ByteCursor(head.subarray(layout.freeAt)).u32le();
  if (!isPageSize(pageSize, layout)) {
    throw new ImgstoreError('CORRUPT', `${layoutName(layout)}: meta page 0 is damaged: its page size is ${pageSize}`, { offset: layout.freeAt });
  }
  if (file.size < pageSize + layout.metaEnd) {
    throw new ImgstoreError('TRUNCATED', `${layoutName(layout)}: the file ends before meta page 1 at byte ${pageSize}`, { offset: file.size });
  }
  const second = new Uint8Array(layout.metaEnd);
  file.readExactly(second, pageSize);
  const metas = [readMeta(head, 0, 0, layout), readMeta(second, 1, pageSize, layout)] as const;
  refuseSpecial(metas, file, layout);
  const newest = newestOf(metas, layout);
  return { layout, pageSize, txnid: newest.txnid, lastPage: newest.lastPage, main: newest.main };
}

function isPageSize(value: number, layout: PageLayout): boolean {
  return value >= MIN_PAGE_SIZE && value <= layout.maxPageSize && (value & (value - 1)) === 0;
}

/** One meta page, every field judged. `offset` is where it begins in the file. */
function readMeta(bytes: Uint8Array, index: 0 | 1, offset: number, layout: PageLayout): Meta {
  const damaged = (what: string, at: number): ImgstoreError =>
    new ImgstoreError('CORRUPT', `${layoutName(layout)}: meta page ${index} is damaged: ${what}`, { offset: offset + at });
  const cursor = new ByteCursor(bytes, { base: offset });
  const at = (position: number): ByteCursor => {
    cursor.position = position;
    return cursor;
  };
  let same: PageLayout | undefined;
  try {
    same = recogniseLayout(bytes);
  } catch {
    same = undefined; // an unknown version on one page only is damage
  }
  if (same === undefined) throw damaged('it has no known magic number and version', layout.headerLength);
  if (same.dataFormat !== layout.dataFormat || same.wordLength !== layout.wordLength) throw damaged(`it says ${layoutName(same)}`, layout.headerLength);
  const number = readWord(at(0), layout);
  if (number !== index) throw damaged(`it says it is page ${number}`, 0);
  const pageFlags = at(layout.flagsAt).u16le();
  if (pageFlags !== META_FLAG) throw damaged(`its page flags are 0x${pageFlags.toString(16)}`, layout.flagsAt);
  const pageSize = at(layout.freeAt).u32le();
  const environmentFlags = at(layout.freeAt + 4).u16le();
  if ((environmentFlags & INTEGER_KEYS) === 0) throw damaged(`its environment flags are 0x${environmentFlags.toString(16)}`, layout.freeAt + 4);
  const lastPage = readWord(at(layout.lastPageAt), layout);
  const txnid = readWord(at(layout.txnidAt), layout);
  if (lastPage < 1) throw damaged(`its last page is ${lastPage}`, layout.lastPageAt);
  if (txnid > Number.MAX_SAFE_INTEGER || (txnid !== 0 && txnid % 2 !== index)) throw damaged(`transaction ${txnid} has no place on it`, layout.txnidAt);
  const free = readTreeRecord(at(layout.freeAt), layout);
  const main = readTreeRecord(at(layout.mainAt), layout);
  for (const [name, record, position] of [['free', free, layout.freeAt], ['main', main, layout.mainAt]] as const) {
    const fault = faultOf(record, lastPage);
    if (fault !== undefined) throw damaged(`its ${name} tree ${fault}`, position);
  }
  return { pageSize, environmentFlags, free, main, lastPage, txnid };
}

/** A word as a number. Above 2^53 it is near enough for what is done with claims: they are compared with what was counted. */
function readWord(cursor: ByteCursor, { wordLength }: PageLayout): number {
  const low = cursor.u32le();
  return wordLength === 4 ? low : cursor.u32le() * 0x1_0000_0000 + low;
}

function readTreeRecord(cursor: ByteCursor, layout: PageLayout): TreeRecord {
  cursor.skip(4);
  const flags = cursor.u16le();
  const depth = cursor.u16le();
  const word = (): number => readWord(cursor, layout);
  const [branchPages, leafPages, overflowPages, entries] = [word(), word(), word(), word()];
  const rootBytes = cursor.bytes(layout.wordLength);
  const isEmpty = rootBytes.every((byte) => byte === 0xff);
  cursor.position -= layout.wordLength;
  return { flags, depth, branchPages, leafPages, overflowPages, entries, root: isEmpty ? undefined : word() };
}

function faultOf(record: TreeRecord, lastPage: number): string | undefined {
  const { root, depth } = record;
  if (root === undefined) {
    const isBlank = depth === 0 && record.branchPages + record.leafPages + record.overflowPages + record.entries === 0;
    return isBlank ? undefined : 'has no root, but a depth or counts';
  }
  if (root < 2 || root > lastPage) return `has page ${root} as its root, of ${lastPage}`;
  if (depth < 1 || depth > MAX_DEPTH) return `is ${depth} levels deep`;
  return undefined;
}

/** What is known and not read: said by name before any tree page is touched. */
function refuseSpecial([first, second]: readonly [Meta, Meta], file: PageFile, layout: PageLayout): void {
  if (layout.dataFormat !== 1) {
    if (((first.environmentFlags | second.environmentFlags) & ENCRYPTED) !== 0) {
      throw new ImgstoreError('UNSUPPORTED', `${layoutName(layout)}: the database is encrypted`, { offset: layout.freeAt + 4 });
    }
    const tail = new Uint8Array(2);
    file.readExactly(tail, first.pageSize - 2);
    if (new ByteCursor(tail).u16le() !== 0) {
      throw new ImgstoreError('UNSUPPORTED', `${layoutName(layout)}: the database has page checksums`, { offset: first.pageSize - 2 });
    }
  }
}

function newestOf(metas: readonly [Meta, Meta], layout: PageLayout): Meta {
  const [first, second] = metas;
  if (first.pageSize !== second.pageSize) {
    throw new ImgstoreError('CORRUPT', `${layoutName(layout)}: meta page 1 is damaged: its page size is ${second.pageSize}, that of meta page 0 ${first.pageSize}`,
      { offset: first.pageSize + layout.freeAt });
  }
  const newest = second.txnid > first.txnid ? second : first;
  const isNew = first.txnid === 0 && second.txnid === 0 && first.main.root === undefined && second.main.root === undefined;
  // Transaction n is written over n - 2, so the pages always hold neighbours; anything else would show an older state as the newest.
  if (!isNew && Math.abs(first.txnid - second.txnid) !== 1) {
    throw new ImgstoreError('CORRUPT', `${layoutName(layout)}: the meta pages hold transactions ${first.txnid} and ${second.txnid}, which do not follow each other`,
      { offset: layout.txnidAt });
  }
  const { flags } = newest.main;
  const mainOffset = (newest === first ? 0 : first.pageSize) + layout.mainAt;
  if ((flags & TreeFlag.duplicates) !== 0) {
    throw new ImgstoreError('UNSUPPORTED', 'the database holds several values for a key (MDB_DUPSORT)', { offset: mainOffset + 4 });
  }
  if ((flags & TreeFlag.onlyWithDuplicates) !== 0) {
    throw new ImgstoreError('CORRUPT', `${layoutName(layout)}: the main tree has the flags 0x${flags.toString(16)}, which cannot be`, { offset: mainOffset + 4 });
  }
  return newest;
}

/** The head of a file without the magic number: says what it is, as far as it can be told. */
function refuseUnknown(file: PageFile, head: Uint8Array): never {
  const probe = new Uint8Array(Math.min(256, file.size));
  for (let pageSize = MIN_PAGE_SIZE; pageSize <= 65536; pageSize *= 2) {
    if (pageSize + probe.length > file.size) break;
    file.readExactly(probe, pageSize);
    let layout: PageLayout | undefined;
    try {
      layout = recogniseLayout(probe);
    } catch {
      continue; // bytes that only look like it
    }
    if (layout !== undefined) {
      throw new ImgstoreError('CORRUPT', `${layoutName(layout)}: meta page 0 is damaged: it has no magic number, and page 1 at byte ${pageSize} has it`, { offset: 0 });
    }
  }
  const content = recogniseContent(head);
  if (content !== undefined) throw new ImgstoreError('NOT_A_STORE', `not an LMDB database, but ${content}`, { offset: 0 });
  if (file.size < MIN_PAGE_SIZE) throw new ImgstoreError('TRUNCATED', `${file.size} bytes, too short for an LMDB database`, { offset: file.size });
  throw new ImgstoreError('CORRUPT', 'not an LMDB data file: no magic number in its first 32 bytes', { offset: 0 });
}
