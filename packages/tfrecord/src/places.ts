import { shardsThere } from '@imgstore/core/files';
import { indexPath } from './index-file.js';
import type { TfrecordOptions } from './options.js';
import { presets } from './presets/index.js';

/** The paths beyond the location that writing makes or replaces: shards that are there, and indexes. @throws ImgstoreError IO. */
export function filesWritten(location: string, { shards, shardSize, index = false, preset = 'default' }: TfrecordOptions): readonly string[] {
  const there = shardsThere(location, { shards, shardSize, extension: presets[preset].shardExtension });
  if (index === false) return there;
  const isCut = shards !== undefined || shardSize !== undefined;
  return [...there, ...(isCut ? there : [location]).map(indexPath)];
}
