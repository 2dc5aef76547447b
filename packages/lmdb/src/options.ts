import type { CommonOptions, OptionSpecs } from '@imgstore/core';
import type { DatumAxes, DatumColor } from './mapping.js';

/** The options of an LMDB store that the command line has too. */
export interface LmdbFlags {
  /** The order of colours in raw pixels, which a Datum does not record. Default `bgr`, as convert_imageset writes them; `rgb` where the axes are `hwc`. */
  readonly color?: DatumColor;
  /** What the dimensions of raw pixels are. Default `auto`: `chw`, but `hwc` where the first 32 samples look like the article's database. */
  readonly axes?: DatumAxes | 'auto';
  /** Write a folder with `data.mdb` in it (true) or a single file. Default: a folder, unless the path ends in `.mdb`. */
  readonly subdir?: boolean;
  /** The data format to write: `1` is liblmdb 0.9 (Caffe, py-lmdb), `2` npm lmdb, `3` LMDB 1.0. Default `1`. */
  readonly dataFormat?: '1' | '2' | '3';
}

/** Options of an LMDB store. */
export interface LmdbOptions extends LmdbFlags, CommonOptions {}

/** The options as data. */
export const lmdbOptions: OptionSpecs<LmdbFlags> = {
  color: {
    type: ['bgr', 'rgb'],
    description: 'Order of colours in raw pixels, which a Datum does not record (default: bgr, as convert_imageset writes them; rgb where the axes are hwc)',
    for: 'both',
  },
  axes: {
    type: ['auto', 'chw', 'hwc'], default: 'auto',
    description: 'What channels, height and width of raw pixels really are; auto tells databases that hold hwc by their first 32 samples',
    for: 'read',
  },
  subdir: {
    type: 'boolean',
    description: 'Write a folder with data.mdb in it, or a single file (default: a folder, unless the path ends in .mdb)',
    for: 'write',
  },
  dataFormat: {
    type: ['1', '2', '3'], default: '1',
    description: 'LMDB data format: 1 for liblmdb 0.9 (Caffe, py-lmdb), 2 for npm lmdb, 3 for LMDB 1.0',
    for: 'write',
  },
};
