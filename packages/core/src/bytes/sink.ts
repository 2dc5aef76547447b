import { ImgstoreError } from '../errors.js';

const TWO_32 = 0x1_0000_0000;

/** Collects numbers and bytes in one growing buffer. What is written is copied. */
export class ByteSink {
  /** How many bytes have been written. */
  length = 0;
  #bytes: Uint8Array;
  #view: DataView;

  /** @param initialCapacity in bytes; the buffer doubles when it is full. Default 1024. */
  constructor(initialCapacity = 1024) {
    this.#bytes = new Uint8Array(initialCapacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    checkUnsigned(value, 8);
    const at = this.#grow(1); // which may replace the buffer
    this.#bytes[at] = value;
  }

  u16le(value: number): void {
    checkUnsigned(value, 16);
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }

  u16be(value: number): void {
    checkUnsigned(value, 16);
    const at = this.#grow(2);
    this.#view.setUint16(at, value, false);
  }

  u32le(value: number): void {
    checkUnsigned(value, 32);
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }

  u32be(value: number): void {
    checkUnsigned(value, 32);
    const at = this.#grow(4);
    this.#view.setUint32(at, value, false);
  }

  i32le(value: number): void {
    if ((value | 0) !== value) throw outside(value, 'signed 32');
    const at = this.#grow(4);
    this.#view.setInt32(at, value, true);
  }

  /** A safe integer of at least 0. */
  u64le(value: number): void {
    checkUnsigned(value, 64);
    const at = this.#grow(8);
    this.#view.setUint32(at, value % TWO_32, true);
    this.#view.setUint32(at + 4, Math.floor(value / TWO_32), true);
  }

  /** A safe integer of at least 0. */
  u64be(value: number): void {
    checkUnsigned(value, 64);
    const at = this.#grow(8);
    this.#view.setUint32(at, Math.floor(value / TWO_32), false);
    this.#view.setUint32(at + 4, value % TWO_32, false);
  }

  /** Rounded to the nearest float32. */
  f32le(value: number): void {
    const at = this.#grow(4);
    this.#view.setFloat32(at, value, true);
  }

  f64le(value: number): void {
    const at = this.#grow(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Copies the bytes, which may be a part of this sink's own view. */
  bytes(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** All that was written: a view, valid until the next write or `clear`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Forgets what was written and keeps the buffer. */
  clear(): void {
    this.length = 0;
  }

  /** Makes room for `count` bytes, counts them as written and returns where they begin. */
  #grow(count: number): number {
    const at = this.length;
    const length = at + count;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.length = length;
    return at;
  }
}

function checkUnsigned(value: number, bits: 8 | 16 | 32 | 64): void {
  if (!(Number.isSafeInteger(value) && value >= 0 && value < 2 ** bits)) throw outside(value, `unsigned ${bits}`);
}

function outside(value: number, bits: string): ImgstoreError {
  return new ImgstoreError('LIMIT', `the number ${value} does not fit in ${bits} bits`);
}
