/**
 * tf.train.Example (tensorflow/core/example/example.proto and feature.proto):
 *
 *     Example  { Features features = 1; }
 *     Features { map<string, Feature> feature = 1; }        an entry is a message { string key = 1; Feature value = 2; }
 *     Feature  { oneof kind { BytesList bytes_list = 1; FloatList float_list = 2; Int64List int64_list = 3; } }
 *
 * Read as protobuf reads it: fields in any order and in several pieces, which merge; unknown fields are stepped over; of a
 * key that comes twice the last entry counts; of a oneof the last kind, and pieces of one kind are appended.
 */
import { ImgstoreError, WireReader, WireType } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import type { Example, OwnExample } from './feature.js';
import { KeyCache } from './keys.js';
import { inOrder, readBytesList, readFloatList, readInt64List } from './lists.js';
import type { Piece } from './lists.js';
import { quickExample } from './quick.js';
import { RecordReader } from './record-reader.js';

const message = (field: number): number => (field << 3) | WireType.bytes;
const features = message(1);
const featureLists = message(2);
const entry = message(1);
const entryKey = message(1);
const entryValue = message(2);

/** Readers of a list, by the number of its field in Feature. */
const lists = [undefined, readBytesList, readFloatList, readInt64List] as const;

const keys = /* @__PURE__ */ new KeyCache();

/**
 * The features of a serialized tf.train.Example. Values of bytes are views of `data` (of lists of single bytes, a copy);
 * numbers are copies. Int64 is exact, float32 keeps its bits.
 * @param options.base the offset of `data` in its file, for errors. Default 0.
 * @throws ImgstoreError CORRUPT with the offset; UNSUPPORTED for a tf.train.SequenceExample; LIMIT for more than 10,000 features
 * or 1,000,000 values of bytes (single bytes in a list of nothing else do not count).
 */
export function decodeExample(data: Uint8Array, options: { readonly base?: number } = {}): Example {
  return decodeOwnExample(data, options.base ?? 0);
}

/** The same, as a map that the caller may take apart. */
export function decodeOwnExample(data: Uint8Array, base: number): OwnExample {
  let listReader: RecordReader | undefined;
  const quick = quickExample(data, (key, start, end) => {
    listReader ??= new RecordReader(data, { base });
    listReader.feature = key;
    return readFeature(listReader, { start, end, before: undefined });
  });
  if (quick !== undefined) return { features: quick, kindless: none };
  const reader = new RecordReader(data, { base });
  const found = new Map<string, FeatureValue>();
  const kindless = new Set<string>();
  while (reader.more) {
    const tag = reader.tag();
    if (tag === features) {
      const end = reader.length() + reader.position;
      readEntries(reader, end, found, kindless);
      reader.position = end;
      reader.end = data.length;
    } else if (tag === featureLists && isFeatureLists(reader)) {
      throw new ImgstoreError('UNSUPPORTED', 'the record is a tf.train.SequenceExample, whose lists of features are no sample', {
        offset: reader.base + reader.position, hint: 'decodeSequenceExample of @imgstore/tfrecord reads what readRecords gives',
      });
    } else reader.skip(tag);
  }
  return { features: found, kindless: kindless.size === 0 ? none : [...kindless] };
}

const none: readonly string[] = [];

/** Features up to `end`, where the caller goes on: the reader's position and end are then somewhere before. */
export function readEntries(reader: RecordReader, end: number, found: Map<string, FeatureValue>, kindless: Set<string>): void {
  reader.end = end;
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== entry) {
      reader.skip(tag);
      continue;
    }
    reader.countFeature();
    const entryEnd = reader.length() + reader.position;
    readEntry(reader, entryEnd, found, kindless);
    reader.position = entryEnd;
    reader.end = end;
  }
}

function readEntry(reader: RecordReader, end: number, found: Map<string, FeatureValue>, kindless: Set<string>): void {
  let key = '';
  let value: Piece | undefined;
  reader.end = end;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === entryKey) key = readKey(reader);
    else if (tag === entryValue) {
      const length = reader.length();
      if (value !== undefined) reader.countValues(1);
      value = { start: reader.position, end: reader.position + length, before: value };
      reader.position += length;
    } else reader.skip(tag);
  }
  reader.feature = key;
  const feature = value && readFeature(reader, value);
  reader.feature = undefined;
  if (feature === undefined) {
    found.delete(key);
    kindless.add(key);
  } else {
    found.set(key, feature);
    if (kindless.size > 0) kindless.delete(key);
  }
}

/** The key of a map entry. */
export function readKey(reader: RecordReader): string {
  const length = reader.length();
  const start = reader.position;
  const text = keys.get(reader.bytes, start, start + length);
  if (text === undefined) throw reader.corrupt('the name of a feature is not UTF-8', start);
  reader.position = start + length;
  return text;
}

/** A Feature in one or more pieces; undefined when it has no kind. */
export function readFeature(reader: RecordReader, pieces: Piece): FeatureValue | undefined {
  let kind = 0;
  let list: Piece | undefined;
  for (const piece of inOrder(pieces)) {
    reader.position = piece.start;
    reader.end = piece.end;
    while (reader.more) {
      const tag = reader.tag();
      const field = tag >>> 3;
      if (field > 3 || (tag & 7) !== WireType.bytes) {
        reader.skip(tag);
        continue;
      }
      const length = reader.length();
      const start = reader.position;
      if (field !== kind) {
        // What a later kind replaces must still be well-formed.
        if (list !== undefined) checkList(reader, kind, list);
        kind = field;
        list = undefined;
      }
      if (list !== undefined) reader.countValues(1);
      list = { start, end: start + length, before: list };
      reader.position = start + length;
    }
  }
  return list && lists[kind]?.(reader, inOrder(list));
}

function checkList(reader: RecordReader, kind: number, list: Piece): void {
  const { position, end } = reader;
  lists[kind]?.(reader, inOrder(list));
  reader.position = position;
  reader.end = end;
}

/** Whether field 2 of the outer message holds FeatureLists { map<string, FeatureList> feature_list = 1; }: Example has no field 2. */
function isFeatureLists(reader: WireReader): boolean {
  const inner = new WireReader(reader.bytes, { start: reader.position, end: reader.end });
  const length = inner.length();
  if (length < 2) return false;
  return reader.bytes[inner.position] === entry;
}
