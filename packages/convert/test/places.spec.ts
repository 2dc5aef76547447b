import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert, plan } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, sample } from './samples.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imgstore-places-'));
  mkdirSync(join(folder, 'db'));
  for (const name of ['a', 'db/data.mdb', 'train-00000-of-00002.tfrecord', 'train-00001-of-00002.tfrecord']) writeFileSync(join(folder, name), 'x');
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  symlinkSync(folder, join(folder, 'db', 'up'));
  linkSync(join(folder, 'a'), join(folder, 'hard'));
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const stores = (from: string, to: string) => [{ ...memorySource([sample('k')]), location: from }, { ...memoryTarget(), location: to }] as const;

describe('source and target', () => {
  it.each([
    ['the same path', 'a', 'a', 'is the source itself'],
    ['a detour', 'a', 'db/../a', 'is the source itself'],
    ['a link', 'a', 'link', 'is the source itself'],
    ['a link on the other side', 'link', 'a', 'is the source itself'],
    ['a hard link', 'a', 'hard', 'is the source itself'],
    ['a linked folder', 'db', 'db/up/db', 'is the source itself'],
    ['one file of a pattern', 'train-*.tfrecord', 'train-00001-of-00002.tfrecord', 'is the source itself'],
    ['a file in the source folder', 'db', 'db/data.mdb', 'lies in the source FOLDER/db'],
    ['a new file in the source folder', 'db', 'db/new', 'lies in the source FOLDER/db'],
    ['a new file further down', 'db', 'db/x/y/new', 'lies in the source FOLDER/db'],
    ['a new file in the source folder, by a detour', 'db', 'db/up/db/new', 'lies in the source FOLDER/db'],
    ['new shards in the source folder', '', 'train', 'lies in the source FOLDER'],
    ['the folder around the source', 'db/data.mdb', 'db', 'is a folder that holds the source FOLDER/db/data.mdb'],
    ['a folder further up', 'db/data.mdb', '', 'is a folder that holds the source FOLDER/db/data.mdb'],
  ])('may not be the same place: %s', async (_, from, to, reason) => {
    const before = readdirSync(folder);
    for (const overwrite of [false, true]) {
      for (const run of [convert, plan]) {
        const error = await failure(run(...stores(join(folder, from), join(folder, to)), { overwrite }));
        expect(error).toMatchObject({ code: 'BAD_OPTION', what: reason.replace('FOLDER', folder), hint: 'write to another place' });
      }
    }
    expect(readdirSync(folder)).toEqual(before);
  });

  it.each([
    ['train@2', 'train'],
    ['train@2', 'train.tfrecord'],
    ['train-*', 'db/../train'],
    ['train-00000-of-00002.tfrecord', 'train'],
  ])('may not be the same shards when they would be replaced: %s and %s', async (from, to) => {
    const pair = stores(join(folder, from), join(folder, to));
    expect(await failure(convert(...pair, { overwrite: true }))).toMatchObject({ code: 'BAD_OPTION', what: `its shards would replace those of the source ${pair[0].location}` });
    await expect(convert(...pair)).resolves.toMatchObject({ samples: 1 });
  });

  it.each([
    ['a', 'b'],
    ['db', 'new'],
    ['db', 'db/up/new'],
    ['db/*', 'db/new'],
    ['train@2', 'validation'],
    ['train-*', 'db/train'],
    ['-', '-'],
  ])('may be neighbours: %s and %s', async (from, to) => {
    const [one, other] = [from, to].map((name) => (name === '-' ? name : join(folder, name)));
    await expect(convert(...stores(one ?? '', other ?? ''), { overwrite: true })).resolves.toMatchObject({ samples: 1 });
  });
});
