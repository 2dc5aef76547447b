import { ImgstoreError } from '@imgstore/core';

/** A stream of bytes that is pulled into the caller's memory. */
export interface ByteReader {
  /** How many bytes it gives in all, where that is known before they are read. */
  readonly size: number | undefined;
  /** How many bytes of the file or stream beneath have been taken: for progress. */
  readonly consumed: number;
  /** Puts bytes at the front of `target`; returns how many, 0 only at the end. Reads are never concurrent. */
  read(target: Uint8Array): number | Promise<number>;
  /** Goes to that byte; absent where bytes can only be read in order. */
  readonly seek?: (position: number) => void;
  /** @throws ImgstoreError CHANGED when what is read is not what was opened; absent where that cannot be seen. */
  readonly checkUnchanged?: () => void;
  close(): void | Promise<void>;
}

/** Bytes that are in memory. */
export function readBytes(bytes: Uint8Array): ByteReader {
  let position = 0;
  return {
    size: bytes.length,
    get consumed() {
      return position;
    },
    read(target) {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      position += piece.length;
      return piece.length;
    },
    seek(to) {
      position = to;
    },
    close() {},
  };
}

/** Bytes that come in pieces of any size. `size` is what a Blob or a header says, if anything does. */
export function readPieces(pieces: AsyncIterable<Uint8Array>, size?: number): ByteReader {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let piece: Uint8Array = new Uint8Array(0);
  let consumed = 0;
  return {
    size,
    get consumed() {
      return consumed;
    },
    async read(target) {
      iterator ??= pieces[Symbol.asyncIterator]();
      while (piece.length === 0) {
        const result = await iterator.next();
        if (result.done) return 0;
        if (!(result.value instanceof Uint8Array)) throw new ImgstoreError('BAD_OPTION', 'a stream of bytes gave something else than Uint8Array');
        piece = result.value;
      }
      const length = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, length));
      piece = piece.subarray(length);
      consumed += length;
      return length;
    },
    async close() {
      await iterator?.return?.();
    },
  };
}

/** A ReadableStream as an async iterable: Safari has no iteration of streams of its own. */
export async function* streamPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
