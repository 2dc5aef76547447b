import { createGunzip } from 'node:zlib';
import { ImgstoreError, limitError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import type { ByteSource } from './source.js';

/** So many compressed bytes at a time give at most 16 MiB of plain ones. */
const INPUT_LENGTH = 16_384;
/** Small streams may be dense: so many plain bytes are always let pass. */
const FREE_BYTES = 1 << 20;
/** No DEFLATE stream gives more for a byte: a code of 2 bits stands for 258 bytes. */
const MOST_OF_DEFLATE = 1032;

/**
 * The plain bytes of a GZIP stream, of all its members; zlib checks the CRC of each. Closing it closes the source. Reads fail
 * with TRUNCATED, CORRUPT, or LIMIT for more than `ratio` plain bytes for each compressed one.
 */
export function openInflater(source: ByteSource, options: { readonly ratio: number; readonly place: ErrorPlace }): ByteSource {
  const { ratio, place } = options;
  const stream = createGunzip({ chunkSize: 1 << 18 });
  const input = new Uint8Array(INPUT_LENGTH);
  const pieces: Uint8Array[] = [];
  let fed = 0;
  let plain = 0;
  let isEnded = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  stream.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    plain += piece.length;
  });
  stream.once('end', () => {
    isEnded = true;
    wake();
  });
  stream.once('error', (error) => {
    failure = { error: explain(error, place) };
    wake();
  });

  async function feed(): Promise<void> {
    const length = await source.read(input);
    fed += length;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (length > 0) stream.write(input.subarray(0, length), () => setImmediate(resolve));
      else stream.end();
    });
    if (failure !== undefined) throw failure.error;
    // zlib leaves what follows the end of a stream, except that it takes another member.
    if (stream.bytesWritten < fed) throw new ImgstoreError('CORRUPT', 'bytes follow the end of the gzip stream', { ...place, offset: stream.bytesWritten });
    if (plain > FREE_BYTES && plain > ratio * fed) {
      throw limitError('ratio', Math.max(MOST_OF_DEFLATE, plain / fed), `the gzip stream gives ${plain} bytes for ${fed}, more than ${ratio} to 1`, place);
    }
  }

  return {
    size: undefined,
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      if (failure !== undefined) throw failure.error;
      while (pieces.length === 0) {
        if (isEnded) return 0;
        await feed();
      }
      const [piece = new Uint8Array()] = pieces;
      const length = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, length));
      if (length === piece.length) pieces.shift();
      else pieces[0] = piece.subarray(length);
      return length;
    },
    checkUnchanged: () => source.checkUnchanged(),
    async close() {
      stream.destroy();
      await source.close();
    },
  };
}

function explain(error: Error, place: ErrorPlace): Error {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return new ImgstoreError('TRUNCATED', 'the gzip stream ends before it is complete', { ...place, cause: error });
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return new ImgstoreError('CORRUPT', `the gzip stream is damaged: ${error.message}`, { ...place, cause: error });
  return error;
}
