import type { Accepts } from '@imgstore/core';
import { IMAGE_FORMATS } from './mapping/image-member.js';

/** A name may be three times as long when it is written, and an extended header holds a mebibyte. */
const MAX_KEY_BYTES = 65_535;

/** What shards hold: encoded images, labels, names of classes, keys, and features of every kind. */
export function acceptsOf({ needsCount }: { readonly needsCount: boolean }): Accepts {
  return {
    image: 'optional',
    encoded: IMAGE_FORMATS,
    key: { kind: 'text', maxBytes: MAX_KEY_BYTES, allows: /./s },
    label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
    classes: true,
    features: ['bytes', 'int64', 'float32', 'float64'],
    borrow: true,
    ...needsCount && { count: true },
  };
}
