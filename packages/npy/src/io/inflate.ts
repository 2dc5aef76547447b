import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import type { Gunzip, InflateRaw } from 'node:zlib';
import { ImgstoreError } from '@imgstore/core';
import type { ErrorPlace, Limits } from '@imgstore/core';
import { requireRatio } from '../limits.js';
import type { ByteSource } from './source.js';
import { trailing, wrongChecksum } from './stream.js';
import type { ByteStream, StreamRange } from './stream.js';

/** So many compressed bytes at a time give at most 16 MiB of plain ones. */
const INPUT_LENGTH = 16_384;

/** How to inflate. */
export interface InflateRange extends StreamRange {
  /** `raw`: an entry of a zip archive, whose size and CRC are known from outside. `gzip`: a file, which has its own. */
  readonly kind: 'raw' | 'gzip';
  /** How many plain bytes there must be. */
  readonly size?: number;
  readonly limits: Required<Limits>;
}

/** The plain bytes of a compressed range of a source. Stepping over reads. Closing leaves the source open. */
export class InflateStream implements ByteStream {
  readonly place: ErrorPlace;
  readonly size: number | undefined;
  position = 0;
  readonly #source: ByteSource;
  readonly #range: InflateRange;
  readonly #zlib: InflateRaw | Gunzip;
  readonly #input = new Uint8Array(INPUT_LENGTH);
  #fed = 0;
  #pieces: Uint8Array[] = [];
  #isEnded = false;
  #plain = 0;
  #crc = 0;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(source: ByteSource, range: InflateRange) {
    this.#source = source;
    this.#range = range;
    this.place = range.place;
    this.size = range.size;
    this.#zlib = range.kind === 'raw' ? createInflateRaw() : createGunzip();
    this.#zlib.on('data', (piece: Uint8Array) => this.#pieces.push(piece));
    this.#zlib.once('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    this.#zlib.once('error', (error) => {
      this.#failure = this.#explain(error);
      this.#wake();
    });
  }

  get consumed(): number {
    return this.#fed;
  }

  async read(target: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      const piece = await this.#piece();
      if (piece === undefined) {
        throw new ImgstoreError('TRUNCATED', `${this.position} bytes are there, expected at least ${this.position + target.length - filled}`, { ...this.place, offset: this.position });
      }
      const taken = this.#take(piece, target.length - filled);
      target.set(taken, filled);
      filled += taken.length;
    }
  }

  async skip(length: number): Promise<void> {
    let left = length;
    while (left > 0) {
      const piece = await this.#piece();
      if (piece === undefined) throw new ImgstoreError('TRUNCATED', `${this.position} bytes are there, expected ${left} more`, { ...this.place, offset: this.position });
      left -= this.#take(piece, left).length;
    }
  }

  async finish(): Promise<void> {
    const { crc, kind, start, end } = this.#range;
    const piece = await this.#piece();
    if (piece !== undefined) throw trailing(piece.length, this.place, this.position);
    // zlib leaves what follows the end of a stream.
    if (this.#zlib.bytesWritten < end - start) throw new ImgstoreError('CORRUPT', `bytes follow the end of the ${kind === 'raw' ? 'deflate' : 'gzip'} stream`, this.place);
    if (crc !== undefined && crc !== this.#crc) throw wrongChecksum(this.#crc, crc, this.place);
    this.#source.checkUnchanged();
  }

  close(): void {
    this.#zlib.destroy();
  }

  #take(piece: Uint8Array, length: number): Uint8Array {
    const taken = piece.subarray(0, length);
    if (taken.length === piece.length) this.#pieces.shift();
    else this.#pieces[0] = piece.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** The plain bytes that come next; undefined at the end. */
  async #piece(): Promise<Uint8Array | undefined> {
    while (this.#pieces.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isEnded) return undefined;
      await this.#feed();
      this.#count();
    }
    return this.#pieces[0];
  }

  async #feed(): Promise<void> {
    const { start, end } = this.#range;
    const length = Math.min(INPUT_LENGTH, end - start - this.#fed);
    const chunk = this.#input.subarray(0, length);
    if (length > 0) this.#source.readExactly(chunk, start + this.#fed);
    this.#fed += length;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (length > 0) this.#zlib.write(chunk, () => setImmediate(resolve));
      else this.#zlib.end();
    });
  }

  /** Holds what has come out since against the limits and claims. */
  #count(): void {
    const { kind, size, limits } = this.#range;
    for (const piece of this.#pieces) {
      this.#plain += piece.length;
      if (kind === 'raw') this.#crc = crc32(piece, this.#crc);
    }
    if (size !== undefined && this.#plain > size) throw new ImgstoreError('CORRUPT', `the entry holds more than the ${size} bytes that the archive says`, this.place);
    requireRatio(this.#plain, this.#fed, limits, this.place);
  }

  #explain(error: Error): Error {
    const code: unknown = 'code' in error ? error.code : undefined;
    const place = { ...this.place, cause: error };
    if (code === 'Z_BUF_ERROR') return new ImgstoreError('TRUNCATED', 'the compressed bytes end before they are complete', place);
    if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return new ImgstoreError('CORRUPT', `the compressed bytes are damaged: ${error.message}`, place);
    return error;
  }
}
