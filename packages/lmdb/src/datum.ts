/**
 * The wire of Caffe's Datum, a proto2 message (BVLC/caffe src/caffe/proto/caffe.proto).
 *
 * ```text
 * 1 channels int32   2 height int32   3 width int32   4 data bytes
 * 5 label int32      6 float_data repeated float, not packed (packed is read)   7 encoded bool, default false
 * ```
 */
import { ImgstoreError, WireReader, WireType, writeInt64, writeVarint } from '@imgstore/core';

/** One Datum. A field that the message does not have is undefined; absent numbers mean 0, an absent `encoded` false. */
export interface Datum {
  readonly channels?: number | undefined;
  readonly height?: number | undefined;
  readonly width?: number | undefined;
  /** The bytes of an image file (`encoded`) or of pixels, channels first. */
  readonly data?: Uint8Array | undefined;
  readonly label?: number | undefined;
  /** Pixels as numbers, channels first. Used instead of `data`. */
  readonly floatData?: Float32Array | undefined;
  readonly encoded?: boolean | undefined;
  /** Whether the message that was read has fields beside these, which are not kept; not written. */
  readonly hasOthers?: true | undefined;
}

const tag = (field: number, type: number): number => field << 3 | type;
const CHANNELS = tag(1, WireType.varint);
const HEIGHT = tag(2, WireType.varint);
const WIDTH = tag(3, WireType.varint);
/** The tag of the image. */
export const DATA: number = tag(4, WireType.bytes);
const LABEL = tag(5, WireType.varint);
const FLOAT = tag(6, WireType.fixed32);
const PACKED_FLOATS = tag(6, WireType.bytes);
const ENCODED = tag(7, WireType.varint);

/**
 * The Datum in `bytes`. As protocol buffers have it, unknown fields are stepped over and the last of several values
 * counts. `data` is a view of `bytes`; `floatData` is the caller's own.
 * @throws ImgstoreError CORRUPT with the offset, counted from `base`.
 */
export function decodeDatum(bytes: Uint8Array, options: { readonly base?: number } = {}): Datum {
  const reader = new WireReader(bytes, options);
  let channels: number | undefined;
  let height: number | undefined;
  let width: number | undefined;
  let data: Uint8Array | undefined;
  let label: number | undefined;
  let floats: FloatList | undefined;
  let encoded: boolean | undefined;
  let hasOthers: true | undefined;
  while (reader.more) {
    const field = reader.tag();
    switch (field) {
      case CHANNELS: channels = reader.int32(); break;
      case HEIGHT: height = reader.int32(); break;
      case WIDTH: width = reader.int32(); break;
      case DATA: data = reader.view(); break;
      case LABEL: label = reader.int32(); break;
      case FLOAT: (floats ??= new FloatList()).addRow(reader); break;
      case PACKED_FLOATS: (floats ??= new FloatList()).addPacked(reader); break;
      case ENCODED: encoded = reader.bool(); break;
      default:
        reader.skip(field);
        hasOthers = true;
    }
  }
  return { channels, height, width, data, label, floatData: floats?.values(), encoded, hasOthers };
}

/** Collects floats by their bits: a number would lose the payload of a NaN. */
class FloatList {
  #bits: Uint32Array = new Uint32Array();
  #length = 0;

  /** The value at the reader and those that follow it, each with its own tag. */
  addRow(reader: WireReader): void {
    const { bytes } = reader;
    let next = reader.position + 4;
    while (next + 5 <= reader.end && bytes[next] === FLOAT) next += 5;
    if (next > reader.end) throw reader.truncated('a value of 4 bytes');
    this.#reserve((next - reader.position + 1) / 5);
    const view = reader.view32();
    for (let at = reader.position; at < next; at += 5) this.#bits[this.#length++] = view.getUint32(at, true);
    reader.position = next;
  }

  addPacked(reader: WireReader): void {
    const length = reader.length();
    if (length % 4 !== 0) throw reader.corrupt(`${length} bytes of packed floats are no whole number of them`);
    this.#reserve(length / 4);
    const view = reader.view32();
    for (const end = reader.position + length; reader.position < end; reader.position += 4) {
      this.#bits[this.#length++] = view.getUint32(reader.position, true);
    }
  }

  values(): Float32Array {
    return new Float32Array(this.#bits.buffer, 0, this.#length);
  }

  /** Room for `more` values, which have been seen in the message. Doubled, for fields of one value each. */
  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bits.length) return;
    const bits = new Uint32Array(Math.max(needed, this.#bits.length * 2));
    bits.set(this.#bits.subarray(0, this.#length));
    this.#bits = bits;
  }
}

/** The message of a Datum: the fields that it has, in the order of their numbers. The caller's own. @throws ImgstoreError LIMIT above 2 GiB. */
export function encodeDatum(datum: Datum): Uint8Array {
  const parts = new DatumEncoder().encode(datum);
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}

/** The most bytes of the fields before the image, and of those behind it without `float_data`. */
const HEAD_LENGTH = 3 * 11 + 6 + 5;
const TAIL_LENGTH = 11 + 2;
/** protobuf's own bound on a message, in bytes. */
export const LONGEST_MESSAGE: number = 2 ** 31 - 1;

/** Makes messages in pieces, of which `data` is the given one: a large image is not copied. */
export class DatumEncoder {
  /** One for all messages: to make two small arrays of each would cost more than to fill them. */
  readonly #bytes = new Uint8Array(2 * (HEAD_LENGTH + TAIL_LENGTH)); // up to 64 bytes V8 keeps inside the array, and moves out for the first view

  /** The pieces in their order, valid until the next call. @throws ImgstoreError LIMIT above 2 GiB, which no program parses. */
  encode({ channels, height, width, data, label, floatData, encoded }: Datum): readonly Uint8Array[] {
    const length = HEAD_LENGTH + TAIL_LENGTH + (data?.length ?? 0) + 5 * (floatData?.length ?? 0);
    if (length > LONGEST_MESSAGE) throw new ImgstoreError('LIMIT', `the Datum would take ${length} bytes, protobuf's limit is ${LONGEST_MESSAGE}`);
    const bytes = this.#bytes;
    let at = 0;
    if (channels !== undefined) at = writeInt32(bytes, at, CHANNELS, channels);
    if (height !== undefined) at = writeInt32(bytes, at, HEIGHT, height);
    if (width !== undefined) at = writeInt32(bytes, at, WIDTH, width);
    if (data !== undefined) {
      bytes[at++] = DATA;
      at = writeVarint(bytes, at, data.length);
    }
    const head = bytes.subarray(0, at);
    const tail = floatData === undefined ? bytes : new Uint8Array(TAIL_LENGTH + 5 * floatData.length);
    const start = floatData === undefined ? at : 0;
    let end = start;
    if (label !== undefined) end = writeInt32(tail, end, LABEL, label);
    if (floatData !== undefined) end = writeFloats(tail, end, floatData);
    if (encoded !== undefined) {
      tail[end++] = ENCODED;
      tail[end++] = encoded ? 1 : 0;
    }
    return data === undefined ? [head, tail.subarray(start, end)] : [head, data, tail.subarray(start, end)];
  }
}

function writeInt32(target: Uint8Array, at: number, field: number, value: number): number {
  target[at++] = field;
  return value < 0 ? writeInt64(target, at, BigInt(value)) : writeVarint(target, at, value);
}

function writeFloats(target: Uint8Array, at: number, floats: Float32Array): number {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  for (const value of bits) {
    target[at] = FLOAT;
    target[at + 1] = value;
    target[at + 2] = value >>> 8;
    target[at + 3] = value >>> 16;
    target[at + 4] = value >>> 24;
    at += 5;
  }
  return at;
}
