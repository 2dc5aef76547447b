import { crc32 } from 'node:zlib';
import { ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import type { ByteSource } from './source.js';

/** The bytes of one array file, in order: those of a file as it is, or of an entry of an archive. Reads are never concurrent. */
export interface ByteStream {
  /** For errors: the file, and the entry's key. */
  readonly place: ErrorPlace;
  /** How many bytes there are in all, as far as that is said; a compressed entry's is a claim, which is held against its compressed size. */
  readonly size: number | undefined;
  /** The offset, in these bytes, of the next read. */
  readonly position: number;
  /** How many bytes of the file beneath have been taken. */
  readonly consumed: number;
  /** Fills all of `target`. @throws ImgstoreError TRUNCATED, CORRUPT. */
  read(target: Uint8Array): void | Promise<void>;
  /** Steps over bytes. */
  skip(length: number): void | Promise<void>;
  /** Says that no more is wanted. @throws ImgstoreError CORRUPT when bytes are left, or a checksum is wrong. */
  finish(): void | Promise<void>;
  close(): void;
}

/** Which bytes of a source make the stream. */
export interface StreamRange {
  readonly start: number;
  readonly end: number;
  readonly place: ErrorPlace;
  /** The CRC-32 of all of them, where one is known. Checked when all were read, and not when some were stepped over. */
  readonly crc?: number;
}

/** Bytes of a source as they are. Stepping over costs nothing. Closing leaves the source open. */
export class PlainStream implements ByteStream {
  readonly place: ErrorPlace;
  readonly size: number;
  position = 0;
  readonly #source: ByteSource;
  readonly #range: StreamRange;
  #crc = 0;
  #hasSkipped = false;

  constructor(source: ByteSource, range: StreamRange) {
    this.#source = source;
    this.#range = range;
    this.place = range.place;
    this.size = range.end - range.start;
  }

  get consumed(): number {
    return this.position;
  }

  read(target: Uint8Array): void {
    if (target.length > this.size - this.position) {
      throw new ImgstoreError('TRUNCATED', `${this.size} bytes are there, expected at least ${this.position + target.length}`, { ...this.place, offset: this.size });
    }
    this.#source.readExactly(target, this.#range.start + this.position);
    if (this.#range.crc !== undefined && !this.#hasSkipped) this.#crc = crc32(target, this.#crc);
    this.position += target.length;
  }

  skip(length: number): void {
    if (length === 0) return;
    this.#hasSkipped = true;
    this.position += length;
  }

  finish(): void {
    const left = this.size - this.position;
    if (left > 0) throw trailing(left, this.place, this.position);
    const { crc } = this.#range;
    if (crc !== undefined && !this.#hasSkipped && crc !== this.#crc) throw wrongChecksum(this.#crc, crc, this.place);
    this.#source.checkUnchanged();
  }

  close(): void {}
}

/** That bytes are left where an array should have ended. */
export function trailing(count: number, place: ErrorPlace, offset: number): ImgstoreError {
  return new ImgstoreError('CORRUPT', `${count} bytes follow the array`, { ...place, offset });
}

/** That a checksum does not fit. */
export function wrongChecksum(computed: number, stored: number, place: ErrorPlace): ImgstoreError {
  return new ImgstoreError('CORRUPT', `checksum 0x${hex(computed)}, stored 0x${hex(stored)}`, place);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
