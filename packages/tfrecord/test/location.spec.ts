import { pathToFileURL } from 'node:url';
import { tfrecord } from '@imgstore/tfrecord';
import { file, labels, temporaryFiles, upTo } from './helpers/files.js';
import { collect, collectUntilError, concat, text } from './helpers/records.js';

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

  it('does not pass over a damaged file of a folder', async () => {
    const { values, error } = await collectUntilError(tfrecord(path('mixed')).read());
    expect(values).toHaveLength(2);
    expect(error).toMatchObject({ code: 'CORRUPT', file: path('mixed/b.tfrecord'), record: 0, offset: 0 });
  });

  it('is made without I/O', () => {
    expect(tfrecord(path('nothing')).location).toBe(path('nothing'));
  });
});
