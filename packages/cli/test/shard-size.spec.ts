import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, run } from './helpers/run.js';

const database = join(__dirname, '../../../fixtures/caffe_lmdb');
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const out = (name: string): string => join(folder, name);

it('cuts files by their size, which together hold everything', async () => {
  const { code, stderr, stdout } = await run(['convert', database, out('train'), '-t', 'tfrecord', '--shard-size', '2KiB', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const { samples, summary } = JSON.parse(stdout) as { samples: number; summary: { files: { path: string; samples: number; bytes: number }[] } };
  expect(summary.files.length).toBeGreaterThan(1);
  expect(readdirSync(folder).sort()).toEqual(summary.files.map(({ path }) => path.slice(folder.length + 1)));
  expect(summary.files.at(-1)?.path).toMatch(new RegExp(`-of-${String(summary.files.length).padStart(5, '0')}\\.tfrecord$`));
  expect(summary.files.reduce((sum, file) => sum + file.samples, 0)).toBe(samples);
  for (const file of summary.files) expect(file.samples === 1 || file.bytes <= 2048).toBe(true);
});

it('says before and after how many shards get no sample', async () => {
  const notesOf = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const { notes } = JSON.parse(await answerOf(['convert', database, out('train'), '-t', 'tfrecord', '--json', ...flags])) as { notes: string[] };
    return notes.filter((note) => note.includes('shard'));
  };
  for (const flags of [['--shards', '30'], ['--dst-opt', 'shards=30']]) expect(await notesOf('--plan', ...flags)).toEqual(['18 of 30 shards get no sample']);
  expect(await notesOf('--shards', '13')).toEqual(['1 of 13 shards gets no sample']);
  const files = readdirSync(folder);
  expect(files).toHaveLength(13);
  expect(files.filter((name) => statSync(out(name)).size === 0)).toHaveLength(1);
  expect(await notesOf('--plan', '--shards', '12')).toEqual([]);
});

it.each([
  [['-t', 'lmdb', '--shard-size', '1MiB'], '--shard-size: lmdb writes one file or folder'],
  [['-t', 'tfrecord', '--shard-size', '1MiB', '--shards', '2'], '--shards and --shard-size exclude each other'],
  [['-t', 'tfrecord', '--shard-size', '1MiB', '--dst-opt', 'shardSize=1MiB'], '--shard-size and --dst-opt shardSize are the same; give one of them'],
  [['-t', 'tfrecord', '--shard-size', 'much'], '"shardSize" is "much", expected'],
  [['-t', 'tfrecord', '--shard-size', '0'], '"shardSize" is 0, expected'],
])('refuses %j', async (flags, said) => {
  const { code, stderr } = await run(['convert', database, out('o'), ...flags]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  expect(readdirSync(folder)).toEqual([]);
});
