import { join, resolve } from 'node:path';
import type { Adapter } from '@imgstore/core';
import { conformance } from '@imgstore/testkit';
import adapter from '../src/adapter.js';
import { images } from '../src/index.js';
import type { ImagesFlags } from '../src/options.js';
import { FOLDERS } from './helpers/conformance.js';

const LISTS = resolve(__dirname, '../../../fixtures/lists');

/** The kit copies a list without its images: their root is where they are. Lists are read only. */
const lists: Adapter<ImagesFlags> = {
  ...adapter,
  store: (location, options = {}) => {
    const store = images(location, { root: join(FOLDERS, 'classes'), ...options });
    return {
      format: store.format, location, read: (one: Parameters<typeof store.read>[0]) => store.read(one), describe: (one: Parameters<typeof store.describe>[0]) => store.describe(one), close: async () => store.close(),
      keys: () => store.keys(), get: (key: string) => store.get(key), split: (one: Parameters<typeof store.split>[0]) => store.split(one),
    };
  },
};

describe('lists and manifests keep the contract', () => {
  const fixtures = ['list.txt', 'rows.csv', 'rows.jsonl'].map((name) => join(LISTS, name));
  for (const { name, skip, long, run } of conformance({ adapter: lists, location: (folder) => join(folder, 'store'), fixtures })) {
    if (long) continue; // no store of these is long
    if (skip === undefined) it(name, run, 60_000);
    else it.skip(`${name} (${skip})`, run);
  }
});
