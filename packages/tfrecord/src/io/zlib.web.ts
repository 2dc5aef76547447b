import { ImgstoreError } from '@imgstore/core';
import type { Deflater, InflateOptions } from '../platform.js';
import type { ByteReader } from './bytes.js';
import { requireRatio } from './ratio.js';

const chunkLength = 1 << 16;

/**
 * See {@link Platform}. The browser's own DecompressionStream: it checks the checksums, and refuses what follows the first
 * GZIP member (in Node concatenated members are read).
 */
export function openInflater(source: ByteReader, options: InflateOptions): ByteReader {
  const { kind, file } = options;
  const stream = new DecompressionStream(kind === 'gzip' ? 'gzip' : 'deflate');
  const writer: WritableStreamDefaultWriter<Uint8Array> = stream.writable.getWriter();
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.readable.getReader();
  let piece: Uint8Array = new Uint8Array(0);
  let plain = 0;
  let fedAll = false;
  let failure: { readonly error: unknown } | undefined;
  let pumping: Promise<void> | undefined;

  async function pump(): Promise<void> {
    try {
      for (;;) {
        const chunk = new Uint8Array(chunkLength);
        const length = await source.read(chunk);
        if (length === 0) break;
        await writer.write(chunk.subarray(0, length));
      }
      fedAll = true;
      await writer.close();
    } catch (error) {
      failure ??= { error };
      await writer.abort(error).catch(() => undefined);
    }
  }

  return {
    size: undefined,
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      pumping ??= pump();
      while (piece.length === 0) {
        const next = await reader.read().catch((error: unknown) => {
          throw inflateFailure(failure?.error ?? error, fedAll, options);
        });
        if (next.done) {
          await pumping;
          if (failure) throw inflateFailure(failure.error, fedAll, options);
          return 0;
        }
        piece = next.value;
        plain += piece.length;
        requireRatio(plain, source.consumed, options);
      }
      const length = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, length));
      piece = piece.subarray(length);
      return length;
    },
    ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
    async close() {
      failure ??= { error: new ImgstoreError('UNSUPPORTED', 'read after close', file === undefined ? {} : { file }) };
      await reader.cancel().catch(() => undefined);
      await pumping;
      await source.close();
    },
  };
}

/** See {@link Platform}. What is written are files, and those need Node. */
export function openDeflater(): Deflater {
  throw new ImgstoreError('UNSUPPORTED', 'writing needs Node');
}

/** A DecompressionStream says no more than TypeError: a failure after all bytes were fed is an end that is missing. */
function inflateFailure(error: unknown, fedAll: boolean, { kind, file }: InflateOptions): unknown {
  if (!(error instanceof TypeError)) return error;
  const place = { cause: error, ...(file === undefined ? {} : { file }) };
  return fedAll
    ? new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, place)
    : new ImgstoreError('CORRUPT', `the ${kind} stream is damaged`, place);
}
