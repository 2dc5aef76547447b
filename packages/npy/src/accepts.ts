import type { Accepts, DType } from '@imgstore/core';
import { LABEL_BOUNDS } from './labels.js';
import { colorsOf } from './mapping.js';
import { FOLDER_KEYS, MAX_KEY_BYTES } from './names.js';
import type { NpyFlags } from './options.js';

/** How samples become arrays. */
export type Arrangement = 'stack' | 'stack-in-archive' | 'archive' | 'folder';

/** How the samples of that location are written. */
export function arrangementOf(location: string, { arrays, images, labels }: NpyFlags): Arrangement {
  const name = location.toLowerCase();
  if (name.endsWith('.npz')) return arrays === 'stack' || images !== undefined || labels !== undefined ? 'stack-in-archive' : 'archive';
  return arrays === 'samples' || (arrays === undefined && !name.endsWith('.npy')) ? 'folder' : 'stack';
}

const DTYPES: readonly DType[] = ['uint8', 'bool', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float32', 'float64'];
/** Where what has no place would have one. */
const REMEDIES: Readonly<Record<Arrangement, NonNullable<Accepts['remedies']>>> = {
  'stack': { key: 'a target that ends in .npz keeps it', label: 'the option labels keeps it (--dst-opt labels=FILE)' },
  'stack-in-archive': { key: 'the option arrays keeps it (--dst-opt arrays=samples)', label: 'the option labels keeps it (--dst-opt labels=NAME)' },
  'archive': { label: 'the option labels keeps it, in a stack (--dst-opt labels=NAME)' },
  'folder': { label: 'a target that ends in .npy keeps it with the option labels (--dst-opt labels=FILE)' },
};

/** A name in an archive is up to 65,535 bytes long, `.npy` included. */
const MAX_NAME_BYTES = 65_535 - '.npy'.length;

/** What arrays hold: in a stack images of one form, with labels where there is a place for them; in an archive or a folder keys. */
export function acceptsOf(arrangement: Arrangement, options: NpyFlags): Accepts {
  const isStack = arrangement === 'stack' || arrangement === 'stack-in-archive';
  return {
    image: 'required',
    encoded: [],
    tensor: { dtypes: DTYPES, layouts: [options.layout ?? 'HWC', 'HW'], colors: colorsOf(options.color ?? 'rgb') },
    ...isStack && { uniform: true },
    key: isStack ? { kind: 'ordinal' }
      : arrangement === 'archive' ? { kind: 'bytes', maxBytes: MAX_NAME_BYTES, unique: true }
        : { kind: 'text', maxBytes: MAX_KEY_BYTES, unique: true, sorted: true, allows: FOLDER_KEYS },
    ...isStack && options.labels !== undefined && { label: { ...LABEL_BOUNDS, required: true } },
    remedies: REMEDIES[arrangement],
    classes: false,
    features: 'none',
    borrow: true,
  };
}
