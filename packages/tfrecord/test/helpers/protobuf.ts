import protobuf from 'protobufjs';
import type { FeatureValue } from '@imgstore/core';

/** Example and its parts, for protobufjs. */
export const schema = {
  nested: {
    BytesList: { fields: { value: { rule: 'repeated', type: 'bytes', id: 1 } } },
    FloatList: { fields: { value: { rule: 'repeated', type: 'float', id: 1, options: { packed: true } } } },
    Int64List: { fields: { value: { rule: 'repeated', type: 'int64', id: 1, options: { packed: true } } } },
    Feature: {
      oneofs: { kind: { oneof: ['bytesList', 'floatList', 'int64List'] } },
      fields: { bytesList: { type: 'BytesList', id: 1 }, floatList: { type: 'FloatList', id: 2 }, int64List: { type: 'Int64List', id: 3 } },
    },
    Features: { fields: { feature: { keyType: 'string', type: 'Feature', id: 1 } } },
    Example: { fields: { features: { type: 'Features', id: 1 } } },
  },
};
const root = protobuf.Root.fromJSON(schema);
const example = root.lookupType('Example');

/** A feature as a test compares it: numbers as text, bytes and float bits as hex, so that NaN and 2^63 are exact. */
export type Plain = Readonly<Record<string, readonly [kind: string, ...values: string[]]>>;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const floatBits = (value: number): string => hex(new Uint8Array(Float32Array.of(value).buffer));

/** What protobufjs understands of those bytes. @throws when it refuses them. */
export function judge(bytes: Uint8Array): Plain {
  const decoded = example.toObject(example.decode(bytes), { longs: String, bytes: Array }) as {
    features?: { feature?: Record<string, { bytesList?: { value?: number[][] }; floatList?: { value?: number[] }; int64List?: { value?: string[] } }> };
  };
  const result: Record<string, readonly [string, ...string[]]> = Object.create(null) as never;
  for (const [name, feature] of Object.entries(decoded.features?.feature ?? {})) {
    const { bytesList, floatList, int64List } = feature;
    if (int64List) result[name] = ['int64', ...(int64List.value ?? [])];
    else if (floatList) result[name] = ['float32', ...(floatList.value ?? []).map(floatBits)];
    else if (bytesList) result[name] = ['bytes', ...(bytesList.value ?? []).map((value) => hex(Uint8Array.from(value)))];
    else result[name] = ['none'];
  }
  return result;
}

/** The bytes that protobufjs makes. */
export function encodeByJudge(features: Readonly<Record<string, unknown>>): Uint8Array {
  return example.encode(example.fromObject({ features: { feature: features } })).finish();
}

/** Our features in the same form. */
export function plain(features: ReadonlyMap<string, FeatureValue>, kindless: readonly string[] = []): Plain {
  const result: Record<string, readonly [string, ...string[]]> = Object.create(null) as never;
  for (const name of kindless) result[name] = ['none'];
  for (const [name, value] of features) {
    if (value.kind === 'bytes') result[name] = ['bytes', ...value.values.map(hex)];
    else if (value.kind === 'int64') result[name] = ['int64', ...Array.from(value.values, String)];
    else if (value.kind === 'float32') result[name] = ['float32', ...Array.from({ length: value.values.length }, (_, index) => hex(new Uint8Array(value.values.buffer, value.values.byteOffset + 4 * index, 4)))];
  }
  return result;
}
