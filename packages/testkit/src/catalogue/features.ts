import { encodeUtf8 } from '@imgstore/core';
import type { Accepts, FeatureKind, FeatureValue } from '@imgstore/core';

/** Names that are legal and awkward. */
const NAMES = ['area', 'image/object/bbox/x min', '__proto__', 'constructor', 'toString', '\u00fcber/\u65e5\u672c', '0', '../../x', 'x'.repeat(100)];

const INT64_MAX = 2n ** 63n - 1n;

/** Values of each kind: none, one, many, the limits, and bytes that are no text. */
const VALUES: { readonly [K in FeatureKind]: readonly (FeatureValue & { kind: K })[] } = {
  bytes: [
    { kind: 'bytes', values: [encodeUtf8('text')] },
    { kind: 'bytes', values: [] },
    { kind: 'bytes', values: [new Uint8Array()] },
    { kind: 'bytes', values: [Uint8Array.of(0xff, 0xfe, 0x00, 0x80), Uint8Array.of(0), encodeUtf8('a\nb')] },
    { kind: 'bytes', values: [new Uint8Array(300).fill(7), new Uint8Array()] },
  ],
  int64: [
    { kind: 'int64', values: BigInt64Array.of(-1n) },
    { kind: 'int64', values: BigInt64Array.of() },
    { kind: 'int64', values: BigInt64Array.of(-INT64_MAX - 1n, INT64_MAX, 0n, 2n ** 53n + 1n, -(2n ** 53n) - 1n) },
    { kind: 'int64', values: BigInt64Array.from({ length: 300 }, (_, at) => BigInt(at) ** 6n) },
  ],
  float32: [
    { kind: 'float32', values: Float32Array.of(0.25) },
    { kind: 'float32', values: Float32Array.of() },
    { kind: 'float32', values: Float32Array.of(0, -0, NaN, Infinity, -Infinity, 2 ** -149, 3.4028234663852886e38, 0.1) },
  ],
  float64: [
    { kind: 'float64', values: Float64Array.of(0.1) },
    { kind: 'float64', values: Float64Array.of() },
    { kind: 'float64', values: Float64Array.of(0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 1 / 3) },
  ],
};

/** Sets of features that the store holds, the empty one first; just that where it holds none. */
export function featureSets(accepts: Pick<Accepts, 'features' | 'reserved'>): readonly ReadonlyMap<string, FeatureValue>[] {
  const { features: kinds, reserved = [] } = accepts;
  if (kinds === 'none' || kinds.length === 0) return [new Map()];
  const names = NAMES.filter((name) => !reserved.includes(name));
  const values = kinds.flatMap((kind): readonly FeatureValue[] => VALUES[kind]);
  const single = values.map((value, at) => new Map([[names[at % names.length]!, value]]));
  const together = new Map(names.map((name, at) => [name, values[at % values.length]!]));
  return [new Map(), ...single, together];
}
