import { ImgstoreError, readPieces, requireRatio } from '@imgstore/core';
import type { ByteReader } from '@imgstore/core';
import type { Deflater } from '@imgstore/core/files';
import type { InflateOptions } from '../platform.js';

const chunkLength = 1 << 16;

/**
 * See {@link Platform}. The browser's own DecompressionStream: it checks the checksums, and refuses what follows the first
 * GZIP member (in Node concatenated members are read).
 */
export function openInflater(source: ByteReader, options: InflateOptions): ByteReader {
  const { kind, ratio, place } = options;
  const stream = new DecompressionStream(kind === 'gzip' ? 'gzip' : 'deflate');
  const writer: WritableStreamDefaultWriter<Uint8Array> = stream.writable.getWriter();
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.readable.getReader();
  let fedAll = false;
  /** What the source threw. Anything else that fails is the compressed stream. */
  let sourceFailure: { readonly error: unknown } | undefined;
  let pumping: Promise<void> | undefined;

  async function pump(): Promise<void> {
    for (;;) {
      const chunk = new Uint8Array(chunkLength);
      let length: number;
      try {
        length = await source.read(chunk);
      } catch (error) {
        sourceFailure = { error };
        await writer.abort(error).catch(() => undefined);
        return;
      }
      if (length === 0) break;
      await writer.write(chunk.subarray(0, length));
    }
    fedAll = true;
    await writer.close();
  }

  function failure(error: unknown): unknown {
    return sourceFailure ? sourceFailure.error : inflateFailure(error, fedAll, options);
  }

  async function* plainPieces(): AsyncGenerator<Uint8Array, void, undefined> {
    let plain = 0;
    pumping ??= pump();
    pumping.catch(() => undefined); // awaited below, or told by the reader
    for (;;) {
      let piece: Uint8Array | undefined;
      try {
        piece = (await reader.read()).value;
        if (piece === undefined) await pumping;
      } catch (error) {
        throw failure(error);
      }
      if (piece === undefined) return;
      plain += piece.length;
      requireRatio(plain, source.consumed, ratio, place);
      yield piece;
    }
  }

  const pieces = readPieces(plainPieces());
  return {
    size: undefined,
    get consumed() {
      return source.consumed;
    },
    read: (target) => pieces.read(target),
    ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
    async close() {
      await reader.cancel().catch(() => undefined);
      await writer.abort().catch(() => undefined);
      await pumping?.catch(() => undefined);
      await source.close();
    },
  };
}

/** See {@link Platform}. What is written are files, and those need Node. */
export function openDeflater(): Deflater {
  throw new ImgstoreError('UNSUPPORTED', 'writing needs Node');
}

/** A DecompressionStream says no more than TypeError: a failure after all bytes were fed is an end that is missing. */
function inflateFailure(cause: unknown, fedAll: boolean, { kind, place }: InflateOptions): ImgstoreError {
  return fedAll
    ? new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, { ...place, cause })
    : new ImgstoreError('CORRUPT', `the ${kind} stream is damaged`, { ...place, cause });
}
