import type { Accepts } from '@imgstore/core';
import { IMAGE_FORMATS } from './mapping/image-member.js';
import { ESCAPED } from './wire/names.js';

/** A name may be three times as long when it is written, and an extended header holds a mebibyte. */
const MAX_KEY_BYTES = 65_535;

/** What other programs see of keys that are spelt otherwise. */
const SPELLING = 'in the name of a member the key has %HH for dots and the like, as a reader ends a key at the first dot; only imgstore turns it back. --key ordinal writes numbers instead';

/** What shards hold: encoded images, labels, names of classes, keys, and features of every kind. */
export function acceptsOf({ needsCount }: { readonly needsCount: boolean }): Accepts {
  return {
    image: 'optional',
    encoded: IMAGE_FORMATS,
    key: { kind: 'text', maxBytes: MAX_KEY_BYTES, allows: /./s, spelling: { of: ESCAPED, how: SPELLING } },
    label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
    classes: true,
    features: ['bytes', 'int64', 'float32', 'float64'],
    borrow: true,
    ...needsCount && { count: true },
  };
}
