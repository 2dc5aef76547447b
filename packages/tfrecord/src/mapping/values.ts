import type { FeatureValue } from '@imgstore/core';
import { joinedSingleBytes } from '../wire/feature.js';
import { KeyCache } from '../wire/keys.js';

/** Formats, dtypes and class names: few, and in every record. */
const texts = /* @__PURE__ */ new KeyCache();

/** The one value of an int64 feature as a number; undefined when there are more or fewer, or it is no safe integer. */
export function oneInteger(feature: FeatureValue | undefined): number | undefined {
  if (feature?.kind !== 'int64' || feature.values.length !== 1) return undefined;
  const value = Number(feature.values[0]);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** All values of an int64 feature as numbers; undefined when it is another kind, or one is no safe integer. */
export function integers(feature: FeatureValue | undefined): number[] | undefined {
  if (feature?.kind !== 'int64') return undefined;
  const values: number[] = [];
  for (const exact of feature.values) {
    const value = Number(exact);
    if (!Number.isSafeInteger(value)) return undefined;
    values.push(value);
  }
  return values;
}

/** The one value of a bytes feature; undefined when it is another kind, or more or fewer. Several of one byte each are not joined: only an image was ever written so. */
export function oneBytes(feature: FeatureValue | undefined): Uint8Array | undefined {
  if (feature?.kind !== 'bytes') return undefined;
  // Not `values`: of a list of single bytes they would all be made.
  const joined = joinedSingleBytes(feature);
  if (joined !== undefined) return joined.length === 1 ? joined : undefined;
  return feature.values.length === 1 ? feature.values[0] : undefined;
}

/** The same as text; undefined also when it is not UTF-8. */
export function oneText(feature: FeatureValue | undefined): string | undefined {
  const bytes = oneBytes(feature);
  return bytes && texts.get(bytes, 0, bytes.length);
}
