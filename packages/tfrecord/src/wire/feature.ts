import type { FeatureValue } from '@imgstore/core';

/**
 * A tf.train.Example: its features by name. TFRecord has lists of bytes, int64 and float32, so no value is of kind float64.
 * A Feature without a kind is legal and holds nothing; TensorFlow's parsers take it for an absent one, so it is kept apart.
 */
export interface Example {
  readonly features: ReadonlyMap<string, FeatureValue>;
  /** Names of features without a kind, in the order of the record. */
  readonly kindless: readonly string[];
}

/** An Example whose map belongs to whoever decoded it. */
export interface OwnExample extends Example {
  readonly features: Map<string, FeatureValue>;
}

/**
 * The bytes of lists whose values are one byte long each: Python 2 wrote a string so, and an object for each byte would be
 * too many. Beside the feature and not in it, so that it equals any other with the same values.
 */
const joinedBytes = /* @__PURE__ */ new WeakMap<object, Uint8Array>();

/** A feature whose values are views of one byte each of `joined`, made when they are asked for. */
export function singleBytes(joined: Uint8Array): FeatureValue {
  const feature: FeatureValue = {
    kind: 'bytes',
    get values() {
      return Array.from(joined, (_, index) => joined.subarray(index, index + 1));
    },
  };
  joinedBytes.set(feature, joined);
  return feature;
}

/** The values of such a feature one after the other; undefined for every other one. */
export function joinedSingleBytes(feature: object): Uint8Array | undefined {
  return joinedBytes.get(feature);
}

/** A bytes feature as one run of bytes where it is one value, or was written one value for each byte; else undefined. */
export function joinBytes(feature: FeatureValue): Uint8Array | undefined {
  if (feature.kind !== 'bytes') return undefined;
  const joined = joinedBytes.get(feature);
  if (joined !== undefined) return joined;
  const { values } = feature;
  return values.length === 1 ? values[0] : undefined;
}
