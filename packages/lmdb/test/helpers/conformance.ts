import { join } from 'node:path';
import type { ConformanceOptions } from '@imgstore/testkit';
import adapter from '../../src/adapter.js';
import type { LmdbFlags } from '../../src/options.js';

const fixture = (name: string): string => join(__dirname, '../../../../fixtures', name);

/** Folders and single files, both orders of colours, every data format. */
const optionSets: readonly LmdbFlags[] = [
  {},
  { subdir: false },
  { color: 'rgb' },
  { axes: 'chw', subdir: false },
  { dataFormat: '2' },
  { dataFormat: '3' },
  { dataFormat: '3', subdir: false, color: 'rgb' },
];

/** What the kit tries, with databases that Caffe, py-lmdb and npm lmdb made. */
export const conformanceOptions: ConformanceOptions<LmdbFlags> = {
  adapter,
  location: (folder, { subdir }) => join(folder, subdir === false ? 'store.mdb' : 'store'),
  optionSets,
  fixtures: ['caffe_lmdb', 'lmdb/encoded.mdb', 'lmdb/float.mdb', 'lmdb/raw.mdb'].map(fixture),
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<LmdbFlags> = { ...conformanceOptions, optionSets: [{}, { subdir: false, color: 'rgb' }], fixtures: [fixture('caffe_lmdb')] };
