import { checkOptions, ImgstoreError, resolveLimits } from '@imgstore/core';
import type { CommonOptions, Limits, OptionSpecs } from '@imgstore/core';

/** The forms of file that are read. `npy` and `npz` are written too. */
export type NpyForm = 'npy' | 'npz' | 'idx' | 'cifar10' | 'cifar100';

/** The options of an array store that the command line has too. */
export interface NpyFlags {
  /**
   * `stack`: one array holds all images, its first axis counts them. `samples`: each sample has an array of its own. Default, reading:
   * a .npy file of 3 or 4 axes is a stack, and an .npz whose arrays have names such as `x` and `y`, `images` and `labels`, `x_train` and `y_train`.
   * Default, writing: a .npy file is a stack, an .npz has an array for each sample, named by its key; with `images` or `labels` it is a stack.
   */
  readonly arrays?: 'stack' | 'samples';
  /** NPZ: the name of the array that holds the stack. Default: reading, the one that is there; writing, `x`. */
  readonly images?: string;
  /** A stack's labels. NPZ: the name of their array; default when reading: the one that belongs to the images. Else: their file. */
  readonly labels?: string;
  /** The order of an image's three axes. Default `HWC`. */
  readonly layout?: 'HWC' | 'CHW';
  /** The order of 3 or 4 channels, which an array does not say. Default `rgb`. */
  readonly color?: 'rgb' | 'bgr';
  /** Reading: what the file is. Default: told by its content, which for `cifar10` and `cifar100` is not possible. */
  readonly form?: NpyForm;
  /** Writing an .npz: default `none`, as `np.savez`. */
  readonly compression?: 'none' | 'deflate';
}

/** The options of an array store. */
export interface NpyOptions extends NpyFlags, CommonOptions {}

/** The options as data. */
export const flagSpecs: OptionSpecs<NpyFlags> = {
  arrays: { type: ['stack', 'samples'], description: 'one array for all images, or one for each sample; when reading, told by the content if not given', for: 'both' },
  images: { type: 'string', description: 'in an .npz, the name of the array that holds all images (default: x)', for: 'both' },
  labels: { type: 'string', description: 'labels of a stack: in an .npz the name of their array, else their file', for: 'both' },
  layout: { type: ['HWC', 'CHW'], description: 'order of the three axes of an image (default: HWC)', for: 'both' },
  color: { type: ['rgb', 'bgr'], description: 'order of 3 or 4 channels, which an array does not say (default: rgb)', for: 'both' },
  form: { type: ['npy', 'npz', 'idx', 'cifar10', 'cifar100'], description: 'what the file is; told by its content, which a CIFAR binary does not say', for: 'read' },
  compression: { type: ['none', 'deflate'], description: 'compression of the arrays in an .npz (default: none)', for: 'write' },
};

/** Options after checking, with the limits' defaults. */
export interface CheckedOptions extends NpyFlags {
  readonly limits: Required<Limits>;
}

/** The options, checked. @throws ImgstoreError BAD_OPTION. */
export function checkStoreOptions(options: NpyOptions): CheckedOptions {
  const checked = checkOptions(flagSpecs, options, { format: 'npy' });
  for (const name of ['images', 'labels'] as const) {
    if (checked[name] === '') throw bad(`option "${name}" is empty`);
    if (checked[name] !== undefined && checked.arrays === 'samples') throw bad(`option "${name}" belongs to arrays=stack`);
  }
  if (checked.images !== undefined && checked.images === checked.labels) throw bad('options "images" and "labels" name the same array');
  return { ...checked, limits: resolveLimits(checked.limits) };
}

function bad(what: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `npy: ${what}`, { format: 'npy' });
}
