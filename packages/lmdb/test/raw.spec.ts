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

describe('the limit of a record', () => {
  const long = new Uint8Array(5000);

  it('refuses a longer value wherever one is read, and the error says what lets it pass', async () => {
    const path = file('long', (await load([{ key: encodeUtf8('a'), value: long }])).bytes);
    const store = lmdb(path, { limits: { record: 4096 } });
    const expected = { code: 'LIMIT', key: 'a', hint: 'if you trust it: --max record=5KiB (in a program: limits.record)' };
    expect(await failureOf(all(store.read()))).toMatchObject(expected);
    expect(await failureOf(store.getRaw('a'))).toMatchObject(expected);
    expect(await failureOf(all(readEntries(path, { limits: { record: 4096 } })))).toMatchObject(expected);
    expect(await lmdb(path, { limits: { record: 5000 } }).getRaw('a')).toEqual(long);
    expect(await all(readEntries(path, { limits: { record: 5000 } }))).toHaveLength(1);
    await store.close();
  });

  it('is checked with the other options', () => {
    expect(() => lmdb('x', { limits: { record: -1 } })).toThrow(expect.objectContaining({ code: 'BAD_OPTION', what: expect.stringContaining('limits.record is -1') }));
  });
});
