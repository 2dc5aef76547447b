import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tfrecord } from '@imgstore/tfrecord';
import { file, labels, temporaryFiles, upTo } from './helpers/files.js';
import { collect, collectUntilError, concat, stream, text } from './helpers/records.js';
import { sample } from './helpers/samples.js';

const { path, put } = temporaryFiles();

describe('a location', () => {
  beforeAll(() => {
    put('set/train-00000-of-00003.tfrecord', file(0, 2));
    put('set/train-00001-of-00003.tfrecord', new Uint8Array(0));
    put('set/train-00002-of-00003.tfrecord', file(2, 5));
    put('set/notes.txt', text('not a TFRecord'));
    put('bare/train-00000-of-00002', file(0, 2));
    put('bare/train-00001-of-00002', file(2, 3));
    put('broken/train-00000-of-00003', file(0, 2));
    put('broken/train-00002-of-00003', file(2, 3));
    put('one-based/t-00001-of-00002', file(0, 1));
    put('one-based/t-00002-of-00002', file(1, 2));
    put('mixed/a.tfrecord', file(0, 2));
    put('mixed/b.tfrecord', concat(text('x'), file(2, 3)));
    put('odd/c', file(0, 1));
    put('empty/readme', text('nothing here'));
    put('both/t-00000-of-00001.tfrecord', file(0, 1));
    put('both/t-00000-of-00001', file(0, 1));
    put('side/t-00000-of-00001.tfrecord', file(0, 1));
    put('side/t-00000-of-00001.idx', text('0 1\n'));
  });

  it.each([
    ['a folder: its TFRecords, sorted', 'set', 5], ['a pattern', 'set/train-*.tfrecord', 5], ['NAME@N', 'set/train@3', 5], ['NAME.EXTENSION@N', 'set/train.tfrecord@3', 5],
    ['a set without an extension', 'bare/train@2', 3], ['a folder of one', 'bare', 3], ['a set that counts from 1', 'one-based', 2], ['a file with any name', 'odd', 1],
    ['a set with other files of its name', 'side/t@1', 1],
  ])('is %s', async (_name, location, count) => {
    expect(await labels(path(location))).toEqual(upTo(count));
  });

  it('is one shard by its own name, which the description says', async () => {
    const store = tfrecord(path('broken/train-00002-of-00003'));
    expect((await collect(store.read())).map(({ key, label }) => [key, label])).toEqual([['k2', 2]]);
    expect((await store.describe()).notes).toEqual(['shard 3 of 3 alone']);
  });

  it('is a file URL', async () => {
    expect(await collect(tfrecord(pathToFileURL(path('odd/c'))).read())).toHaveLength(1);
  });

  it.each(['broken', 'broken/*', 'broken/train@3'])('is refused when a shard is missing: %s', async (location) => {
    await expect(labels(path(location))).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('train-00001-of-00003 is missing') });
  });

  it.each([
    ['nothing/at/all', 'NOT_FOUND'], ['set/x@3', 'NOT_FOUND'], ['set/*.none', 'NOT_FOUND'], ['empty', 'NOT_A_STORE'], ['both/t@1', 'MISMATCH'], ['empty/readme', 'CORRUPT'],
  ])('%s is refused with %s', async (location, code) => {
    await expect(labels(path(location))).rejects.toMatchObject({ code });
    await expect(tfrecord(path(location)).describe()).rejects.toMatchObject({ code });
  });

  it.each([{}, { shards: 2 }, { shardSize: 1 }])('that a store wrote shards to leads to them, by the hint of the error: %p', async (options) => {
    const location = path(`written-${Object.keys(options).join('')}/same`);
    const samples = [0, 1].map((label) => sample(`k${label}`, { label }));
    await tfrecord(location, { shards: 2 }).write(stream(...samples), { source: { keys: 'stored', count: 2 } });
    await expect(collect(tfrecord(location, options).read())).rejects.toMatchObject({ code: 'NOT_FOUND', location, hint: `did you mean "${location}@2"?` });
    expect(await labels(`${location}@2`)).toEqual([0, 1]);
  });

  it('does not pass over a damaged file of a folder', async () => {
    const { values, error } = await collectUntilError(tfrecord(path('mixed')).read());
    expect(values).toHaveLength(2);
    expect(error).toMatchObject({ code: 'CORRUPT', file: path('mixed/b.tfrecord'), record: 0, offset: 0 });
  });

  it('is made without I/O', () => {
    expect(tfrecord(path('nothing')).location).toBe(path('nothing'));
  });

  describe('leaves nothing out silently', () => {
    let folder: string;
    const add = (name: string, content: Uint8Array): string => put(join(basename(folder), name), content);
    const notes = async (): Promise<readonly string[] | undefined> => (await tfrecord(folder).describe()).notes;
    beforeEach(() => {
      folder = mkdtempSync(path('whole-'));
      add('t-00000-of-00002', file(0, 2));
      add('t-00001-of-00002', file(2, 3));
    });

    it.each([
      ['a link that leads nowhere', 'NOT_FOUND', (name: string) => { symlinkSync('nothing', name); }],
      ['a pipe', 'UNSUPPORTED', (name: string) => { execFileSync('mkfifo', [name]); }],
      ['a folder', 'UNSUPPORTED', (name: string) => { mkdirSync(name); }],
    ])('%s is refused with %s by its name, as part of a set, and by a pattern', async (_name, code, make) => {
      for (const [name, pattern] of [['x.tfrecord', '*'], ['t-00002-of-00003', 't-*']] as const) {
        folder = mkdtempSync(path('whole-'));
        for (const index of [0, 1]) add(`t-0000${index}-of-00003`, file(index, index + 1));
        if (name === 'x.tfrecord') add('t-00002-of-00003', file(2, 3));
        make(join(folder, name));
        for (const location of [folder, join(folder, pattern)]) await expect(labels(location)).rejects.toMatchObject({ code, file: join(folder, name) });
      }
      await expect(labels(join(folder, 't@3'))).rejects.toMatchObject({ code, file: join(folder, 't-00002-of-00003') });
    });

    it('passes over hidden entries and sub-folders of other names', async () => {
      symlinkSync('nothing', join(folder, '.x.tfrecord'));
      mkdirSync(join(folder, 'images'));
      expect([await labels(folder), await notes()]).toEqual([upTo(3), []]);
    });

    it('notes that it reads several sets as one, by a folder and by a pattern', async () => {
      expect(await notes()).toEqual([]);
      add('val.tfrecord', file(3, 5));
      expect([await labels(folder), await notes()]).toEqual([upTo(5), ['2 sets of files are read as one: "t-?????-of-00002"; "val.tfrecord"']]);
      expect((await tfrecord(join(folder, '*')).describe()).notes).toEqual(await notes());
      expect((await tfrecord(join(folder, 't-?????-of-00002')).describe()).notes).toEqual([]);
    });

    it('reads a damaged file whose name has the form of its neighbours', async () => {
      for (const index of [0, 2]) add(`part-r-0000${index}`, file(index, index + 1));
      const damaged = add('part-r-00001', concat(text('x'), file(1, 2)));
      await expect(labels(folder)).rejects.toMatchObject({ code: 'CORRUPT', file: damaged });
    });

    it('names the files that are no TFRecords, and not the known companions', async () => {
      for (const name of ['t.idx', 't.tfindex', 't.INDEX', 'labels.txt', '_SUCCESS', 'a.json', 'a.pbtxt', 'b.txt', 't.crc', '.hidden']) add(name, text('x'));
      expect(await notes()).toEqual([]);
      add('readme', text('x'));
      symlinkSync('nothing', join(folder, 'lost'));
      expect(await notes()).toEqual(['left out, no TFRecords: "lost", "readme"']);
      for (const name of ['a', 'b', 'c', 'd', 'e']) add(name, text('x'));
      expect(await notes()).toEqual(['left out, no TFRecords: "a", "b", "c", "d", "e" and 2 more']);
      expect(await labels(folder)).toEqual(upTo(3));
    });

    it.each(['t-00002-of-00002', 't-00007-of-00002'])('refuses a shard that its set has no place for: %s', async (name) => {
      add(name, file(3, 4));
      for (const location of [folder, join(folder, '*'), join(folder, 't@2')]) {
        await expect(labels(location)).rejects.toMatchObject({ code: 'MISMATCH', message: expect.stringContaining(name) });
      }
    });
  });
});
