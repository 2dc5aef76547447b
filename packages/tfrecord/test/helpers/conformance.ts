import { join } from 'node:path';
import type { ConformanceOptions } from '@imgstore/testkit';
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
];

/** What the kit tries; shards are read back as the set `NAME@N`. */
export const conformanceOptions: ConformanceOptions<TfrecordFlags> = {
  adapter,
  location: (folder, { shards }) => (shards === undefined ? join(folder, 'store.tfrecord') : { target: join(folder, 'train'), source: join(folder, `train@${shards}`) }),
  optionSets,
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<TfrecordFlags> = { ...conformanceOptions, optionSets: [{}, { compression: 'gzip' }, { shards: 3 }] };
