/**
 * The lists in a Feature: BytesList, FloatList and Int64List, each a message whose field 1, `value`, is repeated. Numbers
 * are packed (one field holds many), unpacked (a field for each) or both; other fields are stepped over.
 */
import { WireType } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { singleBytes } from './feature.js';
import type { RecordReader } from './record-reader.js';
import { countVarints, putInt64s } from './varints.js';

/** A message that may come in several pieces, which are appended: its last one, and those before. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly before: Piece | undefined;
}

/** The pieces from the first to the last. */
export function inOrder(last: Piece): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let piece: Piece | undefined = last; piece !== undefined; piece = piece.before) pieces.push(piece);
  return pieces.reverse();
}

const bytesValue = (1 << 3) | WireType.bytes;
const varintValue = (1 << 3) | WireType.varint;
const floatValue = (1 << 3) | WireType.fixed32;

/** BytesList. The values are views of the record; there is a bound on how many, unless they are single bytes. */
export function readBytesList(reader: RecordReader, pieces: readonly Piece[]): FeatureValue {
  let count = 0;
  let single = true;
  for (const piece of pieces) {
    enter(reader, piece);
    while (reader.more) {
      const tag = reader.tag();
      if (tag !== bytesValue) {
        reader.skip(tag);
        continue;
      }
      const length = reader.length();
      const start = reader.position;
      reader.position = start + length;
      // Nearly every list is one value.
      if (count === 0 && pieces.length === 1 && !reader.more) return { kind: 'bytes', values: [reader.bytes.subarray(start, start + length)] };
      single &&= length === 1;
      count++;
    }
  }
  if (!single) reader.countValues(count);
  const values = single && count > 1 ? undefined : new Array<Uint8Array>(count);
  const joined = new Uint8Array(values ? 0 : count);
  let index = 0;
  for (const piece of pieces) {
    enter(reader, piece);
    while (reader.more) {
      const tag = reader.tag();
      if (tag !== bytesValue) reader.skip(tag);
      else if (values) values[index++] = reader.view();
      else {
        reader.length();
        joined[index++] = reader.bytes[reader.position++]!;
      }
    }
  }
  return values ? { kind: 'bytes', values } : singleBytes(joined);
}

/** FloatList. The numbers are copied as bits, so NaN payloads and denormals stay what they are. */
export function readFloatList(reader: RecordReader, pieces: readonly Piece[]): FeatureValue {
  let bytes = 0;
  forEachRun(reader, pieces, floatValue, (start, end) => {
    if ((end - start) % 4 !== 0) throw reader.corrupt(`${end - start} bytes of packed float32 are not a whole number of them`, start);
    bytes += end - start;
  });
  const values = new Float32Array(bytes / 4);
  const bits = new Uint8Array(values.buffer);
  let at = 0;
  forEachRun(reader, pieces, floatValue, (start, end) => {
    // A view for each number would cost more than the numbers.
    if (end - start === 4) for (let from = start; from < end; from++) bits[at++] = reader.bytes[from]!;
    else {
      bits.set(reader.bytes.subarray(start, end), at);
      at += end - start;
    }
  });
  return { kind: 'float32', values };
}

/** Int64List, exact. */
export function readInt64List(reader: RecordReader, pieces: readonly Piece[]): FeatureValue {
  let count = 0;
  forEachRun(reader, pieces, varintValue, (start, end) => {
    const more = countVarints(reader.bytes, start, end);
    if (more === undefined) throw reader.corrupt('a packed varint is cut, or longer than 10 bytes', start);
    count += more;
  });
  const values = new BigInt64Array(count);
  let index = 0;
  forEachRun(reader, pieces, varintValue, (start, end) => {
    index = putInt64s(reader.bytes, start, end, values, index);
  });
  return { kind: 'int64', values };
}

/**
 * Calls `visit` with the start and end of each stretch of numbers and nothing else: a packed field, or a field of the type
 * that holds one. They are not gathered: there may be one for every 2 bytes.
 */
function forEachRun(reader: RecordReader, pieces: readonly Piece[], oneValue: number, visit: (start: number, end: number) => void): void {
  for (const piece of pieces) {
    enter(reader, piece);
    while (reader.more) {
      const tag = reader.tag();
      let start = reader.position;
      if (tag === bytesValue) {
        const length = reader.length();
        start = reader.position;
        reader.position = start + length;
        visit(start, reader.position);
      } else {
        reader.skip(tag);
        if (tag === oneValue) visit(start, reader.position);
      }
    }
  }
}

function enter(reader: RecordReader, piece: Piece): void {
  reader.position = piece.start;
  reader.end = piece.end;
}
