import { encodeUtf8, escapeKey } from '@imgstore/core';
import { lmdb, readEntries } from '../src/index.js';
import { all, failureOf, fixturePath, temporaryFolder } from './helpers/fixtures.js';
import { load } from './helpers/bulk.js';

const { file } = temporaryFolder();

describe('getRaw', () => {
  it('gives the very value of each key, also of a short and a long one', async () => {
    const entries = await all(readEntries(fixturePath('encoded')));
    const store = lmdb(fixturePath('encoded'));
    for (const { key, value } of entries) expect(await store.getRaw(escapeKey(key))).toEqual(value);
    expect(entries.length).toBeGreaterThan(0);
    expect(await store.getRaw('no such key')).toBeUndefined();
    await store.close();
  });

  it('does not look into the value: one that is no Datum is given too', async () => {
    const value = encodeUtf8('no Datum');
    const store = lmdb(file('text', (await load([{ key: encodeUtf8('a'), value }])).bytes));
    expect(await store.getRaw('a')).toEqual(value);
    expect(await failureOf(store.get('a'))).toMatchObject({ code: 'UNSUPPORTED', key: 'a' });
    await store.close();
  });

  it('refuses a named sub-database by its name', async () => {
    expect(await failureOf(lmdb(fixturePath('sub-database')).getRaw('train'))).toMatchObject({ code: 'UNSUPPORTED', key: 'train' });
  });
});
