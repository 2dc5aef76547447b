import { join } from 'node:path';
import type { ConformanceOptions, Places } from '@imgstore/testkit';
import adapter from '../../src/adapter.js';
import type { TfrecordFlags } from '../../src/options.js';

/** Every preset, every compression, sets of shards, and what they do together. */
const optionSets: readonly TfrecordFlags[] = [
  {},
  { preset: 'default' },
  { preset: 'seed' },
  { preset: 'slim' },
  { preset: 'inception-imagenet' },
  { preset: 'mnist-howto' },
  { compression: 'gzip' },
  { compression: 'zlib', level: 1 },
  { shards: 1 },
  { shards: 3 },
  { preset: 'inception-imagenet', shards: 2, compression: 'gzip', level: 9 },
  { shardSize: 1000 },
  { index: true },
  { index: true, shards: 2, preset: 'slim' },
];

/** Shards are read back as the set `NAME@N`; where their number is known at the end only, as a pattern. */
function location(folder: string, { shards, shardSize }: TfrecordFlags): string | Places {
  const target = join(folder, 'train');
  if (shards !== undefined) return { target, source: `${target}@${shards}` };
  return shardSize === undefined ? join(folder, 'store.tfrecord') : { target, source: `${target}-?????-of-?????*` };
}

/** What the kit tries. */
export const conformanceOptions: ConformanceOptions<TfrecordFlags> = {
  adapter, location, optionSets,
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<TfrecordFlags> = { ...conformanceOptions, optionSets: [{}, { compression: 'gzip' }, { shards: 3 }] };
