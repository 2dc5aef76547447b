import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert, plan, shuffled } from '@imgstore/convert';
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
    expect(await failure(convert(...pair, { overwrite: true }))).toMatchObject({ code: 'BAD_OPTION', what: `would replace ${join(folder, 'train-00000-of-00002.tfrecord')}, which is part of the source ${pair[0].location}` });
    await expect(convert(...pair)).resolves.toMatchObject({ samples: 1 });
  });

  describe('with files that the location does not say', () => {
    const files = (read: readonly string[], write: readonly string[] = []) => ({
      async* files(use: 'read' | 'write') {
        yield* (use === 'read' ? read : write).map((name) => join(folder, name));
      },
    });

    it.each([
      ['a file that the source reads', ['a'], 'a', [], 'is part of the source FOLDER/list'],
      ['a link to one', ['link'], 'a', [], 'is part of the source FOLDER/list'],
      ['the folder of one', ['a', 'db/data.mdb'], 'db', [], 'holds part of the source FOLDER/list'],
      ['the folder behind a link', ['db/up/db/data.mdb'], 'db', [], 'holds part of the source FOLDER/list'],
      ['a file in a folder that the source reads', ['db'], 'db/data.mdb', [], 'lies in part of the source FOLDER/list'],
      ['a file beside the target', ['a'], 'new', ['a'], 'would replace FOLDER/a, which is part of the source FOLDER/list'],
    ])('may not replace %s', async (_, read, to, write, reason) => {
      writeFileSync(join(folder, 'list'), '');
      const source = { ...memorySource([sample('k')]), location: join(folder, 'list'), ...files(read) };
      const target = { ...memoryTarget(), location: join(folder, to), ...files([], write) };
      expect(await failure(convert(source, target, { overwrite: true }))).toMatchObject({ code: 'BAD_OPTION', what: reason.replaceAll('FOLDER', folder) });
      // Nothing is replaced without that option, and nothing of the source is looked at.
      await expect(convert({ ...source, files: () => { throw new Error('not asked'); } }, target)).resolves.toMatchObject({ samples: 1 });
    });

    it.each([
      ['a file that is read elsewhere', ['a', 'missing'], 'db/data.mdb'],
      ['what is not there yet', ['new'], 'new'],
    ])('may replace or make %s', async (_, read, to) => {
      const source = { ...memorySource([sample('k')]), location: join(folder, 'train@2'), ...files(read) };
      await expect(convert(source, { ...memoryTarget(), location: join(folder, to) }, { overwrite: true })).resolves.toMatchObject({ samples: 1 });
    });

    it('may not make a file in the source folder, nor one file twice', async () => {
      const source = { ...memorySource([sample('k')]), location: join(folder, 'db') };
      const target = (write: readonly string[]) => ({ ...memoryTarget(), location: join(folder, 'new'), ...files([], write) });
      expect(await failure(convert(source, target(['db/labels'])))).toMatchObject({ what: `would write ${join(folder, 'db/labels')}, which lies in the source ${join(folder, 'db')}` });
      expect(await failure(convert(source, target(['db/../new'])))).toMatchObject({ code: 'BAD_OPTION', what: `${join(folder, 'db/../new')} would be written twice` });
      expect(await failure(convert(source, target(['x', 'db/up/x'])))).toMatchObject({ what: `${join(folder, 'db/up/x')} would be written twice` });
    });

    it('are those of the source where its samples are shuffled or split', async () => {
      const source = { ...memorySource([sample('k')]), location: join(folder, 'train@2'), ...files(['a']) };
      expect(await failure(convert(shuffled(source, { seed: 1 }), { ...memoryTarget(), location: join(folder, 'a') }, { overwrite: true }))).toMatchObject({ code: 'BAD_OPTION' });
    });
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
