import { lmdb, readEntries } from '../src/index.js';
import { encodeDatum } from '../src/datum.js';
import { findEntry } from '../src/wire/find.js';
import { readSnapshot } from '../src/wire/meta.js';
import { EntryScan } from '../src/wire/scan.js';
import { load, numbered } from './helpers/bulk.js';
import { noted } from './helpers/noted.js';
import { all, failureOf, temporaryFolder } from './helpers/fixtures.js';

const MIB = 2 ** 20;
const lengths = [10, 3 * MIB + 5, 5000, MIB, MIB + 1, 100_000, 2 * MIB];
const pairs = lengths.map((length, index) => numbered(index, length));

describe('values above a MiB', () => {
  const { file: put } = temporaryFolder();

  it.each([{ borrow: true }, { borrow: false }])('are read in pieces of at most a MiB, with a pause after each (%j)', async (ownership) => {
    const { file, reads } = noted((await load(pairs)).file);
    const scan = new EntryScan(file, readSnapshot(file), ownership);
    const found: { key: string; value: Buffer }[] = [];
    let pauses = 0;
    while (!scan.isDone) {
      await scan.fill((key, value) => void found.push({ key: Buffer.from(key).toString(), value: Buffer.from(value) }), () => {
        pauses++;
        return Promise.resolve();
      });
    }
    expect(found.map(({ key }) => key)).toEqual(pairs.map(({ key }) => Buffer.from(key).toString()));
    expect(found.map(({ value }, index) => value.equals(pairs[index]?.value ?? Buffer.alloc(0)))).toEqual(lengths.map(() => true));
    expect(Math.max(...reads)).toBeLessThanOrEqual(MIB + 16);
    expect(pauses).toBe(4 + 2 + 3);
  });

  it('are found by their key in the same way', async () => {
    const { file, reads } = noted((await load(pairs)).file);
    let pauses = 0;
    const found = await findEntry(file, readSnapshot(file), numbered(1, 0).key, () => { pauses++; return undefined; });
    expect(Buffer.from(found?.value ?? []).equals(pairs[1]?.value ?? Buffer.alloc(0))).toBe(true);
    expect({ pauses, most: Math.max(...reads) }).toEqual({ pauses: 4, most: MIB });
  });

  it('stay the caller\'s own, or are valid until the next entry', async () => {
    const path = put('long.mdb', (await load(pairs)).bytes);
    expect((await all(readEntries(path))).map(({ value }, index) => Buffer.from(value).equals(pairs[index]?.value ?? Buffer.alloc(0)))).toEqual(lengths.map(() => true));
    let index = 0;
    const same: boolean[] = [];
    for await (const { value } of readEntries(path, { borrow: true })) {
      same.push(Buffer.from(value).equals(pairs[index++]?.value ?? Buffer.alloc(0)));
      value.fill(0xee);
    }
    expect(same).toEqual(lengths.map(() => true));
  });

  it('are looked up at the same time by one store', async () => {
    const datum = (label: number): Uint8Array => encodeDatum({ channels: 1, height: 1024, width: 2048, data: new Uint8Array(2 * MIB).fill(label), label, encoded: false });
    const store = lmdb(put('get.mdb', (await load([0, 1].map((label) => ({ key: Buffer.from(`k${label}`), value: datum(label) })))).bytes));
    expect((await Promise.all([store.get('k0'), store.get('k1'), store.get('k2')])).map((sample) => sample?.label)).toEqual([0, 1, undefined]);
    await store.close();
  });

  it('that are damaged are refused in their place', async () => {
    const { bytes } = await load(pairs.slice(1, 2));
    const damaged = Buffer.from(bytes);
    damaged.writeUInt16LE(2, 2 * 4096 + 10);
    expect(await failureOf(all(readEntries(put('damaged.mdb', damaged))))).toMatchObject({ code: 'CORRUPT', offset: 2 * 4096 + 10, key: '00000001' });
    expect(await failureOf(all(readEntries(put('cut.mdb', bytes.subarray(0, MIB)))))).toMatchObject({ code: 'TRUNCATED' });
  });
});
