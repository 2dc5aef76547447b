import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tfrecord } from '@imgstore/tfrecord';
import type { TfrecordOptions } from '@imgstore/tfrecord';
import { labels, temporaryFiles, upTo } from './helpers/files.js';
import { collect, concat, stream } from './helpers/records.js';
import { png, sample } from './helpers/samples.js';

const { path } = temporaryFiles();
const samples = (count: number): ReturnType<typeof sample>[] => upTo(count).map((index) => sample(`k${index % 10}`, { image: png(), label: index % 100 }));

/** The bytes of one record of these samples. */
async function recordSize(): Promise<number> {
  await tfrecord(path('one')).write(stream(...samples(1)), { overwrite: true });
  return readFileSync(path('one')).length;
}

it.each([
  [10, 1, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], [10, 3, [3, 3, 3, 1]], [10, 3.9, [3, 3, 3, 1]], [9, 3, [3, 3, 3]], [10, 10, [10]], [10, 1000, [10]], [0, 3, [0]], [3, 0.5, [1, 1, 1]],
])('cuts %i samples before a file gets larger than %d of them', async (count, records, expected) => {
  const folder = `by-size-${count}-${records}`;
  const shardSize = Math.floor(records * await recordSize());
  const { files, samples: written } = await tfrecord(path(`${folder}/t`), { shardSize }).write(stream(...samples(count)));
  expect([written, files.map((file) => file.samples)]).toEqual([count, expected]);
  const names = upTo(expected.length).map((index) => `t-${String(index).padStart(5, '0')}-of-${String(expected.length).padStart(5, '0')}.tfrecord`);
  expect(readdirSync(path(folder))).toEqual(names);
  expect(files.map((file) => file.path)).toEqual(names.map((name) => path(`${folder}/${name}`)));
  for (const file of files) expect(readFileSync(file.path)).toHaveLength(file.bytes);
  expect(await labels(`${path(folder)}/t@${expected.length}`)).toEqual(upTo(count));
});

it('needs not know the number of samples, and gives the same bytes as one file, one after the other', async () => {
  expect(tfrecord('x', { shardSize: 100 }).accepts.count).toBeUndefined();
  await tfrecord(path('whole')).write(stream(...samples(400)));
  const { files } = await tfrecord(path('cut/t.tfrecords'), { shardSize: 10_000 }).write(stream(...samples(400)));
  expect(files.length).toBeGreaterThan(5);
  expect(concat(...files.map((file) => readFileSync(file.path)))).toEqual(concat(readFileSync(path('whole'))));
  expect(files[0]?.path).toBe(path(`cut/t-00000-of-${String(files.length).padStart(5, '0')}.tfrecords`));
});

it.each(['gzip', 'zlib'] as const)('cuts by the size before compression: %s', async (compression) => {
  const shardSize = 4 * await recordSize();
  const { files } = await tfrecord(path(`${compression}/t`), { shardSize, compression, level: 9 }).write(stream(...samples(10)));
  expect(files.map((file) => file.samples)).toEqual([4, 4, 2]);
  expect(await labels(`${path(compression)}/t@3`)).toEqual(upTo(10));
});

it('names the indexes as the files', async () => {
  await tfrecord(path('indexed/t'), { shardSize: 4 * await recordSize(), index: true }).write(stream(...samples(6)));
  expect(readdirSync(path('indexed'))).toEqual(['t-00000-of-00002.idx', 't-00000-of-00002.tfrecord', 't-00001-of-00002.idx', 't-00001-of-00002.tfrecord']);
  expect((await tfrecord(path('indexed'), { index: true }).get('00000005'))?.label).toBe(5);
});

it('keeps what is there, unless it may replace it', async () => {
  const shardSize = 4 * await recordSize();
  const write = (overwrite: boolean): Promise<unknown> => tfrecord(path('there/t'), { shardSize }).write(stream(...samples(6)), { overwrite });
  mkdirSync(path('there'));
  writeFileSync(path('there/t-00000-of-00002.tfrecord'), 'old');
  await expect(write(false)).rejects.toMatchObject({ code: 'EXISTS', file: path('there/t-00000-of-00002.tfrecord') });
  expect(readdirSync(path('there'))).toEqual(['t-00000-of-00002.tfrecord']);
  await write(true);
  expect(await collect(tfrecord(path('there')).read())).toHaveLength(6);
});

it('leaves nothing when the source fails', async () => {
  async function* failing(): AsyncGenerator<ReturnType<typeof sample>> {
    yield* samples(5);
    throw new Error('source');
  }
  await expect(tfrecord(path('failing/t'), { shardSize: 1, index: true }).write(failing())).rejects.toThrow('source');
  expect(() => readdirSync(path('failing'))).toThrow();
});

it.each<[TfrecordOptions, string]>([
  [{ shardSize: 0 }, 'shardSize'], [{ shardSize: 1.5 }, 'shardSize'], [{ shardSize: 100, shards: 2 }, 'exclude'],
])('refuses %j', (options, said) => {
  expect(() => tfrecord('x', options)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(said) }));
});

it('is not for a part, which is one shard', async () => {
  await expect(tfrecord(path('part/t'), { shardSize: 100 }).write(stream(), { part: { index: 0, count: 2, first: 0 } })).rejects.toMatchObject({ code: 'BAD_OPTION' });
});

describe('a set that is there already', () => {
  const write = (folder: string, options: TfrecordOptions, count: number, overwrite = false): Promise<unknown> =>
    tfrecord(path(`${folder}/t`), options).write(stream(...samples(count)), { overwrite, source: { keys: 'stored', count } });

  it.each<[string, TfrecordOptions, TfrecordOptions]>([
    ['by count', { shards: 3 }, { shards: 2 }], ['one file', { shards: 3 }, { shards: 1 }],
  ])('of another number of files is refused, also with overwrite, and stays: %s', async (name, first, second) => {
    const folder = `beside-${name}`;
    await write(folder, first, 3);
    const before = readdirSync(path(folder));
    for (const overwrite of [false, true]) await expect(write(folder, second, 2, overwrite)).rejects.toMatchObject({ code: 'EXISTS' });
    expect(readdirSync(path(folder))).toEqual(before);
  });

  it('of another number of files is what files cut by size replace, with overwrite only, and with its index', async () => {
    const folder = 'recut';
    await write(folder, { shardSize: 1, index: true }, 12);
    writeFileSync(path(`${folder}/t-00000-of-00002.tfrecords`), 'has another ending');
    const before = readdirSync(path(folder));
    await expect(write(folder, { shardSize: 1 }, 2)).rejects.toMatchObject({ code: 'EXISTS' });
    expect(readdirSync(path(folder))).toEqual(before);
    await write(folder, { shardSize: 1 }, 2, true);
    expect(readdirSync(path(folder))).toEqual(['t-00000-of-00002.tfrecord', 't-00000-of-00002.tfrecords', 't-00001-of-00002.tfrecord']);
    expect(await labels(`${path(folder)}/t-?????-of-00002.tfrecord`)).toEqual([0, 1]);
  });

  it('of the same number is replaced with overwrite', async () => {
    await write('replaced', { shardSize: 1 }, 3);
    await expect(write('replaced', { shardSize: 1 }, 3)).rejects.toMatchObject({ code: 'EXISTS' });
    await write('replaced', { shardSize: 1 }, 3, true);
    expect(await labels(`${path('replaced')}/t@3`)).toEqual([0, 1, 2]);
  });
});

it('counts the files of the index among what is written', async () => {
  const { files, bytes } = await tfrecord(path('counted/t'), { shardSize: 1, index: true }).write(stream(...samples(2)));
  expect(files.map((file) => file.path.replace(/^.*\//, ''))).toEqual(readdirSync(path('counted')).sort((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx'))).sort((a, b) => (a.slice(0, 7) < b.slice(0, 7) ? -1 : 1)));
  expect(bytes).toBe(files.reduce((sum, file) => sum + readFileSync(file.path).length, 0));
});
