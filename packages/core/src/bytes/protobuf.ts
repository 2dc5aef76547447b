/**
 * The protocol buffers wire format (https://protobuf.dev/programming-guides/encoding): the part that Example and
 * Datum share. A message is a row of fields, each a tag (field number << 3 | wire type) and a value.
 */
import { ImgstoreError } from '../errors.js';

/** The wire types: how the value behind a tag is stored. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Groups within groups deeper than this are CORRUPT, as in the reference implementations. */
const MAX_DEPTH = 100;
const TWO_32 = 0x1_0000_0000;

/**
 * Reads fields from a message. Every read is checked against `end`; errors carry the absolute offset `base + position`.
 * Bytes are views of the message, valid as long as it is.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly base: number;
  position: number;
  /** One past the last byte that may be read. Set it to read a nested message in place, and set it back after. */
  end: number;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, options: { readonly start?: number; readonly end?: number; readonly base?: number } = {}) {
    this.bytes = bytes;
    this.base = options.base ?? 0;
    this.position = options.start ?? 0;
    this.end = options.end ?? bytes.length;
  }

  /** Whether fields are left. */
  get more(): boolean {
    return this.position < this.end;
  }

  /** The next tag, as field number << 3 | wire type. Longer than 5 bytes is CORRUPT, as in the reference implementations. */
  tag(): number {
    const start = this.position;
    let tag = start < this.end ? this.bytes[start] as number : 0x80;
    if (tag <= 0x7f) this.position = start + 1;
    else {
      const low = this.#low();
      if (this.position - start > 5 || this.#high !== 0) throw this.corrupt('a tag is longer than 32 bits', start);
      tag = low;
    }
    const type = tag & 7;
    if (tag >>> 3 === 0 || type >= 6) throw this.corrupt(`field ${tag >>> 3} of wire type ${type} is not possible`, start);
    return tag;
  }

  /** A varint of which the low 32 bits are wanted, unsigned; longer ones are read whole. Wide values are cut as the reference implementations cut them. */
  uint32(): number {
    const { position } = this;
    const byte = position < this.end ? this.bytes[position] as number : 0x80;
    if (byte > 0x7f) return this.#low();
    this.position = position + 1;
    return byte;
  }

  /** A varint as int32: the low 32 bits, signed. */
  int32(): number {
    return this.uint32() | 0;
  }

  /** A varint as bool: whether any of its 64 bits is set. */
  bool(): boolean {
    return this.#low() !== 0 || this.#high !== 0;
  }

  /** The high 32 bits of the varint that `#low` read. */
  #high = 0;

  /** Reads a varint of up to 10 bytes as two unsigned 32-bit halves: returns the low one and leaves the high one in `#high`. */
  #low(): number {
    const { bytes } = this;
    let position = this.position;
    // Near the end each byte has to be checked; unrolled for the rest, because dense records are little else than varints.
    if (this.end - position < 10) return this.#lowNearEnd();
    let byte = bytes[position++] as number;
    let low = byte & 0x7f;
    let high = 0;
    more: if (byte > 0x7f) {
      byte = bytes[position++] as number;
      low |= (byte & 0x7f) << 7;
      if (byte <= 0x7f) break more;
      byte = bytes[position++] as number;
      low |= (byte & 0x7f) << 14;
      if (byte <= 0x7f) break more;
      byte = bytes[position++] as number;
      low |= (byte & 0x7f) << 21;
      if (byte <= 0x7f) break more;
      byte = bytes[position++] as number;
      low |= (byte & 0x7f) << 28;
      high = (byte & 0x7f) >>> 4;
      for (let shift = 3; byte > 0x7f; shift += 7) {
        if (shift > 31) throw this.corrupt('a varint is longer than 10 bytes');
        byte = bytes[position++] as number;
        high |= (byte & 0x7f) << shift;
      }
    }
    this.position = position;
    this.#high = high >>> 0;
    return low >>> 0;
  }

  #lowNearEnd(): number {
    const { bytes, end } = this;
    let position = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= end) throw this.truncated('a varint');
      const byte = bytes[position++] as number;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte <= 0x7f) break;
    }
    this.position = position;
    this.#high = high >>> 0;
    return low >>> 0;
  }

  /** The length of what follows, checked against what is left. */
  length(): number {
    const start = this.position;
    const byte = start < this.end ? this.bytes[start] as number : 0x80;
    let length = byte;
    if (byte <= 0x7f) this.position = start + 1;
    else length = this.#low() + this.#high * TWO_32;
    if (length > this.end - this.position) {
      throw this.corrupt(`${length} bytes are announced, ${this.end - this.position} are left`, start);
    }
    return length;
  }

  /** A length and that many bytes: a view. */
  view(): Uint8Array {
    const length = this.length();
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, start + length);
  }

  /** A DataView of the whole of `bytes`, made once. */
  view32(): DataView {
    return this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** Steps over the value of a field that nobody knows, groups included. */
  skip(tag: number): void {
    this.#skip(tag, 0);
  }

  #skip(tag: number, depth: number): void {
    switch (tag & 7) {
      case WireType.varint: this.#low(); return;
      case WireType.fixed64: this.#advance(8); return;
      case WireType.bytes: this.#advance(this.length()); return;
      case WireType.fixed32: this.#advance(4); return;
      case WireType.startGroup:
        if (depth >= MAX_DEPTH) throw this.corrupt(`groups are nested deeper than ${MAX_DEPTH}`, this.position);
        for (;;) {
          if (!this.more) throw this.truncated('a group');
          const inner = this.tag();
          if ((inner & 7) === WireType.endGroup) {
            if (inner >>> 3 !== tag >>> 3) throw this.corrupt('a group ends with the tag of another', this.position);
            return;
          }
          this.#skip(inner, depth + 1);
        }
      default: throw this.corrupt('a group ends that did not begin', this.position);
    }
  }

  /** A CORRUPT error at that position of the message. */
  corrupt(what: string, position: number = this.position): ImgstoreError {
    return new ImgstoreError('CORRUPT', `the protobuf message is damaged: ${what}`, { offset: this.base + position });
  }

  /** A CORRUPT error at the present position: `what` does not end where the message does. */
  truncated(what: string): ImgstoreError {
    return this.corrupt(`${what} runs past the end`);
  }

  #need(count: number): void {
    if (this.end - this.position < count) throw this.truncated(`a value of ${count} bytes`);
  }

  #advance(count: number): void {
    this.#need(count);
    this.position += count;
  }
}

/** How many bytes a varint takes. `value` is a safe integer of at least 0. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++;
  return length;
}

const MAX_SAFE = 0x1f_ffff_ffff_ffffn;

/** Writes a varint at `offset` of `target`, which must have room, and returns the offset behind it. `value` is a safe integer of at least 0. */
export function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let rest = value;
  for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) target[offset++] = (rest % 128) | 0x80;
  for (; rest > 0x7f; rest >>>= 7) target[offset++] = (rest & 0x7f) | 0x80;
  target[offset++] = rest;
  return offset;
}

/** Writes an int64 as a varint at `offset` of `target`, which must have room, and returns the offset behind it. */
export function writeInt64(target: Uint8Array, offset: number, value: bigint): number {
  if (value >= 0n && value <= MAX_SAFE) return writeVarint(target, offset, Number(value));
  // The low 28 bits as four bytes, the high 36 as a varint of their own.
  let low = Number(BigInt.asUintN(28, value));
  for (let i = 0; i < 4; i++, low >>>= 7) target[offset++] = (low & 0x7f) | 0x80;
  return writeVarint(target, offset, Number(BigInt.asUintN(36, value >> 28n)));
}
