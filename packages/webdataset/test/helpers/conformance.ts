import { join } from 'node:path';
import type { ConformanceOptions, Places } from '@imgstore/testkit';
import adapter from '../../src/adapter.js';
import type { WebdatasetFlags } from '../../src/options.js';

/** One file, sets of shards, and files cut by size. */
const optionSets: readonly WebdatasetFlags[] = [{}, { shards: 1 }, { shards: 3 }, { shardSize: 20_000 }];

/** Shards are read back as the set `NAME@N`; where their number is known at the end only, as a pattern. */
function location(folder: string, { shards, shardSize }: WebdatasetFlags): string | Places {
  const target = join(folder, 'train');
  if (shards !== undefined) return { target, source: `${target}@${shards}` };
  return shardSize === undefined ? join(folder, 'store.tar') : { target, source: `${target}-?????-of-?????.tar` };
}

const FIXTURES = join(__dirname, '../../../../fixtures/webdataset');

/** What the kit tries, with archives that webdataset and GNU tar wrote. */
export const conformanceOptions: ConformanceOptions<WebdatasetFlags> = {
  adapter, location, optionSets, fixtures: ['writer.tar', 'pax.tar', 'packed.tar', 'gnu.tgz'].map((name) => join(FIXTURES, name)),
};

/** What of it fits into the fast lane. */
export const quickOptions: ConformanceOptions<WebdatasetFlags> = { ...conformanceOptions, optionSets: [{}, { shards: 3 }], fixtures: [join(FIXTURES, 'writer.tar')] };
