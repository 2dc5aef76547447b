import type { Accepts } from '@imgstore/core';
import { FORMATS } from './format.js';

/** What a folder of images holds: encoded images as they are, and all that is known of them, in `metadata.jsonl` where names and folders do not say it. */
export const ACCEPTS: Accepts = {
  image: 'required',
  encoded: FORMATS,
  key: { kind: 'text' },
  label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  classes: true,
  classNeedsLabel: true,
  features: ['bytes', 'int64', 'float32', 'float64'],
  borrow: true,
};

/** The same for the layout `classes`: the plan tells where images without a class go whose keys have folders. */
export const CLASSES_ACCEPTS: Accepts = {
  ...ACCEPTS,
  label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, absentNested: 'its image goes into the root, with folders of its key as part of its name; --dst-opt layout=flat keeps folders' },
};
