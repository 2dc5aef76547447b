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
  /** Writing: in how many files, named as a set (`-00000-of-00001` also for 1). Absent: one file, under exactly the name given. */
  readonly shards?: number;
  /**
   * Writing: begin a new file where the next record would make one larger than so many bytes, before compression. The names
   * hold the number of files, as with `shards`; the number of samples need not be known.
   */
  readonly shardSize?: number;
  /** Writing: default `none`. Reading finds it out by itself. */
  readonly compression?: Compression;
  /** Writing: how hard to compress, 0 to 9. Default 6. */
  readonly level?: number;
  /**
   * Writing: put an index of records (`offset size`, as DALI and vahidk's tfrecord read it) beside each file. Reading: give the store
   * `get` and `keys` by ordinal (`7` or `00000007`; not the keys that are stored), through the index that is there or one made in memory. Uncompressed files only. Default false.
   */
  readonly index?: boolean;
}

/** The options of a TFRecord store. */
export interface TfrecordOptions extends Omit<TfrecordFlags, 'index'>, CommonOptions {
  /** As above; `keys`: `get` and `keys` take the keys that are stored, for which all records are read once. The command line has no use for it. */
  readonly index?: boolean | 'keys';
}

/** The options as data. */
export const flagSpecs: OptionSpecs<TfrecordFlags> = {
  preset: { type: presetNames, description: 'which features play which role; when reading, told by their names if not given', for: 'both' },
  color: { type: ['rgb', 'bgr'], description: 'colour order of raw images where the preset does not say it', for: 'read' },
  shards: { type: 'number', description: 'number of files to write', for: 'write' },
  shardSize: { type: 'bytes', description: 'begin a new file where one would become larger than this, before compression', for: 'write' },
  compression: { type: ['none', 'gzip', 'zlib'], default: 'none', description: 'compression of the whole file; when reading, told by its content', for: 'write' },
  level: { type: 'number', description: 'how hard to compress, 0 to 9 (default 6)', for: 'write' },
  index: { type: 'boolean', description: 'an index beside each file, as DALI reads it; when reading, access by number', for: 'both' },
};

/** The options, checked. @throws ImgstoreError BAD_OPTION. */
export function checkStoreOptions(options: TfrecordOptions): TfrecordOptions {
  const { index, ...others } = options;
  // Stored keys are for programs: the command line finds them by reading.
  const byKey = index === 'keys';
  const checked: TfrecordOptions = { ...checkOptions(flagSpecs, { ...others, index: byKey || index }, { format: 'tfrecord' }), ...(byKey && { index }) };
  requireInteger('shards', checked.shards, 1, 99_999);
  requireInteger('shardSize', checked.shardSize, 1, Number.MAX_SAFE_INTEGER);
  requireInteger('level', checked.level, 0, 9);
  if (checked.level !== undefined && checked.compression === 'none') {
    throw new ImgstoreError('BAD_OPTION', 'tfrecord: option "level" needs option "compression"', { format: 'tfrecord', hint: 'compression=gzip or compression=zlib' });
  }
  if (checked.shards !== undefined && checked.shardSize !== undefined) {
    throw new ImgstoreError('BAD_OPTION', 'tfrecord: options "shards" and "shardSize" exclude each other', { format: 'tfrecord' });
  }
  if (checked.index && checked.compression !== undefined && checked.compression !== 'none') {
    throw new ImgstoreError('BAD_OPTION', 'tfrecord: option "index" needs files without compression', { format: 'tfrecord' });
  }
  return checked;
}

function requireInteger(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)) return;
  throw new ImgstoreError('BAD_OPTION', `tfrecord: option "${name}" is ${value}, expected an integer from ${least} to ${most}`, { format: 'tfrecord' });
}
