import { ImgstoreError } from '@imgstore/core';
import type { Deflater } from '@imgstore/core/files';
import type { InflateOptions } from '../platform.js';
import type { ByteReader } from './bytes.js';
import { readPieces } from './pieces.js';

const chunkLength = 1 << 16;

/**
 * See {@link Platform}. The browser's own DecompressionStream: it checks the checksums, and refuses what follows the first
 * GZIP member (in Node concatenated members are read).
 */
export function openInflater(source: ByteReader, options: InflateOptions): ByteReader {
  const { kind } = options;
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

  async function nextPiece(): Promise<Uint8Array | undefined> {
    pumping ??= pump();
    pumping.catch(() => undefined); // awaited below, or told by the reader
    try {
      const result = await reader.read();
      if (!result.done) return result.value;
      await pumping;
    } catch (error) {
      throw failure(error);
    }
    return undefined;
  }

  return readPieces(source, {
    next: nextPiece,
    fed: () => source.consumed,
    async close() {
      await reader.cancel().catch(() => undefined);
      await writer.abort().catch(() => undefined);
      await pumping?.catch(() => undefined);
      await source.close();
    },
  }, options);
}

/** See {@link Platform}. What is written are files, and those need Node. */
export function openDeflater(): Deflater {
  throw new ImgstoreError('UNSUPPORTED', 'writing needs Node');
}

/** A DecompressionStream says no more than TypeError: a failure after all bytes were fed is an end that is missing. */
function inflateFailure(cause: unknown, fedAll: boolean, { kind, file }: InflateOptions): ImgstoreError {
  const place = { cause, ...(file === undefined ? {} : { file }) };
  return fedAll
    ? new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, place)
    : new ImgstoreError('CORRUPT', `the ${kind} stream is damaged`, place);
}
