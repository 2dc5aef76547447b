/**
 * The lists in a Feature: BytesList, FloatList and Int64List, each a message whose field 1, `value`, is repeated. Numbers
 * are packed (one field holds many), unpacked (a field for each) or both; other fields are stepped over.
 */
import { WireType } from '@imgstore/core';
import type { FeatureValue, WireReader } from '@imgstore/core';
import { singleBytes } from './feature.js';

/** A list's message within the record: from, up to, from, up to... A list may come in several pieces, which are appended. */
export type Spans = readonly number[];

const bytesValue = (1 << 3) | WireType.bytes;
const varintValue = (1 << 3) | WireType.varint;
const floatValue = (1 << 3) | WireType.fixed32;

/** BytesList. The values are views of the record. */
export function readBytesList(reader: WireReader, spans: Spans): FeatureValue {
  let count = 0;
  let single = true;
  eachField(reader, spans, (tag) => {
    if (tag !== bytesValue) return reader.skip(tag);
    const length = reader.length();
    reader.position += length;
    single &&= length === 1;
    count++;
  });
  return single && count > 1 ? readSingleBytes(reader, spans, count) : readValues(reader, spans, count);
}

function readValues(reader: WireReader, spans: Spans, count: number): FeatureValue {
  const values: Uint8Array[] = new Array<Uint8Array>(count);
  let index = 0;
  eachField(reader, spans, (tag) => {
    if (tag === bytesValue) values[index++] = reader.view();
    else reader.skip(tag);
  });
  return { kind: 'bytes', values };
}

function readSingleBytes(reader: WireReader, spans: Spans, count: number): FeatureValue {
  const joined = new Uint8Array(count);
  let index = 0;
  eachField(reader, spans, (tag) => {
    if (tag !== bytesValue) return reader.skip(tag);
    reader.length();
    joined[index++] = reader.bytes[reader.position++]!;
  });
  return singleBytes(joined);
}

/** FloatList. The numbers are copied as bits, so NaN payloads and denormals stay what they are. */
export function readFloatList(reader: WireReader, spans: Spans): FeatureValue {
  let count = 0;
  eachField(reader, spans, (tag) => {
    if (tag === floatValue) {
      reader.skip(tag);
      count++;
    } else if (tag === bytesValue) {
      const length = reader.length();
      if (length % 4 !== 0) throw reader.corrupt(`${length} bytes of packed float32 are not a whole number of them`);
      reader.position += length;
      count += length / 4;
    } else reader.skip(tag);
  });
  const values = new Float32Array(count);
  const bits = new Uint8Array(values.buffer);
  let at = 0;
  eachField(reader, spans, (tag) => {
    if (tag !== floatValue && tag !== bytesValue) return reader.skip(tag);
    const length = tag === floatValue ? 4 : reader.length();
    bits.set(reader.bytes.subarray(reader.position, reader.position + length), at);
    reader.position += length;
    at += length;
  });
  return { kind: 'float32', values };
}

/** Int64List, exact. */
export function readInt64List(reader: WireReader, spans: Spans): FeatureValue {
  let count = 0;
  eachField(reader, spans, (tag) => {
    if (tag === varintValue) {
      reader.skip(tag);
      count++;
    } else if (tag === bytesValue) count += countVarints(reader);
    else reader.skip(tag);
  });
  const values = new BigInt64Array(count);
  const words = new Uint32Array(values.buffer);
  let index = 0;
  eachField(reader, spans, (tag) => {
    if (tag === varintValue) readVarint(reader, words, index++);
    else if (tag === bytesValue) {
      const end = reader.length() + reader.position;
      while (reader.position < end) readVarint(reader, words, index++);
    } else reader.skip(tag);
  });
  return { kind: 'int64', values };
}

/** Calls `visit` with the reader behind each tag; it must take the value. */
function eachField(reader: WireReader, spans: Spans, visit: (tag: number) => void): void {
  for (let span = 0; span < spans.length; span += 2) {
    reader.position = spans[span]!;
    reader.end = spans[span + 1]!;
    while (reader.more) visit(reader.tag());
  }
}

/** Steps over packed varints and says how many there are: as many as bytes without the continuation bit. */
function countVarints(reader: WireReader): number {
  const { bytes } = reader;
  const start = reader.position;
  const end = reader.length() + reader.position;
  let count = 0;
  let length = 0;
  for (let at = reader.position; at < end; at++) {
    length++;
    if (bytes[at]! > 0x7f) continue;
    if (length > 10) throw reader.corrupt('a varint is longer than 10 bytes', at);
    length = 0;
    count++;
  }
  if (length > 0) throw reader.corrupt('a packed varint is cut', start);
  reader.position = end;
  return count;
}

/** A varint, already known to be whole and of at most 10 bytes, as the two halves of an int64: a bigint for each would cost ten times as much. */
function readVarint(reader: WireReader, words: Uint32Array, index: number): void {
  const { bytes } = reader;
  let at = reader.position;
  let byte = bytes[at++]!;
  let low = byte & 0x7f;
  let high = 0;
  for (let shift = 7; byte > 0x7f; shift += 7) {
    byte = bytes[at++]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else if (shift < 64) high |= bits << (shift - 32);
  }
  reader.position = at;
  words[2 * index] = low;
  words[2 * index + 1] = high;
}
