/**
 * The form in which every common program writes an Example: one Features; entries of a key and then a value; a Feature of
 * one list; numbers packed, in one piece. It is read without an object for each step. What has another form is left to
 * the general reader, which also finds the words for what is damaged: nothing is refused here.
 */
import { WireType } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { KeyCache } from './keys.js';
import { mayHaveFeatures } from './record-reader.js';
import { int64s } from './varints.js';

const message = (field: number): number => (field << 3) | WireType.bytes;
const first = message(1);
const second = message(2);
const third = message(3);

const keys = /* @__PURE__ */ new KeyCache();

/** Where the length ends that was read last. */
let behind = 0;

/**
 * The features of a message of that form; undefined: it has another, at least in part. A list of another form is given to
 * `general`, as the name and the part of `data` that holds the Feature.
 */
export function quickExample(
  data: Uint8Array, general: (key: string, start: number, end: number) => FeatureValue | undefined,
): Map<string, FeatureValue> | undefined {
  const found = new Map<string, FeatureValue>();
  if (data[0] !== first || lengthAt(data, 1) !== data.length - behind) return undefined;
  let at = behind;
  let count = 0;
  while (at < data.length) {
    if (data[at] !== first || !mayHaveFeatures(++count)) return undefined;
    const end = lengthAt(data, at + 1) + behind;
    at = behind;
    if (end > data.length || data[at] !== first) return undefined;
    const keyEnd = lengthAt(data, at + 1) + behind;
    const keyStart = behind;
    if (keyEnd >= end || data[keyEnd] !== second || lengthAt(data, keyEnd + 1) !== end - behind) return undefined;
    const start = behind;
    const key = keys.get(data, keyStart, keyEnd);
    if (key === undefined) return undefined;
    const feature = quickFeature(data, start, end) ?? general(key, start, end);
    if (feature === undefined) return undefined;
    found.set(key, feature);
    at = end;
  }
  return found;
}

function quickFeature(data: Uint8Array, start: number, end: number): FeatureValue | undefined {
  const kind = data[start];
  if (end - start < 4 || lengthAt(data, start + 1) !== end - behind) return undefined;
  if (data[behind] !== first || lengthAt(data, behind + 1) !== end - behind) return undefined;
  if (kind === first) return { kind: 'bytes', values: [data.subarray(behind, end)] };
  if (kind === third) {
    const values = int64s(data, behind, end);
    return values && { kind: 'int64', values };
  }
  if (kind !== second || (end - behind) % 4 !== 0) return undefined;
  const values = new Float32Array((end - behind) / 4);
  new Uint8Array(values.buffer).set(data.subarray(behind, end));
  return { kind: 'float32', values };
}

/** A length of at most 4 bytes, and `behind` it; of a longer one, or one that is cut, something that fits nothing. */
function lengthAt(data: Uint8Array, at: number): number {
  let byte = data[at]!;
  behind = at + 1;
  if (byte < 0x80) return byte;
  let length = byte & 0x7f;
  for (let shift = 7; shift <= 21; shift += 7) {
    byte = data[behind++]!;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return length;
  }
  return Infinity;
}
