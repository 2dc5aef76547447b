import type { FeatureValue } from '@imgstore/core';
import { joinBytes } from '../wire/feature.js';
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


/** A bytes feature as text; undefined when it is another kind, more or less than one value, or not UTF-8. Python 2's one value for each byte counts as one. */
export function oneText(feature: FeatureValue | undefined): string | undefined {
  const bytes = feature && joinBytes(feature);
  return bytes && texts.get(bytes, 0, bytes.length);
}
