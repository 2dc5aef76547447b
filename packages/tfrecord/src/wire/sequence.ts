/**
 * tf.train.SequenceExample (tensorflow/core/example/example.proto and feature.proto):
 *
 *     SequenceExample { Features context = 1; FeatureLists feature_lists = 2; }
 *     FeatureLists    { map<string, FeatureList> feature_list = 1; }
 *     FeatureList     { repeated Feature feature = 1; }
 *
 * Field 1 is an Example's field 1: a SequenceExample without lists is an Example byte for byte, and decodes as both.
 */
import { WireType } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { readEntries, readFeature, readKey } from './example.js';
import { inOrder } from './lists.js';
import type { Piece } from './lists.js';
import { RecordReader } from './record-reader.js';

const message = (field: number): number => (field << 3) | WireType.bytes;

/** A tf.train.SequenceExample: features of the whole, and for each name a feature for each step. */
export interface SequenceExample {
  readonly context: ReadonlyMap<string, FeatureValue>;
  /** Names of context features without a kind, as in an Example. */
  readonly kindless: readonly string[];
  /** undefined in a list: a Feature without a kind, which holds nothing and keeps its place. */
  readonly featureLists: ReadonlyMap<string, readonly (FeatureValue | undefined)[]>;
}

/**
 * The context and the feature lists of a serialized tf.train.SequenceExample. Values are as those of `decodeExample`: bytes are
 * views of `data`, numbers are exact copies.
 * @param options.base the offset of `data` in its file, for errors. Default 0.
 * @throws ImgstoreError CORRUPT with the offset; LIMIT as `decodeExample`, where steps count as values.
 */
export function decodeSequenceExample(data: Uint8Array, options: { readonly base?: number } = {}): SequenceExample {
  const reader = new RecordReader(data, { base: options.base ?? 0 });
  const context = new Map<string, FeatureValue>();
  const featureLists = new Map<string, readonly (FeatureValue | undefined)[]>();
  const kindless = new Set<string>();
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== message(1) && tag !== message(2)) {
      reader.skip(tag);
      continue;
    }
    const end = reader.length() + reader.position;
    if (tag === message(1)) readEntries(reader, end, context, kindless);
    else readFeatureLists(reader, end, featureLists);
    reader.position = end;
    reader.end = data.length;
  }
  return { context, kindless: [...kindless], featureLists };
}

function readFeatureLists(reader: RecordReader, end: number, found: Map<string, readonly (FeatureValue | undefined)[]>): void {
  reader.end = end;
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== message(1)) {
      reader.skip(tag);
      continue;
    }
    reader.countFeature();
    const entryEnd = reader.length() + reader.position;
    readEntry(reader, entryEnd, found);
    reader.position = entryEnd;
    reader.end = end;
  }
}

function readEntry(reader: RecordReader, end: number, found: Map<string, readonly (FeatureValue | undefined)[]>): void {
  let key = '';
  let value: Piece | undefined;
  reader.end = end;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === message(1)) key = readKey(reader);
    else if (tag === message(2)) {
      const length = reader.length();
      if (value !== undefined) reader.countValues(1);
      value = { start: reader.position, end: reader.position + length, before: value };
      reader.position += length;
    } else reader.skip(tag);
  }
  const steps: (FeatureValue | undefined)[] = [];
  reader.feature = key;
  for (const piece of value ? inOrder(value) : []) readSteps(reader, piece, steps);
  reader.feature = undefined;
  found.set(key, steps);
}

/** The features of a FeatureList, one for each step. */
function readSteps(reader: RecordReader, list: Piece, steps: (FeatureValue | undefined)[]): void {
  reader.position = list.start;
  reader.end = list.end;
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== message(1)) {
      reader.skip(tag);
      continue;
    }
    reader.countValues(1);
    const end = reader.length() + reader.position;
    steps.push(readFeature(reader, { start: reader.position, end, before: undefined }));
    reader.position = end;
    reader.end = list.end;
  }
}
