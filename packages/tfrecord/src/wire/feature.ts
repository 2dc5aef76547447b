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

/** A list of bytes whose values are one byte long each. Python 2 wrote a string so; an object for each byte would be too many. */
export interface SingleBytes {
  readonly kind: 'bytes';
  /** The values, made when they are asked for. */
  readonly values: readonly Uint8Array[];
  /** The values one after the other. */
  readonly joined: Uint8Array;
}

/** @returns a feature whose values are views of one byte each of `joined`. */
export function singleBytes(joined: Uint8Array): SingleBytes {
  return {
    kind: 'bytes',
    joined,
    get values() {
      return Array.from(joined, (_, index) => joined.subarray(index, index + 1));
    },
  };
}

/** A bytes feature as one run of bytes where it is one value, or was written one value for each byte; else undefined. */
export function joinBytes(feature: FeatureValue): Uint8Array | undefined {
  if (feature.kind !== 'bytes') return undefined;
  if (isSingleBytes(feature)) return feature.joined;
  const { values } = feature;
  if (values.length === 1) return values[0];
  return undefined;
}

/** Whether the feature came as {@link SingleBytes}. */
export function isSingleBytes(feature: FeatureValue): feature is SingleBytes {
  return 'joined' in feature;
}
