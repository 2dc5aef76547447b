import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { Gunzip, Inflate, InflateRaw } from 'node:zlib';
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
  const inflater = new Inflater(source, options);
  return source.checkUnchanged === undefined ? inflater : Object.assign(inflater, { checkUnchanged: source.checkUnchanged });
}

class Inflater implements ByteReader {
  readonly size = undefined;
  readonly #source: ByteReader;
  readonly #options: InflateOptions;
  readonly #stream: Gunzip | Inflate | InflateRaw;
  readonly #input = new Uint8Array(INPUT_LENGTH);
  /** What came out since the last swap. */
  #coming: Uint8Array[] = [];
  #pieces: readonly Uint8Array[] = [];
  /** The piece that is read next, and how much of it was read. */
  #next = 0;
  #taken = 0;
  /** zlib works in another thread while what it gave before is used. */
  #ahead: Promise<void> | undefined;
  #fed = 0;
  #plain = 0;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake = (): void => {};

  constructor(source: ByteReader, options: InflateOptions) {
    this.#source = source;
    this.#options = options;
    this.#stream = OPENERS[options.kind]({ chunkSize: 1 << 18 });
    this.#stream.on('data', (piece: Uint8Array) => this.#coming.push(piece));
    this.#stream.once('close', () => this.#wake());
    this.#stream.once('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    this.#stream.once('error', (error) => {
      this.#failure = { error: explain(error, options) };
      this.#wake();
    });
  }

  get consumed(): number {
    return this.#source.consumed;
  }

  async read(target: Uint8Array): Promise<number> {
    while (this.#next === this.#pieces.length) {
      if (this.#isEnded && this.#coming.length === 0) return 0;
      await (this.#ahead ??= this.#feed());
      [this.#pieces, this.#coming] = [this.#coming, []];
      this.#next = 0;
      this.#ahead = this.#isEnded ? undefined : this.#feed();
      this.#ahead?.catch(() => undefined); // told by the next read
    }
    const piece = this.#pieces[this.#next]!;
    const part = piece.subarray(this.#taken, this.#taken + target.length);
    target.set(part);
    this.#taken += part.length;
    if (this.#taken === piece.length) {
      this.#next++;
      this.#taken = 0;
    }
    return part.length;
  }

  async close(): Promise<void> {
    this.#stream.destroy();
    await this.#ahead?.catch(() => undefined);
    await this.#source.close();
  }

  async #feed(): Promise<void> {
    const { kind, ratio, place, onPlain } = this.#options;
    this.#checkFailure();
    const length = await this.#source.read(this.#input);
    this.#fed += length;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (length > 0) this.#stream.write(this.#input.subarray(0, length), () => resolve());
      else this.#stream.end();
    });
    this.#checkFailure();
    // zlib leaves what follows the end of a stream, except that it takes another GZIP member.
    const { bytesWritten } = this.#stream;
    if (bytesWritten < this.#fed) throw new ImgstoreError('CORRUPT', `bytes follow the end of the ${kind} stream`, { ...place, offset: bytesWritten });
    for (const piece of this.#coming) {
      this.#plain += piece.length;
      onPlain?.(piece);
    }
    requireRatio(this.#plain, this.#fed, ratio, place);
  }

  #checkFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

function explain(error: Error, { kind, place }: InflateOptions): Error {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return new ImgstoreError('TRUNCATED', `the ${kind} stream ends before it is complete`, { ...place, cause: error });
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return new ImgstoreError('CORRUPT', `the ${kind} stream is damaged: ${error.message}`, { ...place, cause: error });
  return error;
}
