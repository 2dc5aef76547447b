import { join } from 'node:path';
import type { ConformanceOptions } from '@imgstore/testkit';
import adapter from '../../src/adapter.js';
import type { NpyFlags } from '../../src/options.js';
import { fixturePath } from './fixtures.js';

/** Folders, stacks and archives, with labels and without, both orders of axes and of colours. */
const optionSets: readonly NpyFlags[] = [
  {},
  { arrays: 'stack' },
  { arrays: 'stack', layout: 'CHW', color: 'bgr' },
  { arrays: 'samples' },
  { arrays: 'samples', compression: 'deflate' },
  { images: 'x' },
  { images: 'data', labels: 'labels' },
  { images: 'data', labels: 'labels', compression: 'deflate' },
];

/** Where each option set writes: a folder, one array, or an archive. */
function location(folder: string, { arrays, images }: NpyFlags): string {
  if (images !== undefined || arrays === 'samples') return join(folder, 'store.npz');
  return join(folder, arrays === 'stack' ? 'store.npy' : 'store');
}

/** What the kit tries, with arrays that NumPy wrote. */
export const conformanceOptions: ConformanceOptions<NpyFlags> = {
  adapter, location, optionSets, fixtures: ['stack-uint8.npy', 'stack-float16.npy', 'fortran-big-endian.npy', 'samples.npz', 'stack.npz'].map(fixturePath),
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<NpyFlags> = {
  ...conformanceOptions, optionSets: [{}, { images: 'data', labels: 'labels' }], fixtures: ['samples.npz'].map(fixturePath),
};
