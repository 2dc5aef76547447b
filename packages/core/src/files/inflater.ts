import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { requireRatio } from '../bytes/ratio.js';
import type { ByteReader } from '../bytes/reader.js';
import { ImgstoreError } from '../errors.js';
import type { ErrorPlace } from '../errors.js';

/** How bytes are compressed: all members of a GZIP file (RFC 1952), a ZLIB stream (RFC 1950), or DEFLATE by itself (RFC 1951). */
export type DeflateKind = 'gzip' | 'zlib' | 'deflate';

/** How to inflate. */
export interface InflateOptions {
  readonly kind: DeflateKind;
  /** The most plain bytes for each compressed one: `limits.ratio`. */
  readonly ratio: number;
  /** For errors. */
  readonly place: ErrorPlace;
  /** Sees the plain bytes as they come, before they are read, and may refuse them. */
  readonly onPlain?: (piece: Uint8Array) => void;
}

/** So many compressed bytes at a time give at most 32 MiB of plain ones. */
const INPUT_LENGTH = 32_768;
const OPENERS = { gzip: createGunzip, zlib: createInflate, deflate: createInflateRaw } as const;

/**
 * The plain bytes of compressed ones; zlib checks the checksums that GZIP and ZLIB have. Closing it closes the source. Reads fail with TRUNCATED,
 * CORRUPT (damage; bytes behind the end), LIMIT for too many plain bytes, and as the source's do.
 */
export function openInflater(source: ByteReader, options: InflateOptions): ByteReader {
  const { kind, ratio, place, onPlain } = options;
  const stream = OPENERS[kind]({ chunkSize: 1 << 18 });
  const input = new Uint8Array(INPUT_LENGTH);
  /** What came out since the last swap. */
  let coming: Uint8Array[] = [];
  let pieces: readonly Uint8Array[] = [];
  /** The piece that is read next, and how much of it was read. */
  let next = 0;
  let taken = 0;
  /** zlib works in another thread while what it gave before is used. */
  let ahead: Promise<void> | undefined;
  let fed = 0;
  let plain = 0;
  let isEnded = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  stream.on('data', (piece: Uint8Array) => coming.push(piece));
  stream.once('close', () => wake());
  stream.once('end', () => {
    isEnded = true;
    wake();
  });
  stream.once('error', (error) => {
    failure = { error: explain(error, options) };
    wake();
  });

  function checkFailure(): void {
    if (failure !== undefined) throw failure.error;
  }

  async function feed(): Promise<void> {
    checkFailure();
    const length = await source.read(input);
    fed += length;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (length > 0) stream.write(input.subarray(0, length), () => resolve());
      else stream.end();
    });
    checkFailure();
    // zlib leaves what follows the end of a stream, except that it takes another GZIP member.
    if (stream.bytesWritten < fed) throw new ImgstoreError('CORRUPT', `bytes follow the end of the ${kind} stream`, { ...place, offset: stream.bytesWritten });
    for (const piece of coming) {
      plain += piece.length;
      onPlain?.(piece);
    }
    requireRatio(plain, fed, ratio, place);
  }

  return {
    size: undefined,
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      while (next === pieces.length) {
        if (isEnded && coming.length === 0) return 0;
        await (ahead ??= feed());
        [pieces, coming] = [coming, []];
        next = 0;
        ahead = isEnded ? undefined : feed();
        ahead?.catch(() => undefined); // told by the next read
      }
      const piece = pieces[next]!;
      const part = piece.subarray(taken, taken + target.length);
      target.set(part);
      taken += part.length;
      if (taken === piece.length) {
        next++;
        taken = 0;
      }
      return part.length;
    },
    ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
    async close() {
      stream.destroy();
      await ahead?.catch(() => undefined);
      await source.close();
    },
  };
}

function explain(error: Error, { kind, place }: InflateOptions): Error {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, { ...place, cause: error });
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return new ImgstoreError('CORRUPT', `the ${kind} stream is damaged: ${error.message}`, { ...place, cause: error });
  return error;
}
