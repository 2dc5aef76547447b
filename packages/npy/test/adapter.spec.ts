import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Detection, Probe } from '@imgstore/core';
import { interceptOperations } from '@imgstore/core/files';
import adapter from '../src/adapter.js';
import * as everything from '../src/index.js';
import { npy, writeNpy } from '../src/index.js';
import { all, failureOf, temporaryFolder } from './helpers/files.js';
import { fixturePath } from './helpers/fixtures.js';

const { path, file } = temporaryFolder();

function detect(location: string): Promise<Detection | undefined> {
  const isDirectory = statSync(location).isDirectory();
  const probe: Probe = {
    path: location, isDirectory, size: isDirectory ? 0 : statSync(location).size,
    head: isDirectory ? new Uint8Array() : readFileSync(location).subarray(0, 65_536), names: async (below = '.') => (isDirectory && statSync(join(location, below)).isDirectory() ? readdirSync(join(location, below)).sort() : []),
  };
  return adapter.detect(probe);
}

it('exports exactly this', () => {
  expect(Object.keys(everything).sort()).toEqual(['encodeNpy', 'listNpz', 'npy', 'readNpy', 'writeNpy']);
});

describe('the adapter', () => {
  it.each(['stack-uint8.npy', 'samples.npz', 'keras.npz'])('recognises %s for certain', async (name) => {
    expect((await detect(fixturePath(name)))?.certain).toBe(true);
  });

  it('recognises a folder by what is in the folders in it, as keys with a slash make them', async () => {
    mkdirSync(path('nested/cat'), { recursive: true });
    await writeNpy(path('nested/cat/1.npy'), { dtype: 'uint8', shape: [1, 1], data: Uint8Array.of(1) });
    expect(await detect(path('nested'))).toEqual({ certain: false, evidence: 'folders with arrays, e.g. cat/1.npy' });
    mkdirSync(path('other/cat'), { recursive: true });
    expect(await detect(path('other'))).toBeUndefined();
  });

  it('recognises IDX by its length, and a folder and a compressed file by names', async () => {
    const digits = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 7, 8]);
    expect((await detect(file('labels-idx1-ubyte', digits)))?.certain).toBe(true);
    expect(await detect(file('longer-idx1-ubyte', Buffer.concat([digits, digits])))).toBeUndefined();
    expect(await detect(file('huge-idx9-ubyte', Buffer.from([0, 0, 8, 3, ...Array<number>(12).fill(255)])))).toBeUndefined();
    expect((await detect(file('train-labels-idx1-ubyte.gz', gzipSync(digits))))?.certain).toBe(false);
    expect((await detect(fixturePath('.')))?.certain).toBe(false);
    const folders = [['train-images-idx3-ubyte.gz', /MNIST/], ['data_batch_1.bin', /CIFAR-10$/], ['train.bin', undefined]] as const;
    for (const [at, [name, evidence]] of folders.entries()) {
      mkdirSync(path(`folder-${at}`));
      file(`folder-${at}/${name}`, 'x');
      expect((await detect(path(`folder-${at}`)))?.evidence).toEqual(evidence && expect.stringMatching(evidence));
    }
    file('folder-2/fine_label_names.txt', 'apple');
    expect((await detect(path('folder-2')))?.evidence).toMatch(/CIFAR-100$/);
  });

  it.each([['text', 'some text'], ['an empty file', ''], ['another archive', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(40)])], ['a PNG', '\x89PNG\r\n\x1a\n']])('does not claim %s', async (_, bytes) => {
    expect(await detect(file('foreign', bytes))).toBeUndefined();
  });

  it('makes stores without any file operation, and leaves no file open', async () => {
    let open = 0;
    const forget = interceptOperations((name) => {
      if (name === 'open') open++;
      if (name === 'close') open--;
    });
    try {
      const store = npy(fixturePath('stack.npz'));
      expect(open).toBe(0);
      for await (const _ of store.read()) break;
      await store.describe();
      await all(store.keys());
      await store.get('00000001');
      expect(open).toBe(1);
      await store.close();
      for (const options of [{ labels: 'nothing' }, { images: 'y' }]) await failureOf(all(npy(fixturePath('stack.npz'), options).read()));
      await failureOf(all(npy(fixturePath('stack-uint8.npy'), { labels: fixturePath('samples.npz') }).read()));
      await failureOf(all(npy(fixturePath('objects.npy')).read()));
      await all(npy(fixturePath('keras.npz'), { images: 'x_train' }).read());
      expect(open).toBe(0);
    } finally {
      forget();
    }
  });

  it.each<readonly [object, RegExp]>([
    [{ layout: 'WHC' }, /expected one of HWC, CHW/], [{ labels: '' }, /"labels" is empty/], [{ arrays: 'samples', labels: 'y' }, /belongs to arrays=stack/],
    [{ images: 'x', labels: 'x' }, /name the same array/], [{ limits: { record: -1 } }, /limits\.record is -1/], [{ lables: 'y' }, /"lables" is not known/],
  ])('refuses the options %j', (options, message) => {
    expect(() => npy('x.npz', options)).toThrow(message);
  });

  it.each<readonly [string, object, string]>([
    ['nothing.npy', {}, 'NOT_FOUND'], ['', { labels: 'y' }, 'BAD_OPTION'],
  ])('refuses to read %j with %j', async (name, options, code) => {
    expect((await failureOf(all(npy(name === '-' ? name : path(name), options).read()))).code).toBe(code);
  });
});
