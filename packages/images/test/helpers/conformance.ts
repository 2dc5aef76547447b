import type { ConformanceOptions } from '@imgstore/testkit';
import { join } from 'node:path';
import adapter from '../../src/adapter.js';
import type { ImagesFlags } from '../../src/options.js';

/** Class folders, and folders as the keys say. */
const optionSets: readonly ImagesFlags[] = [{}, { layout: 'flat' }];

/** What the kit tries, with folders and manifests that other programs made. */
export const conformanceOptions: ConformanceOptions<ImagesFlags> = {
  adapter, location: (folder) => join(folder, 'store'), optionSets, fixtures: [],
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<ImagesFlags> = { ...conformanceOptions, optionSets: [{}], fixtures: [] };
