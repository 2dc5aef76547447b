import { isImgstoreError } from '@imgstore/core';
import { openBulkWriter } from '../src/bulk.js';
import { expectEntries, key, load, numbered, patterned, type Pair } from './helpers/bulk.js';
import { MemoryFile } from './helpers/memory.js';
import { walk } from './helpers/walk.js';

const dataFormats = [1, 2, 3] as const;

/** nodeMax of 4096-byte pages (lmdb-format.md 10), and what a key takes of it. */
const inlineLimit = (dataFormat: 1 | 2 | 3, keyLength: number): number =>
  (dataFormat === 1 ? 2038 : 2034) - 8 - (dataFormat === 3 ? keyLength + (keyLength % 2) : keyLength);

describe.each(dataFormats)('bulk writer, data format %i', (dataFormat) => {
  it('writes an empty database as two meta pages of transaction 0', async () => {
    const { bytes, entries } = await load([], { dataFormat });
    expect(entries).toBe(0);
    expect(bytes.length).toBe(8192);
    expect(walk(bytes)).toMatchObject({ entries: [], depth: 0, txnids: [0, 0] });
  });

  it('makes meta page 1 the state of transaction 1 and leaves meta page 0 empty', async () => {
    const { bytes } = await load([numbered(1, 10)], { dataFormat });
    expect(walk(bytes)).toMatchObject({ txnids: [0, 1], depth: 1, leafPages: 1, environmentFlags: [8, 8] });
  });

  it('notes in the environment flags that the database is a single file', async () => {
    const { bytes } = await load([numbered(1, 10)], { dataFormat, singleFile: true });
    expect(walk(bytes).environmentFlags).toEqual([0x4008, 0x4008]);
  });

  it('keeps a value in its leaf up to the largest node, and puts a longer one on overflow pages', async () => {
    for (const keyLength of [1, 2, 7, 8, 510, 511]) {
      const limit = inlineLimit(dataFormat, keyLength);
      for (const [length, overflowPages] of [[limit - 1, 0], [limit, 0], [limit + 1, 1]] as const) {
        const pairs = [{ key: patterned(keyLength, 3), value: patterned(length, 4) }];
        const walked = walk((await load(pairs, { dataFormat })).bytes);
        expect(walked.overflowPages).toBe(overflowPages);
        expectEntries(walked, pairs);
      }
    }
  });

  it('fills overflow runs to their last byte', async () => {
    const header = dataFormat === 1 ? 16 : 24;
    const lengths = [4096 - header, 4096 - header + 1, 2 * 4096 - header, 2 * 4096 - header + 1, 3 * 4096];
    const pairs = lengths.map((length, index) => numbered(index, length));
    const walked = walk((await load(pairs, { dataFormat })).bytes);
    expect(walked.overflowPages).toBe(1 + 2 + 2 + 3 + 4);
    expectEntries(walked, pairs);
  });

  it('stores keys of every length from 1 to 511 bytes and values of every length around the inline limit', async () => {
    const pairs = Array.from({ length: 511 }, (_, index) => ({
      key: Buffer.concat([Buffer.from([index >> 8, index & 255]), Buffer.alloc(511, 0xff)]).subarray(0, index < 2 ? 2 : index + 1),
      value: patterned(1500 + index * 2, index),
    }));
    pairs.unshift({ key: Buffer.from([0]), value: Buffer.alloc(0) });
    const walked = walk((await load(pairs, { dataFormat })).bytes);
    expectEntries(walked, pairs);
  });

  it('stores a value of several parts as their concatenation', async () => {
    for (const length of [0, 30, 5000, 300_000, 2_500_000]) {
      const whole = patterned(length, length);
      const parts = [whole.subarray(0, length >> 3), whole.subarray(length >> 3, length >> 1), new Uint8Array(0), whole.subarray(length >> 1)];
      const { bytes } = await load([{ key: key('k'), value: parts }], { dataFormat });
      expect(bytes.equals((await load([{ key: key('k'), value: whole }], { dataFormat })).bytes)).toBe(true);
      expect(walk(bytes).entries[0]?.value.equals(whole)).toBe(true);
    }
  });

  it('makes a sound tree of every number of leaves around the limits of a branch page', async () => {
    // 256-byte pages and keys of 50 bytes: three children a branch page, so the levels change every few leaves
    for (let count = 1; count <= 44; count++) {
      const pairs = Array.from({ length: count }, (_, index) => ({ key: key(String(index).padStart(50, '0')), value: patterned(40, index) }));
      const walked = walk((await load(pairs, { dataFormat, pageSize: 256 })).bytes);
      expect(walked.leafPages).toBe(Math.ceil(count / 2));
      expectEntries(walked, pairs);
    }
  });

  it.each([512, 1024, 8192, 32768])('writes pages of %i bytes', async (pageSize) => {
    const pairs = Array.from({ length: 120 }, (_, index) => numbered(index, (index * 97) % (2 * pageSize)));
    const walked = walk((await load(pairs, { dataFormat, pageSize })).bytes);
    expectEntries(walked, pairs);
    expect(walked.depth).toBeGreaterThan(1);
  });
});

describe('bulk writer', () => {
  it('writes pages of 65536 bytes in formats 2 and 3, and refuses them in format 1', async () => {
    const pairs = Array.from({ length: 50 }, (_, index) => numbered(index, index * 3000));
    for (const dataFormat of [2, 3] as const) {
      expectEntries(walk((await load(pairs, { dataFormat, pageSize: 65536 })).bytes), pairs);
    }
    await expect(load([], { dataFormat: 1, pageSize: 65536 })).rejects.toThrow(
      'pageSize is 65536; a page of LMDB data format 1 has a power of two from 256 to 32768 bytes');
  });

  it.each([0, 128, 4095, 5000, 131072, 4096.5, NaN])('refuses a page size of %p', (pageSize) => {
    const open = (): unknown => openBulkWriter(
      { file: new MemoryFile(), scratch: () => new MemoryFile() }, { pageSize, dataFormat: 2, ordered: true, singleFile: false });
    expect(open).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  it('gives the length of the file as the map size, in steps of 64 KiB from 1 MiB', async () => {
    for (const [length, mapsize] of [[0, 2 ** 20], [2 ** 20 - 3 * 4096 - 16, 2 ** 20], [2 ** 20 - 3 * 4096 - 15, 2 ** 20 + 2 ** 16]] as const) {
      const walked = walk((await load([{ key: key('k'), value: new Uint8Array(length) }])).bytes);
      expect(walked.mapsizes).toEqual([mapsize, mapsize]);
    }
  });

  it('gives a branch page at least two children when a level ends with one too many', async () => {
    // keys of 511 bytes: 8 children a branch page, 2 pairs a leaf. The walker refuses a branch page with one child.
    for (const leaves of [7, 8, 9, 16, 17, 18, 25, 63, 64, 65, 66, 72, 73, 129, 513, 520]) {
      const pairs = Array.from({ length: 2 * leaves }, (_, index) => ({ key: key(String(index).padStart(511, '0')), value: new Uint8Array(1519) }));
      const walked = walk((await load(pairs)).bytes);
      const levels: number[] = [];
      for (let pages = leaves; pages > 1; pages = levels.at(-1) as number) levels.push(Math.ceil(pages / 8));
      expect(walked).toMatchObject({ leafPages: leaves, depth: 1 + levels.length, branchPages: levels.reduce((sum, pages) => sum + pages, 0) });
      expectEntries(walked, pairs);
    }
  });

  it('copies values through buffer borders, and large ones past the buffer, without losing a byte', async () => {
    const lengths = [2 ** 20 - 100, 2 ** 18 - 1, 2 ** 18, 2 ** 18 + 1, 3 * 2 ** 20 + 5, 0, 70_000, 70_000, 70_000, 1, 2 ** 20];
    const pairs = lengths.map((length, index) => numbered(index, length));
    expectEntries(walk((await load(pairs)).bytes), pairs);
  });

  it('gives a promise for a very large value, and writes it in pieces', async () => {
    const value = Buffer.alloc(2 ** 24 + 5, 'large');
    const file = new MemoryFile();
    const writer = openBulkWriter({ file, scratch: () => new MemoryFile() }, { ordered: true, singleFile: false });
    expect(writer.put(key('a'), patterned(20_000, 1))).toBeUndefined();
    const written = writer.put(key('b'), [value.subarray(0, 2 ** 23), value.subarray(2 ** 23)]);
    expect(written).toBeInstanceOf(Promise);
    await written;
    await writer.put(key('c'), patterned(20_000, 2));
    await writer.finish();
    expect(walk(file.content).entries.map((entry) => entry.value.length)).toEqual([20_000, value.length, 20_000]);
    expect(walk(file.content).entries[1]?.value.equals(value)).toBe(true);
  });

  it('reuses nothing that the caller still owns: key and value may be overwritten after put', async () => {
    const file = new MemoryFile();
    const writer = openBulkWriter({ file, scratch: () => new MemoryFile() }, { ordered: true, singleFile: false });
    const reused = { key: Buffer.alloc(8), value: Buffer.alloc(100) };
    for (let number = 0; number < 200; number++) {
      reused.key.set(numbered(number, 0).key);
      reused.value.set(patterned(100, number));
      await writer.put(reused.key, reused.value);
      reused.key.fill(0xff);
      reused.value.fill(0xff);
    }
    await writer.finish();
    expectEntries(walk(file.content), Array.from({ length: 200 }, (_, number) => numbered(number, 100)));
  });
});

describe('bulk writer, refusing', () => {
  const failure = async (pairs: readonly Pair[], options: Parameters<typeof load>[1] = {}): Promise<{ code: string; message: string }> =>
    load(pairs, options).then(
      () => ({ code: 'none', message: '' }),
      (error: unknown) => (isImgstoreError(error) ? { code: error.code, message: error.message } : { code: 'foreign', message: String(error) }));
  const value = new Uint8Array(3);
  const from = (ordinal: number) => ({ ordinal, origin: { file: 'train.tfrecord', record: ordinal, offset: ordinal * 1000 } });

  it.each([true, false])('names the sample of an empty key (ordered: %p)', async (ordered) => {
    expect(await failure([{ key: key(''), value, from: from(7) }], { ordered })).toEqual({
      code: 'LOSSY', message: 'train.tfrecord, record 7 at byte 7000 (key ""): sample 7 has an empty key; LMDB wants 1 to 511 bytes',
    });
  });

  it.each(dataFormats)('names the sample of a key above 511 bytes in format %i', async (dataFormat) => {
    expect(await failure([{ key: new Uint8Array(511).fill(97), value }, { key: key('b'.repeat(512)), value }], { dataFormat })).toEqual({
      code: 'LOSSY', message: `(key "${'b'.repeat(99)}…"): the key of sample 1 has 512 bytes; LMDB holds at most 511`,
    });
  });

  it('takes no key that is too long for a small page', async () => {
    expect((await load([{ key: new Uint8Array(62), value }], { pageSize: 256 })).entries).toBe(1);
    expect(await failure([{ key: new Uint8Array(63), value }], { pageSize: 256 })).toMatchObject({ code: 'LOSSY' });
  });

  it('names both origins of a key that comes twice in an ordered source', async () => {
    expect(await failure([{ key: key('a'), value, from: from(4) }, { key: key('a'), value, from: from(5) }])).toEqual({
      code: 'MISMATCH',
      message: '(key "a"): sample 4 (train.tfrecord, record 4 at byte 4000) and sample 5 (train.tfrecord, record 5 at byte 5000) have the same key, '
        + 'and LMDB keeps one value for a key',
    });
  });

  it('says that an ordered source is not when a key descends', async () => {
    expect(await failure([{ key: key('b'), value, from: from(4) }, { key: key('ab'), value, from: from(5) }])).toEqual({
      code: 'MISMATCH',
      message: '(key "ab"): the source says that its keys ascend, but sample 5 (train.tfrecord, record 5 at byte 5000) comes after '
        + 'sample 4 (train.tfrecord, record 4 at byte 4000) with the key "b"',
    });
  });

  it('takes keys in the order of unsigned bytes, a prefix first', async () => {
    const keys = [[0], [0, 0], [0, 1], [1], [0x7f], [0x80], [0xff], [0xff, 0]].map((bytes) => Buffer.from(bytes));
    const walked = walk((await load(keys.map((bytes) => ({ key: bytes, value })))).bytes);
    expect(walked.entries.map((entry) => entry.key)).toEqual(keys);
  });

  it('refuses a value of 4 GiB by its length, before it writes any of it', async () => {
    const part = new Uint8Array(2 ** 20);
    const file = new MemoryFile();
    const writer = openBulkWriter({ file, scratch: () => new MemoryFile() }, { ordered: true, singleFile: false });
    const put = (): unknown => writer.put(key('k'), Array.from({ length: 4096 }, () => part));
    expect(put).toThrow('(key "k"): the value of sample 0 has 4294967296 bytes; LMDB holds at most 4294967295');
    expect(file.writes).toBe(0);
  });
});
