import { ImgstoreError } from '@imgstore/core';
import { openFileSource, pathOfUrl } from '@imgstore/core/files';

/** Bytes that are pulled into the caller's memory, in order. Reads are never concurrent. */
export interface ByteSource {
  /** How many there are in all, where that is known before they are read. */
  readonly size: number | undefined;
  /** How many bytes of the file or stream beneath have been taken: for progress. */
  readonly consumed: number;
  /** Puts bytes at the front of `target`; returns how many, 0 only at the end. */
  read(target: Uint8Array): number | Promise<number>;
  /** Goes to that byte; absent where bytes can only be read in order. */
  readonly seek?: (position: number) => void;
  /** @throws ImgstoreError CHANGED when what is read is not what was opened. */
  checkUnchanged(): void;
  close(): void | Promise<void>;
}

/** Where an archive is: a path, a file URL, or its bytes in pieces, which can be read once. */
export type ArchiveSource = string | URL | AsyncIterable<Uint8Array>;

/** What errors call the source. @throws ImgstoreError BAD_OPTION for a URL that is no file. */
export function sourceName(source: ArchiveSource): string {
  if (typeof source === 'string') return source;
  return source instanceof URL ? pathOfUrl(source) : '<stream>';
}

/** @throws ImgstoreError NOT_FOUND, UNSUPPORTED (no regular file), IO. */
export function openSource(source: string | AsyncIterable<Uint8Array>): ByteSource {
  return typeof source === 'string' ? openFileSource(source) : openPieces(source);
}

function openPieces(pieces: AsyncIterable<Uint8Array>): ByteSource {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let piece: Uint8Array = new Uint8Array();
  let consumed = 0;
  return {
    size: undefined,
    get consumed() {
      return consumed;
    },
    async read(target) {
      iterator ??= pieces[Symbol.asyncIterator]();
      while (piece.length === 0) {
        const result = await iterator.next();
        if (result.done === true) return 0;
        if (!(result.value instanceof Uint8Array)) throw new ImgstoreError('BAD_OPTION', 'a stream of bytes gave something else than Uint8Array', { format: 'webdataset' });
        piece = result.value;
      }
      const length = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, length));
      piece = piece.subarray(length);
      consumed += length;
      return length;
    },
    checkUnchanged() {},
    async close() {
      await iterator?.return?.();
    },
  };
}

/** The first bytes (fewer only where there are no more), and a source that gives them again. */
export async function peek(source: ByteSource, length: number): Promise<{ readonly head: Uint8Array; readonly source: ByteSource }> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const got = await source.read(buffer.subarray(filled));
    if (got === 0) break;
    filled += got;
  }
  const head = buffer.subarray(0, filled);
  if (source.seek !== undefined) {
    source.seek(0);
    return { head, source };
  }
  let rest = head;
  return {
    head,
    source: {
      size: undefined,
      get consumed() {
        return source.consumed - rest.length;
      },
      read(target) {
        if (rest.length === 0) return source.read(target);
        const piece = rest.subarray(0, target.length);
        target.set(piece);
        rest = rest.subarray(piece.length);
        return piece.length;
      },
      checkUnchanged: () => source.checkUnchanged(),
      close: () => source.close(),
    },
  };
}
