import { ImgstoreError } from '../errors.js';

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

/** Bytes that come in pieces of any size. `size` is what a Blob or a header says, if anything does. Reads fail with BAD_OPTION for a piece that is no Uint8Array. */
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

/** The first bytes (fewer only where the stream ends), and a reader that gives them again. */
export async function peek(source: ByteReader, length: number): Promise<{ readonly head: Uint8Array; readonly reader: ByteReader }> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const got = await source.read(buffer.subarray(filled));
    if (got === 0) break;
    filled += got;
  }
  const head = buffer.subarray(0, filled);
  if (source.seek) {
    source.seek(0);
    return { head, reader: source };
  }
  let rest = head;
  return {
    head,
    reader: {
      size: source.size,
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
      ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
      close: () => source.close(),
    },
  };
}
