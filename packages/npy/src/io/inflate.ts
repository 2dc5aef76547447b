import { crc32 } from 'node:zlib';
import { ImgstoreError } from '@imgstore/core';
import type { ByteReader, ErrorPlace, Limits } from '@imgstore/core';
import { openInflater } from '@imgstore/core/files';
import type { ByteSource } from './source.js';
import { trailing, wrongChecksum } from './stream.js';
import type { ByteStream, StreamRange } from './stream.js';

/** As much is stepped over at once. */
const SKIP_BYTES = 1 << 16;

/** How to inflate. */
export interface InflateRange extends StreamRange {
  /** `deflate`: an entry of a zip archive, whose size and CRC are known from outside. `gzip`: a file, which has its own. */
  readonly kind: 'deflate' | 'gzip';
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
  readonly #plain: ByteReader;
  #inflated = 0;
  #crc = 0;

  constructor(source: ByteSource, range: InflateRange) {
    const { kind, place, size, limits: { ratio } } = range;
    this.#source = source;
    this.#range = range;
    this.place = place;
    this.size = size;
    this.#plain = openInflater(rangeReader(source, range), { kind, ratio, place, onPlain: (piece) => this.#count(piece) });
  }

  get consumed(): number {
    return this.#plain.consumed;
  }

  async read(target: Uint8Array): Promise<void> {
    for (let filled = 0; filled < target.length;) {
      const length = await this.#plain.read(target.subarray(filled));
      if (length === 0) throw new ImgstoreError('TRUNCATED', `${this.position} bytes are there, expected ${target.length - filled} more`, { ...this.place, offset: this.position });
      filled += length;
      this.position += length;
    }
  }

  async skip(length: number): Promise<void> {
    const scratch = new Uint8Array(Math.min(length, SKIP_BYTES));
    for (let left = length; left > 0; left -= scratch.length) await this.read(scratch.subarray(0, left));
  }

  async finish(): Promise<void> {
    const { crc } = this.#range;
    if (await this.#plain.read(new Uint8Array(1)) > 0) throw trailing(this.#inflated - this.position, this.place, this.position);
    if (crc !== undefined && crc !== this.#crc) throw wrongChecksum(this.#crc, crc, this.place);
    this.#source.checkUnchanged();
  }

  close(): void {
    void this.#plain.close();
  }

  #count(piece: Uint8Array): void {
    const { crc, size } = this.#range;
    this.#inflated += piece.length;
    if (crc !== undefined) this.#crc = crc32(piece, this.#crc);
    if (size !== undefined && this.#inflated > size) throw new ImgstoreError('CORRUPT', `the entry holds more than the ${size} bytes that the archive says`, this.place);
  }
}

/** The bytes of a range, one after the other. Closing leaves the source open. */
function rangeReader(source: ByteSource, { start, end }: StreamRange): ByteReader {
  let at = start;
  return {
    size: end - start,
    get consumed() {
      return at - start;
    },
    read(target) {
      const length = Math.min(target.length, end - at);
      if (length > 0) source.readExactly(target.subarray(0, length), at);
      at += length;
      return length;
    },
    close() {},
  };
}
