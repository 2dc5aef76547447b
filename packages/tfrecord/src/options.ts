import { checkOptions, ImgstoreError } from '@imgstore/core';
import type { CommonOptions, OptionSpecs } from '@imgstore/core';
import type { Compression } from './io/plain.js';
import { presetNames } from './presets/index.js';
import type { PresetName } from './presets/preset.js';
import type { RawColor } from './mapping.js';

/** The options of a TFRecord store that the command line has too. */
export interface TfrecordFlags {
  /** The dialect. Reading: default told by the features of each record. Writing: default `default`. */
  readonly preset?: PresetName;
  /** Reading: the colour order of raw images of 3 or 4 channels where the dialect does not say it. Default `rgb`. */
  readonly color?: RawColor;
  /** Writing: in how many files. Default 1, under exactly the name given. */
  readonly shards?: number;
  /** Writing: default `none`. Reading finds it out by itself. */
  readonly compression?: Compression;
  /** Writing: how hard to compress, 0 to 9. Default 6. */
  readonly level?: number;
}

/** The options of a TFRecord store. */
export interface TfrecordOptions extends TfrecordFlags, CommonOptions {}

/** The options as data. */
export const flagSpecs: OptionSpecs<TfrecordFlags> = {
  preset: { type: presetNames, description: 'which features play which role; when reading, told by their names if not given', for: 'both' },
  color: { type: ['rgb', 'bgr'], description: 'colour order of raw images where the preset does not say it', for: 'read' },
  shards: { type: 'number', description: 'number of files to write', for: 'write' },
  compression: { type: ['none', 'gzip', 'zlib'], default: 'none', description: 'compression of the whole file; when reading, told by its content', for: 'write' },
  level: { type: 'number', description: 'how hard to compress, 0 to 9 (default 6)', for: 'write' },
};

/** The options, checked. @throws ImgstoreError BAD_OPTION. */
export function checkStoreOptions(options: TfrecordOptions): TfrecordOptions {
  const checked = checkOptions(flagSpecs, options, { format: 'tfrecord' });
  requireInteger('shards', checked.shards, 1, 99_999);
  requireInteger('level', checked.level, 0, 9);
  if (checked.level !== undefined && checked.compression === 'none') {
    throw new ImgstoreError('BAD_OPTION', 'tfrecord: option "level" needs option "compression"', { format: 'tfrecord', hint: 'compression=gzip or compression=zlib' });
  }
  return checked;
}

function requireInteger(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)) return;
  throw new ImgstoreError('BAD_OPTION', `tfrecord: option "${name}" is ${value}, expected an integer from ${least} to ${most}`, { format: 'tfrecord' });
}
