import { ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';

/** Bytes that can be read from any place: a file, or memory. */
export interface ByteSource {
  /** For errors: the file, where there is one. */
  readonly place: ErrorPlace;
  readonly size: number;
  /** Fills all of `target`. @throws ImgstoreError TRUNCATED, CHANGED, IO. */
  readExactly(target: Uint8Array, position: number): void;
  /** @throws ImgstoreError CHANGED when the file is not what was opened. */
  checkUnchanged(): void;
  close(): void;
}

/** @throws ImgstoreError NOT_FOUND, UNSUPPORTED (no regular file), IO. */
export function openPath(path: string): ByteSource {
  const file = openFileReader(path);
  return {
    place: { file: path },
    size: file.size,
    readExactly: (target, position) => file.readExactly(target, position),
    checkUnchanged: () => file.checkUnchanged(),
    close: () => file.close(),
  };
}

/** Bytes that are in memory, which must not change while they are read. */
export function openBytes(bytes: Uint8Array): ByteSource {
  return {
    place: {},
    size: bytes.length,
    readExactly(target, position) {
      if (position + target.length > bytes.length) {
        throw new ImgstoreError('TRUNCATED', `the bytes end here; ${position + target.length - bytes.length} more expected`, { offset: bytes.length });
      }
      target.set(bytes.subarray(position, position + target.length));
    },
    checkUnchanged() {},
    close() {},
  };
}

/** The first bytes, at most so many. */
export function headOf(source: ByteSource, length: number): Uint8Array {
  const head = new Uint8Array(Math.min(length, source.size));
  source.readExactly(head, 0);
  return head;
}
