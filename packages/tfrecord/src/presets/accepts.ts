import type { Accepts } from '@imgstore/core';
import { longestMessage } from '../wire/encode.js';
import type { Preset } from './preset.js';
import { presetFeatures } from './preset.js';

/** What a store of that preset can hold. `count`: writing needs to know the number of samples. */
export function presetAccepts(preset: Preset, count: boolean): Accepts {
  const { encoded, tensor, label, classText, key } = preset;
  return {
    image: preset.image,
    encoded: encoded?.formats ?? [],
    ...(tensor && {
      tensor: { dtypes: tensor.dtypes, layouts: ['HWC'], colors: ['rgb', 'rgba', 'gray', 'gray-alpha'], shape: [null, null, null], maxBytes: longestMessage },
    }),
    key: key === undefined ? { kind: 'ordinal' } : { kind: 'bytes' },
    ...(label && { label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, ...(label.required && { required: true }) } }),
    classes: classText !== undefined,
    features: ['bytes', 'int64', 'float32'],
    reserved: presetFeatures(preset),
    borrow: true,
    ...(count && { count }),
  };
}
