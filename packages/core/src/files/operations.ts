import fs from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf, ImgstoreError } from '../errors.js';
import { fileFailure } from './failures.js';
import type { Attempt } from './failures.js';
import { announce } from './hook.js';
import type { OperationName } from './hook.js';
import type { FileStatus } from './status.js';

/** An open file: `path` is what the system opened, `shown` what errors call it. */
export interface Handle {
  readonly fd: number;
  readonly path: string;
  readonly shown: string;
}

const fsync = promisify((fd: number, done: (error: unknown) => void) => fs.fsync(fd, done));
const writeOnce = (fd: number, bytes: Uint8Array, from: number, length: number, position: number): Promise<number> => new Promise((resolve, reject) => {
  fs.write(fd, bytes, from, length, position, (error, put) => {
    if (error) reject(error);
    else resolve(put);
  });
});
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL } = fs.constants;
// Windows has none of these three.
const { O_NONBLOCK = 0, O_NOFOLLOW = 0, O_NOATIME = 0 } = fs.constants as Partial<typeof fs.constants>;

/** A signal may interrupt an operation; so often in a row is not a signal any more. */
const maxInterruptions = 100;
/** Node refuses a single read or write of 2 GiB or more. */
const maxTransferBytes = 2 ** 30;

/** Opens a source without waiting for it (a FIFO), and without a new access time where the system permits that. */
export function openSource(path: string): Handle {
  const attempt = { file: path, action: 'open', source: true };
  const flags = O_RDONLY | O_NONBLOCK;
  const fd = run('open', path, attempt, () => {
    try {
      return fs.openSync(path, flags | O_NOATIME);
    } catch (error) {
      // Only a file's owner may leave its access time alone.
      if (O_NOATIME === 0 || errnoOf(error) !== 'EPERM') throw error;
      return fs.openSync(path, flags);
    }
  });
  return { fd, path, shown: path };
}

/** Makes a new file, which must not be there, not even as a link. Its mode is 0666 without the umask. */
export function createFile(path: string, shown: string): Handle {
  const fd = run('open', path, { file: shown, action: 'create' }, () => fs.openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666));
  return { fd, path, shown };
}

/** Opens a folder for {@link flush}. */
export function openFolder(path: string, shown: string): Handle {
  const fd = run('open', path, { file: shown, action: 'open' }, () => fs.openSync(path, O_RDONLY));
  return { fd, path, shown };
}

/** Closes the file; it is closed also when that fails. */
export function closeFile(handle: Handle): void {
  let failure: { error: unknown } | undefined;
  try {
    announce('close', handle.path);
  } catch (error) {
    failure = { error };
  }
  try {
    fs.closeSync(handle.fd);
  } catch (error) {
    failure ??= { error };
  }
  if (failure) throw fileFailure(failure.error, { file: handle.shown, action: 'close' });
}

/** Reads until `target` is full or the file ends; returns the number of bytes. */
export function readAt(handle: Handle, target: Uint8Array, position: number): number {
  const attempt = { file: handle.shown, action: 'read' };
  let done = 0;
  while (done < target.length) {
    const length = Math.min(target.length - done, maxTransferBytes);
    const got = transfer('read', handle, attempt, () => fs.readSync(handle.fd, target, done, length, position + done));
    if (got === 0) break;
    done += got;
  }
  return done;
}

/** Writes all of the bytes, in as many pieces as the system takes. */
export function writeAt(handle: Handle, bytes: Uint8Array, position: number): void {
  const attempt = { file: handle.shown, action: 'write' };
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(bytes.length - done, maxTransferBytes);
    const put = transfer('write', handle, attempt, () => fs.writeSync(handle.fd, bytes, done, length, position + done));
    if (put === 0) throw new ImgstoreError('IO', 'cannot write: the system took no byte', { file: handle.shown });
    done += put;
  }
}

/** Writes all of the bytes without blocking the event loop; they must stay as they are until then. */
export async function writeAtAside(handle: Handle, bytes: Uint8Array, position: number): Promise<void> {
  const attempt = { file: handle.shown, action: 'write' };
  let done = 0;
  for (let interruptions = 0; done < bytes.length;) {
    try {
      announce('write', handle.path);
      const put = await writeOnce(handle.fd, bytes, done, Math.min(bytes.length - done, maxTransferBytes), position + done);
      if (put === 0) throw new ImgstoreError('IO', 'cannot write: the system took no byte', { file: handle.shown });
      done += put;
      interruptions = 0;
    } catch (error) {
      if (!isInterruption(error) || interruptions++ === maxInterruptions) throw fileFailure(error, attempt);
    }
  }
}

/** Whether the file is open for writing. */
export function canWrite(handle: Handle): boolean {
  try {
    fs.writeSync(handle.fd, new Uint8Array());
    return true;
  } catch {
    return false;
  }
}

/** Brings a file or folder to disk, without blocking the event loop. */
export async function flush(handle: Handle): Promise<void> {
  try {
    announce('fsync', handle.path);
    await fsync(handle.fd);
  } catch (error) {
    throw fileFailure(error, { file: handle.shown, action: 'flush to disk' });
  }
}

/** Facts of an open file. */
export function handleStatus(handle: Handle): FileStatus {
  return run('fstat', handle.path, { file: handle.shown, action: 'read' }, () => fs.fstatSync(handle.fd, { bigint: true }));
}

/** Facts of what the path leads to through links; undefined when there is nothing. */
export function pathStatus(path: string): FileStatus | undefined {
  return orNothing(() => run('stat', path, { file: path, action: 'examine' }, () => fs.statSync(path, { bigint: true })));
}

/** Facts of what has this very name, a link included; undefined when there is nothing. */
export function nameStatus(path: string, shown: string = path): FileStatus | undefined {
  return orNothing(() => run('lstat', path, { file: shown, action: 'examine' }, () => fs.lstatSync(path, { bigint: true })));
}

/** The names in a folder, in no order. `source`: it is the user's input, and must be there. */
export function listFolder(path: string, source: boolean): string[] {
  return run('readdir', path, { file: path, action: 'list', source }, () => fs.readdirSync(path));
}

/**
 * The names in a folder as their bytes, one after the other in no order, with what the system says of them: in memory for a few of them. The folder is
 * the user's input, and must be there; it is open until the last name was given, or nobody asks for more.
 */
export function* streamEntries(path: string): Generator<{ readonly name: Uint8Array; readonly kind: EntryKind }, void, undefined> {
  const attempt = { file: path, action: 'list', source: true };
  // Node's types know no folder whose names are bytes.
  const folder = run('readdir', path, attempt, () => fs.opendirSync(path, { encoding: 'buffer' as BufferEncoding, bufferSize: ENTRIES_AT_ONCE }));
  try {
    for (;;) {
      const entry = told(attempt, () => folder.readSync());
      if (entry === null) return;
      const name: unknown = entry.name;
      yield { name: name instanceof Uint8Array ? name : Buffer.from(entry.name), kind: kindOf(entry) };
    }
  } finally {
    folder.closeSync();
  }
}

/** So many names are asked of the system at once. */
const ENTRIES_AT_ONCE = 256;

/** What a name in a folder is, as the system says without being asked for each: `unknown` on some file systems. */
export type EntryKind = 'file' | 'folder' | 'link' | 'other' | 'unknown';

function kindOf(entry: fs.Dirent): EntryKind {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link'
    : entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice() ? 'other' : 'unknown';
}

/** The path without links. */
export function realPath(path: string): string {
  return run('realpath', path, { file: path, action: 'resolve' }, () => fs.realpathSync.native(path));
}

/** Makes one folder, mode 0777 without the umask; its parent must be there. */
export function makeFolder(path: string, shown: string): void {
  run('mkdir', path, { file: shown, action: 'make the folder' }, () => fs.mkdirSync(path));
}

/** Gives a file or folder another name, in place of the file that may have it. */
export function rename(from: string, to: string, shown: string): void {
  run('rename', to, { file: shown, action: 'rename' }, () => fs.renameSync(from, to));
}

/** Gives a file a second name, which must be free. */
export function link(from: string, to: string, shown: string): void {
  run('link', to, { file: shown, action: 'link' }, () => fs.linkSync(from, to));
}

/** Removes a name of a file or link. */
export function removeName(path: string, shown: string = path): void {
  run('unlink', path, { file: shown, action: 'remove' }, () => fs.unlinkSync(path));
}

/** Removes an empty folder. */
export function removeFolder(path: string): void {
  run('rmdir', path, { file: path, action: 'remove' }, () => fs.rmdirSync(path));
}

/** A file of /proc, or undefined where there is none: facts about processes, no operation on anyone's data, so no hook sees it. */
export function systemText(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** Where a link of /proc points, or undefined: see {@link systemText}. */
export function systemLink(path: string): string | undefined {
  try {
    return fs.readlinkSync(path);
  } catch {
    return undefined;
  }
}

function run<T>(name: OperationName, path: string, attempt: Attempt, operation: () => T): T {
  return told(attempt, () => {
    announce(name, path);
    return operation();
  });
}

function told<T>(attempt: Attempt, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw fileFailure(error, attempt);
  }
}

function transfer(name: 'read' | 'write', handle: Handle, attempt: Attempt, operation: () => number): number {
  for (let interruptions = 0; ; interruptions++) {
    try {
      announce(name, handle.path);
      return operation();
    } catch (error) {
      if (!isInterruption(error) || interruptions === maxInterruptions) throw fileFailure(error, attempt);
    }
  }
}

function isInterruption(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'EINTR' || errno === 'EAGAIN';
}

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
