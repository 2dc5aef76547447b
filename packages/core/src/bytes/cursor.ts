import { ImgstoreError } from '../errors.js';
import type { ErrorPlace } from '../errors.js';

const TWO_32 = 0x1_0000_0000;

/**
 * Reads numbers and bytes one after another. Every read is checked against the end; offsets in errors are absolute.
 * A read past the end throws ImgstoreError TRUNCATED and leaves the position where it was.
 */
export class ByteCursor {
  readonly #source: Uint8Array;
  /** The absolute offset of the first byte, e.g. in the file. */
  readonly base: number;
  /** Where the next read begins, from 0. It may be set; a read from outside the bytes is TRUNCATED. */
  position = 0;
  readonly #place: ErrorPlace | undefined;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, options: { readonly base?: number; readonly place?: ErrorPlace } = {}) {
    this.#source = bytes;
    this.base = options.base ?? 0;
    this.#place = options.place;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** One past the last byte. */
  get end(): number {
    return this.#source.length;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#source.length - this.position;
  }

  /** The absolute offset of the next read. */
  get offset(): number {
    return this.base + this.position;
  }

  u8(): number {
    return this.#source[this.#take(1)] as number;
  }

  u16le(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u16be(): number {
    return this.#view.getUint16(this.#take(2), false);
  }

  u32le(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u32be(): number {
    return this.#view.getUint32(this.#take(4), false);
  }

  i32le(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** @throws ImgstoreError LIMIT above 2^53-1. */
  u64le(): number {
    const at = this.#take(8);
    return this.#safe(this.#view.getUint32(at + 4, true), this.#view.getUint32(at, true), at);
  }

  /** @throws ImgstoreError LIMIT above 2^53-1. */
  u64be(): number {
    const at = this.#take(8);
    return this.#safe(this.#view.getUint32(at, false), this.#view.getUint32(at + 4, false), at);
  }

  f32le(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64le(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** The next `length` bytes: a view, valid as long as the bytes are. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#source.subarray(at, at + length);
  }

  /** Steps over `length` bytes, which must be there. */
  skip(length: number): void {
    this.#take(length);
  }

  /** Moves on by `length` bytes and returns where they begin. */
  #take(length: number): number {
    const at = this.position;
    const left = this.#source.length - at;
    if (!(length >= 0 && length <= left && at >= 0)) {
      throw new ImgstoreError('TRUNCATED', `${length} bytes are needed, ${Math.max(left, 0)} are left`, { ...this.#place, offset: this.base + at });
    }
    this.position = at + length;
    return at;
  }

  #safe(high: number, low: number, at: number): number {
    if (high > 0x1f_ffff) {
      this.position = at;
      const value = (BigInt(high) << 32n) | BigInt(low);
      throw new ImgstoreError('LIMIT', `the 64-bit number ${value} is above 2^53-1`, { ...this.#place, offset: this.base + at });
    }
    return high * TWO_32 + low;
  }
}
