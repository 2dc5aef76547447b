import { join, resolve } from 'node:path';
import type { ConformanceOptions } from '@imgstore/testkit';
import adapter from '../../src/adapter.js';
import type { ImagesFlags } from '../../src/options.js';

/** Folders that Python made. */
export const FOLDERS = resolve(__dirname, '../../../../fixtures/folders');

/** Class folders, and folders as the keys say. */
const optionSets: readonly ImagesFlags[] = [{}, { layout: 'flat' }];

/** What the kit tries: a folder with a manifest in it is written in any order; fixtures are read by the names in them, too. */
export const conformanceOptions: ConformanceOptions<ImagesFlags> = {
  adapter, location: (folder) => join(folder, 'store'), optionSets, fixtures: ['classes', 'rows'].map((name) => join(FOLDERS, name)),
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<ImagesFlags> = { ...conformanceOptions, optionSets: [{}], fixtures: [join(FOLDERS, 'rows')] };
