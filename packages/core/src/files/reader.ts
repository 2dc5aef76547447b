import { ImgstoreError } from '../errors.js';
import { closeFile, handleStatus, openSource, pathStatus, readAt } from './operations.js';
import type { Handle } from './operations.js';
import { contentIdentity, nameOfKind } from './status.js';
import type { FileStatus } from './status.js';

/** A regular local file, open for reading. Reads are synchronous: measured as the fastest way; callers let the event loop breathe. */
export interface FileReader {
  readonly path: string;
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Fills `target` from `position`; returns how many bytes there were, less than asked only at the end of the file. @throws ImgstoreError IO. */
  read(target: Uint8Array, position: number): number;
  /** Fills all of `target`. @throws ImgstoreError TRUNCATED with file and offset when the file ends before, CHANGED when it was longer at opening, IO. */
  readExactly(target: Uint8Array, position: number): void;
  /** @throws ImgstoreError CHANGED when size or modification time are not what they were at opening. */
  checkUnchanged(): void;
  /** Can be called twice. */
  close(): void;
}

/**
 * Opens a regular file (through links; never a FIFO, device or folder, and without waiting for one).
 * @param isRegular the caller has just seen that it is one: of many small files that is a system call less for each
 * @throws ImgstoreError NOT_FOUND, UNSUPPORTED (not a regular file), IO with the errno in `cause.code`.
 */
export function openFileReader(path: string, { isRegular = false }: { readonly isRegular?: boolean } = {}): FileReader {
  // Opening a device can have effects, so its kind is asked for first; the file that was opened is looked at again.
  const before = isRegular ? undefined : pathStatus(path);
  if (before !== undefined) requireRegularFile(before, path);
  const handle = openSource(path);
  try {
    const status = handleStatus(handle);
    requireRegularFile(status, path);
    return new LocalFileReader(handle, status);
  } catch (error) {
    closeFile(handle);
    throw error;
  }
}

class LocalFileReader implements FileReader {
  readonly path: string;
  readonly size: number;
  readonly #handle: Handle;
  readonly #opened: string;
  #closed = false;

  constructor(handle: Handle, opened: FileStatus) {
    this.path = handle.shown;
    this.size = safeSize(opened, handle.shown);
    this.#handle = handle;
    this.#opened = contentIdentity(opened);
  }

  read(target: Uint8Array, position: number): number {
    this.#requireOpen();
    return readAt(this.#handle, target, position);
  }

  readExactly(target: Uint8Array, position: number): void {
    const got = this.read(target, position);
    if (got === target.length) return;
    const place = { file: this.path, offset: position + got };
    if (position + target.length <= this.size) throw new ImgstoreError('CHANGED', 'the file became shorter while it was read', place);
    throw new ImgstoreError('TRUNCATED', `the file ends here; ${target.length - got} more bytes expected`, place);
  }

  checkUnchanged(): void {
    this.#requireOpen();
    if (contentIdentity(handleStatus(this.#handle)) !== this.#opened) {
      throw new ImgstoreError('CHANGED', 'the file was changed while it was read', { file: this.path });
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeFile(this.#handle);
  }

  #requireOpen(): void {
    // The number of a closed file may already be that of another file.
    if (this.#closed) throw new ImgstoreError('CONTRACT', 'read after close', { file: this.path });
  }
}

function requireRegularFile(status: FileStatus, path: string): void {
  if (status.isFile()) return;
  throw new ImgstoreError('UNSUPPORTED', `${nameOfKind(status)}, not a regular file`, { file: path });
}

function safeSize(status: FileStatus, path: string): number {
  if (status.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImgstoreError('LIMIT', `size ${status.size} above 2^53-1`, { file: path });
  return Number(status.size);
}
