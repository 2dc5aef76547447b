import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWritableStore } from '@imgstore/core';
import { BUILTINS, loadAdapter } from '../src/builtins.js';
import { answerOf, run } from './helpers/run.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-'));
  const adapter = await loadAdapter(BUILTINS.find(({ format }) => format === 'webdataset')!);
  for (const name of ['train-000000', 'train-000001', 'val-000000']) {
    const store = adapter.store(join(folder, `${name}.tar`));
    if (!isWritableStore(store)) throw new Error('it cannot be written');
    await store.write((async function* () { yield { key: name, label: 1, features: new Map() }; })());
  }
});
afterAll(() => { rmSync(folder, { recursive: true }); });

describe('a source with braces', () => {
  it.each([['train-{000000..000001}.tar', 2], ['{train,val}-000000.tar', 2], ['{val,train}-{000000..000000}.tar', 2]])('%s is recognised by its first file, and read as a set', async (name, count) => {
    const { code, stdout, stderr } = await run(['inspect', join(folder, name), '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ format: 'webdataset', count });
  });

  it('may be a set that says how many it has', async () => {
    await answerOf(['convert', join(folder, 'train-{000000..000001}.tar'), join(folder, 'set.tar'), '--shards', '2']);
    expect(await answerOf(['inspect', join(folder, 'set-{00000..00001}-of-00002.tar')])).toMatch(/^shards +2 of 2$/m);
  });

  it('of which a file is missing is refused, naming it', async () => {
    const { code, stderr } = await run(['inspect', join(folder, 'train-{000000..000002}.tar')]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: `error[NOT_FOUND]: ${join(folder, 'train-000002.tar')}: there is no such file\n` });
  });
});
