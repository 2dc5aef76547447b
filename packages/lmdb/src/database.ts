import { basename, dirname } from 'node:path';
import { decodeUtf8, ImgstoreError, isImgstoreError, parseClassList, resolveLimits, withPlace } from '@imgstore/core';
import type { ErrorPlace, Limits } from '@imgstore/core';
import { folderNames, hasName, joinPath, openFileReader, pathFacts } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { readSnapshot } from './wire/meta.js';
import type { Snapshot } from './wire/meta.js';

/** A database that is open for reading: no lock is taken and nothing is written. */
export interface Database {
  readonly file: FileReader;
  /** The newest state when it was opened. */
  readonly snapshot: Snapshot;
  /** Where it is, for errors. */
  readonly place: ErrorPlace;
  /** Longer values are LIMIT. */
  readonly maxValueBytes: number;
  /** Names of the labels: `labels.txt` beside `data.mdb`, which may be named by its folder or by itself. Other names share a folder with anything. */
  readonly classes: ReadonlyMap<number, string>;
}

/** The file that holds the pages, in a folder. */
export const DATA_FILE = 'data.mdb';
/** The file that holds the names of the labels, in a folder. */
export const CLASSES_FILE = 'labels.txt';
const MAX_CLASSES_BYTES = 16 * 2 ** 20;

/**
 * Opens the database at a path: a folder with `data.mdb` in it, or the file itself.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE, TRUNCATED, CORRUPT, UNSUPPORTED, LIMIT, IO.
 */
export function openDatabase(location: string, limits?: Limits): Database {
  const { record: maxValueBytes } = resolveLimits(limits);
  const path = dataFile(location);
  const place = { format: 'lmdb', location, file: path };
  const file = openFileReader(path);
  try {
    const snapshot = readSnapshot(file);
    return { file, snapshot, place, maxValueBytes, classes: basename(path) === DATA_FILE ? readClasses(joinPath(dirname(path), CLASSES_FILE)) : new Map() };
  } catch (error) {
    file.close();
    throw withPlace(error, place);
  }
}

/** How many bytes the database takes, up to its last page: a file may be made larger, and be empty there. */
export function bytesOf({ file, snapshot: { lastPage, pageSize } }: Database): number {
  return Math.min(file.size, (lastPage + 1) * pageSize);
}

function dataFile(location: string): string {
  const place = { format: 'lmdb', location };
  const facts = pathFacts(location);
  if (facts === undefined) throw new ImgstoreError('NOT_FOUND', 'nothing is at this path', place);
  if (facts.kind !== 'folder') return location;
  const path = joinPath(location, DATA_FILE);
  if (pathFacts(path) !== undefined) return path;
  const names = folderNames(location);
  const isLevelDb = names.includes('CURRENT') && names.some((name) => name.startsWith('MANIFEST-'));
  throw new ImgstoreError('NOT_A_STORE', isLevelDb ? 'a LevelDB database, not an LMDB one' : 'the folder has no data.mdb in it', place);
}

function readClasses(path: string): ReadonlyMap<number, string> {
  // A link that leads nowhere has the name: opening it says so.
  if (!hasName(path)) return new Map();
  const file = openFileReader(path);
  try {
    if (file.size > MAX_CLASSES_BYTES) throw new ImgstoreError('LIMIT', `a list of class names has ${file.size} bytes, above the limit of ${MAX_CLASSES_BYTES}`);
    const bytes = new Uint8Array(file.size);
    file.readExactly(bytes, 0);
    const text = decodeUtf8(bytes);
    if (text === undefined) throw new ImgstoreError('CORRUPT', 'the list of class names is not UTF-8');
    return parseClassList(text);
  } catch (error) {
    throw withPlace(error, { file: path });
  } finally {
    file.close();
  }
}

/**
 * That the state which was opened is whole still. LMDB writes transaction n + 1 beside the pages of n; only n + 2 may
 * write over them.
 * @throws ImgstoreError CHANGED.
 */
export function checkSnapshot({ file, snapshot, place }: Database): void {
  try {
    const { txnid } = currentSnapshot(file);
    if (txnid === snapshot.txnid + 1) return;
    if (txnid !== snapshot.txnid) {
      throw new ImgstoreError('CHANGED', `the database was changed while it was read: transaction ${txnid}, and ${snapshot.txnid} when it was opened`);
    }
    file.checkUnchanged();
  } catch (error) {
    throw withPlace(error, place);
  }
}

function currentSnapshot(file: FileReader): Snapshot {
  try {
    return readSnapshot(file);
  } catch (cause) {
    if (isImgstoreError(cause, 'IO')) throw cause;
    throw new ImgstoreError('CHANGED', 'the database was changed while it was read: its meta pages were sound when it was opened', { cause });
  }
}

/** The error to throw for one that was met while reading: damage that a writer made is CHANGED. */
export function explain(error: unknown, database: Database): unknown {
  if (!isImgstoreError(error) || error.code === 'IO') return error;
  try {
    checkSnapshot(database);
  } catch (change) {
    return change;
  }
  return withPlace(error, database.place);
}
