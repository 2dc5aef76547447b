import { encodeUtf8, formatOfExtension } from '@imgstore/core';
import type { FeatureValue, ImageInfo } from '@imgstore/core';
import type { Derived } from '../presets/preset.js';
import type { EncodeValue } from '../wire/encode.js';
import { oneInteger, oneText } from './values.js';

/** Whether a derived feature says what the image says; undefined: the image's header does not say it. */
export function agrees(derived: Derived, feature: FeatureValue, info: ImageInfo): boolean | undefined {
  const { from, constant } = derived;
  const value = feature.kind === 'int64' ? oneInteger(feature) : oneText(feature);
  if (value === undefined) return false;
  if (constant !== undefined && value === constant) return true;
  if (from === undefined) return false;
  const fact = info[from];
  if (fact === undefined) return undefined;
  return from === 'format' ? typeof value === 'string' && formatName(value) === fact : value === fact;
}

/** The value to write; undefined: it is not known and left out. */
export function derivedValue(derived: Derived, info: ImageInfo | undefined, format: string): EncodeValue | undefined {
  const { from, constant, spelling } = derived;
  const value = constant ?? (from === 'format' ? spelling?.[format] ?? format : from && info?.[from]);
  if (value === undefined) return undefined;
  return typeof value === 'number' ? { kind: 'integers', values: [value] } : textValue(value);
}

/** A text as a feature. The few texts of presets are made once. */
export function textValue(text: string): EncodeValue {
  let value = texts.get(text);
  if (value === undefined) {
    value = { kind: 'bytes', values: [encodeUtf8(text)] };
    if (texts.size < 256) texts.set(text, value);
  }
  return value;
}

const texts = /* @__PURE__ */ new Map<string, EncodeValue>();

/** Our name of a format: case does not matter, and an extension (jpg, tif) stands for its format. */
function formatName(text: string): string {
  const name = text.toLowerCase();
  return formatOfExtension(name) ?? name;
}
