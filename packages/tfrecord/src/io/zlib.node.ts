import { createDeflate, createGunzip, createGzip, createInflate } from 'node:zlib';
import { ImgstoreError } from '@imgstore/core';
import type { Deflater, InflateOptions, StreamCompression } from '../platform.js';
import type { ByteReader } from './bytes.js';
import { requireRatio } from './ratio.js';

const chunkLength = 1 << 16;
/** The tenth byte of a GZIP header names the system it was made on. 255 is "unknown" (RFC 1952): the same bytes everywhere. */
const systemByte = 9;

/** See {@link Platform}. zlib checks CRC-32 and Adler-32, and goes on through concatenated GZIP members. */
export function openInflater(source: ByteReader, options: InflateOptions): ByteReader {
  const { kind, file } = options;
  const place = file === undefined ? {} : { file };
  const stream = kind === 'gzip' ? createGunzip({ chunkSize: 4 * chunkLength }) : createInflate({ chunkSize: 4 * chunkLength });
  const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);
  let plain = 0;
  let trailing: ImgstoreError | undefined;
  let pumping: Promise<void> | undefined;
  let wake = (): void => {};
  stream.once('close', () => wake());

  async function pump(): Promise<void> {
    const chunk = new Uint8Array(chunkLength);
    let fed = 0;
    try {
      while (!stream.destroyed) {
        const length = await source.read(chunk);
        if (length === 0) break;
        fed += length;
        await new Promise<void>((resolve) => {
          wake = resolve;
          stream.write(chunk.subarray(0, length), () => resolve());
        });
        // zlib leaves what follows the end of a stream, except that it takes another GZIP member.
        if (!stream.destroyed && stream.bytesWritten < fed) {
          trailing = new ImgstoreError('CORRUPT', `bytes follow the end of the ${kind} stream`, { ...place, offset: stream.bytesWritten });
          break;
        }
      }
      stream.end();
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function nextPiece(): Promise<Uint8Array | undefined> {
    pumping ??= pump();
    try {
      const result = await iterator.next();
      if (!result.done) return result.value;
    } catch (error) {
      throw inflateFailure(error, options);
    }
    await pumping;
    if (trailing) throw trailing;
    return undefined;
  }

  return {
    size: undefined,
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      while (piece.length === 0) {
        const next = await nextPiece();
        if (next === undefined) return 0;
        piece = next;
        plain += next.length;
        requireRatio(plain, stream.bytesWritten, options);
      }
      const length = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, length));
      piece = piece.subarray(length);
      return length;
    },
    ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
    async close() {
      stream.destroy();
      await pumping;
      await source.close();
    },
  };
}

/** See {@link Platform}. */
export function openDeflater(kind: StreamCompression, level: number | undefined, sink: (piece: Uint8Array) => void): Deflater {
  const options = { chunkSize: 4 * chunkLength, ...(level === undefined ? {} : { level }) };
  const stream = kind === 'gzip' ? createGzip(options) : createDeflate(options);
  const pieces: Uint8Array[] = [];
  let begun = kind === 'zlib';
  let failure: Error | undefined;
  let wake = (): void => {};
  stream.on('data', (piece: Uint8Array) => {
    if (!begun && piece.length > systemByte) {
      piece[systemByte] = 255;
      begun = true;
    }
    pieces.push(piece);
  });
  stream.once('error', (error) => {
    failure = error;
    wake();
  });
  // The sink may throw (a full disk): it is called here, where a caller waits, and not in the stream's event.
  function drain(): void {
    if (failure) throw failure;
    for (const piece of pieces.splice(0)) sink(piece);
  }
  return {
    async push(bytes) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.write(bytes, () => resolve());
      });
      drain();
    },
    async finish() {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.once('end', resolve);
        stream.end();
      });
      drain();
    },
    close: () => void stream.destroy(),
  };
}

function inflateFailure(error: unknown, { kind, file }: InflateOptions): unknown {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const place = { cause: error, ...(file === undefined ? {} : { file }) };
  const text = error instanceof Error ? error.message : '';
  if (code === 'Z_BUF_ERROR') return new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, place);
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return new ImgstoreError('CORRUPT', `the ${kind} stream is damaged: ${text}`, place);
  return error;
}
