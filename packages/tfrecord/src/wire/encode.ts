import { compareKeys, encodeUtf8, ImgstoreError, varintLength, WireType, writeVarint } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { joinedSingleBytes } from './feature.js';
import type { Example } from './feature.js';

/** A feature to write: one of a sample, or integers that a mapping computed, which need no bigint. */
export type EncodeValue = FeatureValue | { readonly kind: 'integers'; readonly values: readonly number[] };

/** protobuf's own bound on a message, in bytes. */
export const longestMessage: number = 2 ** 31 - 1;

const message = (field: number): number => (field << 3) | WireType.bytes;
const listField = { 'bytes': 1, 'float32': 2, 'int64': 3, 'integers': 3 } as const;

/**
 * A tf.train.Example as bytes, its features sorted by the UTF-8 bytes of their names: what
 * `SerializeToString(deterministic=True)` gives in C++, and in Python unless one name begins another. The result is new.
 * @throws ImgstoreError LOSSY for a float64 list or a name that UTF-8 cannot hold.
 */
export function encodeExample(example: Example | { readonly features: ReadonlyMap<string, FeatureValue> }): Uint8Array {
  const encoder = new ExampleEncoder();
  const kindless = 'kindless' in example ? example.kindless : [];
  const target = new Uint8Array(encoder.measure([...example.features.keys(), ...kindless], [...example.features.values()]));
  encoder.write(target, 0);
  return target;
}

/** Encodes one Example after the other: first its size, then its bytes into memory that the caller has made room in. */
export class ExampleEncoder {
  readonly #keys = new Map<string, Uint8Array>();
  #names: readonly string[] = [];
  #order: readonly number[] = [];
  #values: readonly EncodeValue[] = [];
  /** Of each feature: bytes of its numbers or values, of its list, and of its map entry. */
  #packed: number[] = [];
  #lists: number[] = [];
  #entries: number[] = [];
  #total = 0;

  /**
   * How many bytes these features take. `names` must differ from each other; those beyond `values` are features without a kind.
   * Holds on to the values until the next call.
   */
  measure(names: readonly string[], values: readonly EncodeValue[]): number {
    if (!isSameList(names, this.#names)) {
      this.#order = Array.from(names.keys()).sort((a, b) => compareKeys(names[a]!, names[b]!));
      this.#names = names;
    }
    this.#values = values;
    let total = 0;
    for (let index = 0; index < names.length; index++) {
      const feature = values[index];
      const key = this.#key(names[index]!).length;
      let size = 0;
      if (feature !== undefined) {
        const packed = valuesLength(feature, names[index]!);
        const list = feature.kind === 'bytes' || packed === 0 ? packed : 1 + varintLength(packed) + packed;
        this.#packed[index] = packed;
        this.#lists[index] = list;
        size = 1 + varintLength(list) + list;
      }
      const entry = 1 + varintLength(key) + key + 1 + varintLength(size) + size;
      this.#entries[index] = entry;
      total += 1 + varintLength(entry) + entry;
    }
    this.#total = total;
    return total === 0 ? 0 : 1 + varintLength(total) + total;
  }

  /** Writes what was measured at `offset` of `target`, which must have room, and returns the offset behind it. */
  write(target: Uint8Array, offset: number): number {
    if (this.#total === 0) return offset;
    let at = field(target, offset, message(1), this.#total);
    for (const index of this.#order) {
      const feature = this.#values[index];
      const key = this.#key(this.#names[index]!);
      at = field(target, at, message(1), this.#entries[index]!);
      at = field(target, at, message(1), key.length);
      target.set(key, at);
      at += key.length;
      if (feature === undefined) {
        at = field(target, at, message(2), 0);
        continue;
      }
      const list = this.#lists[index]!;
      at = field(target, at, message(2), 1 + varintLength(list) + list);
      at = field(target, at, message(fieldOf(feature)), list);
      at = writeValues(target, at, feature, this.#packed[index]!);
    }
    return at;
  }

  #key(name: string): Uint8Array {
    let bytes = this.#keys.get(name);
    if (bytes === undefined) {
      if (this.#keys.size >= 1024) this.#keys.clear();
      this.#keys.set(name, bytes = encodeUtf8(name));
    }
    return bytes;
  }
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

function fieldOf(feature: EncodeValue): number {
  return feature.kind === 'float64' ? 0 : listField[feature.kind];
}

function field(target: Uint8Array, at: number, tag: number, length: number): number {
  target[at] = tag;
  return writeVarint(target, at + 1, length);
}

/** Bytes of the values themselves: of packed numbers without their tag and length. */
function valuesLength(feature: EncodeValue, name: string): number {
  switch (feature.kind) {
    case 'bytes': {
      const joined = joinedSingleBytes(feature);
      if (joined !== undefined) return 3 * joined.length;
      let length = 0;
      for (const value of feature.values) length += 1 + varintLength(value.length) + value.length;
      return length;
    }
    case 'float32': return 4 * feature.values.length;
    case 'int64': {
      let length = 0;
      for (const value of feature.values) {
        scratch[0] = value;
        length += varint64Length(halves[0]!, halves[1]!);
      }
      return length;
    }
    case 'integers': {
      let length = 0;
      for (const value of feature.values) length += value < 0 ? 10 : varintLength(value);
      return length;
    }
    case 'float64': throw new ImgstoreError('LOSSY', 'a TFRecord has no lists of float64', { feature: name });
  }
}

function writeValues(target: Uint8Array, offset: number, feature: EncodeValue, packed: number): number {
  let at = offset;
  if (feature.kind === 'bytes') {
    const joined = joinedSingleBytes(feature);
    if (joined !== undefined) {
      for (const byte of joined) {
        target[at] = message(1);
        target[at + 1] = 1;
        target[at + 2] = byte;
        at += 3;
      }
      return at;
    }
    for (const value of feature.values) {
      at = field(target, at, message(1), value.length);
      target.set(value, at);
      at += value.length;
    }
    return at;
  }
  if (packed === 0) return at;
  at = field(target, at, message(1), packed);
  if (feature.kind === 'float32') {
    target.set(new Uint8Array(feature.values.buffer, feature.values.byteOffset, packed), at);
    return at + packed;
  }
  if (feature.kind === 'int64') {
    for (const value of feature.values) {
      scratch[0] = value;
      at = writeVarint64(target, at, halves[0]!, halves[1]!);
    }
  } else if (feature.kind === 'integers') {
    for (const value of feature.values) at = value < 0 ? writeVarint64(target, at, value >>> 0, Math.floor(value / 2 ** 32) >>> 0) : writeVarint(target, at, value);
  }
  return at;
}

/** One int64 and its two halves, low first. */
const scratch = /* @__PURE__ */ new BigInt64Array(1);
const halves = /* @__PURE__ */ new Uint32Array(scratch.buffer);

function varint64Length(low: number, high: number): number {
  if (high === 0) return varintLength(low);
  return high < 0x8 ? 5 : high < 0x400 ? 6 : high < 0x2_0000 ? 7 : high < 0x100_0000 ? 8 : high < 0x8000_0000 ? 9 : 10;
}

function writeVarint64(target: Uint8Array, offset: number, low: number, high: number): number {
  let at = offset;
  while (high > 0 || low > 0x7f) {
    target[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  target[at++] = low;
  return at;
}
