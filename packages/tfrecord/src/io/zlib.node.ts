import { createDeflate, createGunzip, createGzip, createInflate } from 'node:zlib';
import { ImgstoreError } from '@imgstore/core';
import { openDeflater as deflateWith } from '@imgstore/core/files';
import type { Deflater } from '@imgstore/core/files';
import type { InflateOptions, StreamCompression } from '../platform.js';
import type { ByteReader } from './bytes.js';
import { readPieces } from './pieces.js';

const chunkLength = 1 << 16;
/** The tenth byte of a GZIP header names the system it was made on. 255 is "unknown" (RFC 1952): the same bytes everywhere. */
const systemByte = 9;

/** See {@link Platform}. zlib checks CRC-32 and Adler-32, and goes on through concatenated GZIP members. */
export function openInflater(source: ByteReader, options: InflateOptions): ByteReader {
  const { kind, file } = options;
  const place = file === undefined ? {} : { file };
  const stream = kind === 'gzip' ? createGunzip({ chunkSize: 4 * chunkLength }) : createInflate({ chunkSize: 4 * chunkLength });
  const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
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

  return readPieces(source, {
    next: nextPiece,
    fed: () => stream.bytesWritten,
    async close() {
      stream.destroy();
      await pumping;
      await source.close();
    },
  }, options);
}

/** See {@link Platform}. */
export function openDeflater(kind: StreamCompression, level: number | undefined, sink: (piece: Uint8Array) => void): Deflater {
  const options = { chunkSize: 4 * chunkLength, ...(level === undefined ? {} : { level }) };
  const stream = kind === 'gzip' ? createGzip(options) : createDeflate(options);
  let begun = kind === 'zlib';
  return deflateWith(stream, (piece) => {
    if (!begun && piece.length > systemByte) piece[systemByte] = 255;
    begun = true;
    sink(piece);
  });
}

function inflateFailure(error: unknown, { kind, file }: InflateOptions): unknown {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const place = { cause: error, ...(file === undefined ? {} : { file }) };
  const text = error instanceof Error ? error.message : '';
  if (code === 'Z_BUF_ERROR') return new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, place);
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return new ImgstoreError('CORRUPT', `the ${kind} stream is damaged: ${text}`, place);
  return error;
}
