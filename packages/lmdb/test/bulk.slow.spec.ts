import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interceptOperations, stageFiles } from '@imgstore/core/files';
import { openBulkWriter } from '../src/bulk.js';
import { expectEntries, key, numbered, patterned, shuffled } from './helpers/bulk.js';
import { walk } from './helpers/walk.js';

describe('bulk writer on a disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imgstore-bulk-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('sorts 100,000 entries in any order outside memory, in large reads and writes, and leaves only the database', async () => {
    const pairs = Array.from({ length: 100_000 }, (_, number) => numbered(number, number % 400));
    const path = join(folder, 'database.mdb');
    const counts = { read: 0, write: 0 };
    const stage = await stageFiles([path]);
    const forget = interceptOperations((name) => {
      if (name === 'read' || name === 'write') counts[name]++;
    });
    try {
      const writer = openBulkWriter({ file: stage.file(path), scratch: () => stage.scratch() }, { ordered: false, singleFile: true, sortBytes: 2 ** 22 });
      for (const { key, value } of shuffled(pairs, 1)) await writer.put(key, value);
      await writer.finish();
      await stage.commit();
    } finally {
      forget();
    }
    const file = readFileSync(path);
    expectEntries(walk(file), pairs);
    expect(readdirSync(folder)).toEqual(['database.mdb']);
    // about 25 MB to the scratch file, back, and to the database, of which no piece is smaller than 128 KiB, but the last of a run
    expect(counts.write).toBeLessThan(100);
    expect(counts.read).toBeLessThan(300);
  });

  it('stores a value of 64 MiB, which it is given in parts, between small ones', async () => {
    const part = patterned(2 ** 22, 1);
    const path = join(folder, 'database.mdb');
    const stage = await stageFiles([path]);
    const writer = openBulkWriter({ file: stage.file(path), scratch: () => stage.scratch() }, { ordered: false, singleFile: true });
    await writer.put(key('z'), key('last'));
    await writer.put(key('m'), Array.from({ length: 16 }, () => part));
    await writer.put(key('a'), key('first'));
    await writer.finish();
    await stage.commit();
    expectEntries(walk(readFileSync(path)), [
      { key: key('a'), value: key('first') }, { key: key('m'), value: Array.from({ length: 16 }, () => part) }, { key: key('z'), value: key('last') },
    ]);
  });
});
