/**
 * The lists in a Feature: BytesList, FloatList and Int64List, each a message whose field 1, `value`, is repeated. Numbers
 * are packed (one field holds many), unpacked (a field for each) or both; other fields are stepped over.
 */
import { WireType } from '@imgstore/core';
import type { FeatureValue, WireReader } from '@imgstore/core';
import { singleBytes } from './feature.js';
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

/** BytesList. The values are views of the record. */
export function readBytesList(reader: WireReader, pieces: readonly Piece[]): FeatureValue {
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
export function readFloatList(reader: WireReader, pieces: readonly Piece[]): FeatureValue {
  const runs = readRuns(reader, pieces, floatValue);
  let bytes = 0;
  for (const { start, end } of runs) {
    if ((end - start) % 4 !== 0) throw reader.corrupt(`${end - start} bytes of packed float32 are not a whole number of them`, start);
    bytes += end - start;
  }
  const values = new Float32Array(bytes / 4);
  const bits = new Uint8Array(values.buffer);
  let at = 0;
  for (const { start, end } of runs) {
    bits.set(reader.bytes.subarray(start, end), at);
    at += end - start;
  }
  return { kind: 'float32', values };
}

/** Int64List, exact. */
export function readInt64List(reader: WireReader, pieces: readonly Piece[]): FeatureValue {
  const runs = readRuns(reader, pieces, varintValue);
  let count = 0;
  for (const { start, end } of runs) {
    const more = countVarints(reader.bytes, start, end);
    if (more === undefined) throw reader.corrupt('a packed varint is cut, or longer than 10 bytes', start);
    count += more;
  }
  const values = new BigInt64Array(count);
  let index = 0;
  for (const { start, end } of runs) index = putInt64s(reader.bytes, start, end, values, index);
  return { kind: 'int64', values };
}

/** A stretch of the record that holds numbers and nothing else. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/** Where the numbers of a list are: in packed fields, and in fields of the type that holds one. */
function readRuns(reader: WireReader, pieces: readonly Piece[], oneValue: number): readonly Run[] {
  const runs: Run[] = [];
  for (const piece of pieces) {
    enter(reader, piece);
    while (reader.more) {
      const tag = reader.tag();
      const start = reader.position;
      if (tag === bytesValue) {
        const length = reader.length();
        runs.push({ start: reader.position, end: reader.position + length });
        reader.position += length;
      } else {
        reader.skip(tag);
        if (tag === oneValue) runs.push({ start, end: reader.position });
      }
    }
  }
  return runs;
}

function enter(reader: WireReader, piece: Piece): void {
  reader.position = piece.start;
  reader.end = piece.end;
}
