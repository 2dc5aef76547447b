import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { openFileReader } from '@imgstore/core/files';
import { readEntries } from '../src/index.js';
import { readSnapshot } from '../src/wire/meta.js';
import { all, digestOf, failureOf, fixtureBytes, fixturePath, fixtures, temporaryFolder } from './helpers/fixtures.js';
import { load, numbered, shuffled } from './helpers/bulk.js';

describe('entries of databases that others wrote', () => {
  const { path } = temporaryFolder();

  it.each(fixtures)('reads $name as the library that wrote it reads it', async ({ name, entries, sha256 }) => {
    expect(await digestOf(fixturePath(name))).toEqual({ entries, sha256 });
    expect(await digestOf(fixturePath(name), { borrow: true })).toEqual({ entries, sha256 });
  });

  it.each(fixtures)('recognises data format $dataFormat of $name', ({ name, dataFormat }) => {
    const file = openFileReader(fixturePath(name));
    try {
      expect(readSnapshot(file).layout).toMatchObject({ dataFormat, wordLength: 8 });
    } finally {
      file.close();
    }
  });

  it('gives entries in the order of their bytes, a prefix first', async () => {
    const keys = (await all(readEntries(fixturePath('binary-keys')))).map(({ key }) => Buffer.from(key).toString('hex'));
    expect(keys).toEqual([...keys].sort());
    expect(keys.slice(0, 2)).toEqual(['00', '0000']);
  });

  it('gives entries that are the caller\'s own unless they are borrowed', async () => {
    const entries = await all(readEntries(fixturePath('overflow')));
    const buffers = new Set(entries.flatMap(({ key, value }) => [key.buffer, value.buffer]));
    expect(buffers.size).toBe(2 * entries.length);
  });

  it('gives a named sub-database as liblmdb does: the record of its tree', async () => {
    const [entry] = (await all(readEntries(fixturePath('sub-database')))).slice(-1);
    expect(Buffer.from(entry?.key ?? []).toString()).toBe('train');
    expect(entry?.value.length).toBe(48);
  });

  it('reads the folder and the file in it alike, and writes nothing, no lock either', async () => {
    const folder = path('read-only');
    mkdirSync(folder);
    copyFileSync(fixturePath('many'), `${folder}/data.mdb`);
    chmodSync(`${folder}/data.mdb`, 0o444);
    const before = statSync(folder).mtimeMs;
    expect(await digestOf(folder)).toEqual(await digestOf(`${folder}/data.mdb`));
    expect(readdirSync(folder)).toEqual(['data.mdb']);
    expect(statSync(folder).mtimeMs).toBe(before);
    expect(readFileSync(`${folder}/data.mdb`).equals(fixtureBytes('many'))).toBe(true);
  });
});

describe('entries of larger databases', () => {
  const { file } = temporaryFolder();
  const lengths = [0, 10, 700, 2030, 2031, 5000, 70_000, 300_000];

  it.each([1, 2, 3] as const)('reads branches of two levels and values of every size in data format %i', async (dataFormat) => {
    const pairs = Array.from({ length: 3000 }, (_, index) => numbered(index, index % 60 === 0 ? lengths[index / 60 % lengths.length] ?? 0 : index % 700));
    const { bytes } = await load(shuffled(pairs, dataFormat), { dataFormat, ordered: false });
    const path = file(`format-${dataFormat}.mdb`, bytes);
    for (const borrow of [false, true]) {
      let index = 0;
      let different = 0;
      for await (const { key, value } of readEntries(path, { borrow })) {
        const pair = pairs[index++];
        if (pair === undefined || !Buffer.from(key).equals(pair.key) || !Buffer.from(value).equals(pair.value)) different++;
      }
      expect({ index, different }).toEqual({ index: 3000, different: 0 });
    }
  });

  it('lends each entry whole, whatever becomes of the bytes of those before it', async () => {
    const pairs = Array.from({ length: 400 }, (_, index) => numbered(index, (index * 977) % 30_000));
    const path = file('borrowed.mdb', (await load(pairs, {})).bytes);
    let index = 0;
    let different = 0;
    for await (const { value } of readEntries(path, { borrow: true })) {
      if (!Buffer.from(value).equals(pairs[index++]?.value ?? Buffer.alloc(0))) different++;
      value.fill(0xee);
    }
    expect({ index, different }).toEqual({ index: 400, different: 0 });
  });

  it('rejects with the reason of its signal before the next entry', async () => {
    const controller = new AbortController();
    const entries = readEntries(fixturePath('many'), { signal: controller.signal });
    const reason = new Error('enough');
    let seen = 0;
    await expect((async () => {
      for await (const _ of entries) {
        seen++;
        controller.abort(reason);
      }
    })()).rejects.toBe(reason);
    expect(seen).toBe(1);
  });
});

describe('a database that is changed while it is read', () => {
  const { file, path } = temporaryFolder();
  const atMeta = (bytes: Buffer, page: number, txnid: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed.writeBigUInt64LE(BigInt(txnid), page * 4096 + 144);
    return changed;
  };

  /** Changes the file after the first entry was pulled. */
  async function readWhileChanging(name: string, before: Buffer, after: Buffer): Promise<unknown> {
    const location = file(name, before);
    const entries = readEntries(location)[Symbol.asyncIterator]();
    await entries.next();
    file(name, after);
    utimesSync(path(name), 1, 1);
    for (;;) if ((await entries.next()).done) return undefined;
  }

  it('is CHANGED when a writer is two transactions further', async () => {
    const before = fixtureBytes('many');
    const failure = await failureOf(readWhileChanging('two', before, atMeta(atMeta(before, 0, 2), 1, 3)));
    expect(failure).toMatchObject({ code: 'CHANGED', file: path('two'), what: expect.stringContaining('transaction 3, and 1 when it was opened') });
  });

  it('is read to its end when a writer is one transaction further, which leaves its pages alone', async () => {
    const before = fixtureBytes('many');
    const main = before.subarray(4096 + 88, 4096 + 144);
    const after = atMeta(before, 0, 2);
    main.copy(after, 88); // the root and last page of the newer state
    expect(await readWhileChanging('one', before, after)).toBeUndefined();
  });

  it('is CHANGED when the file was written without a transaction', async () => {
    const before = fixtureBytes('many');
    expect(await failureOf(readWhileChanging('rewritten', before, before))).toMatchObject({ code: 'CHANGED' });
  });

  it('is CHANGED, not damaged, when what was met is the work of a writer', async () => {
    const before = fixtureBytes('many-unordered');
    const after = atMeta(atMeta(before, 0, 4), 1, 5);
    after.fill(0, 2 * 4096);
    expect(await failureOf(readWhileChanging('overwritten', before, after))).toMatchObject({ code: 'CHANGED' });
  });
});
