import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { key, load } from './helpers/bulk.js';
import { walk } from './helpers/walk.js';

interface Golden {
  readonly name: string;
  readonly dataFormat: 1 | 3;
  readonly singleFile: boolean;
  readonly pairs: readonly { readonly key: string; readonly byte: string; readonly count: number }[];
}

const folder = join(__dirname, '../../../fixtures/bulk');
const databases = JSON.parse(readFileSync(join(folder, 'databases.json'), 'utf8')) as readonly Golden[];

describe('bulk writer and py-lmdb in append mode', () => {
  test.each(databases)('make the same bytes of $name', async ({ name, dataFormat, singleFile, pairs }) => {
    const { bytes } = await load(
      pairs.map((pair) => ({ key: key(pair.key), value: Buffer.alloc(pair.count, pair.byte) })), { dataFormat, singleFile });
    const golden = readFileSync(join(folder, `${name}.mdb`));
    expect(bytes.length).toBe(golden.length);
    expect(bytes.equals(golden)).toBe(true);
    expect(walk(golden).entries.length).toBe(pairs.length);
  });
});
