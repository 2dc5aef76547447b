import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource } from './memory.js';
import { collect, jpeg, sample } from './samples.js';
import { shards } from './toys/shards.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-parts-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const filesIn = (name: string): Record<string, string> => Object.fromEntries(readdirSync(join(folder, name)).map((file) => [file, readFileSync(join(folder, name, file), 'utf8')]));

describe('a store split into 5 ranges', () => {
  it.each<[string, boolean, ConvertOptions]>([
    ['keys kept', false, {}], ['ordinals put in front', false, { key: 'ordinal-key' }], ['ordinal keys', true, {}], ['keys replaced', false, { key: 'ordinal', allow: ['key'] }],
  ])('is written part by part, in any order, byte for byte as the whole: %s', async (_, keyless, options) => {
    const samples = Array.from({ length: 23 }, (_one, i) => sample(`${(i * 7) % 23}.jpg`, { image: jpeg(i), label: i }));
    const source = shards(join(folder, 'source', 's'), { count: 2, keyless });
    await convert(memorySource(samples), source);
    await convert(source, shards(join(folder, 'whole', 't'), { count: 5 }), options);
    const ranges = await source.split({ count: 5 });
    expect(ranges.map(({ first, count }) => [first, count])).toEqual([[0, 4], [4, 5], [9, 4], [13, 5], [18, 5]]);
    for (const index of [3, 0, 4, 2, 1]) {
      const range = JSON.parse(JSON.stringify(ranges[index])) as typeof ranges[number];
      const report = await convert(source, shards(join(folder, 'parts', 't'), { count: 5 }), { ...options, part: { index, count: 5, range } });
      expect(report.samples).toBe(range.count);
    }
    expect(filesIn('parts')).toEqual(filesIn('whole'));
    expect(Object.keys(filesIn('whole'))).toHaveLength(5);
    expect(await collect(shards(join(folder, 'parts', 't'), { count: 5 }).read())).toHaveLength(23);
  });
});
