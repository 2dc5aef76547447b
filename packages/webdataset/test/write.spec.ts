import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { webdataset } from '../src/index.js';
import { formatHeaders } from '../src/wire/writer.js';
import { all, each, failureOf, sha256, temporaryFolder } from './helpers/files.js';
import { bytes, contentOf, png, sample } from './helpers/samples.js';

const { path } = temporaryFolder();
const FIXTURES = join(__dirname, '../../../fixtures/webdataset');

const many = (count: number) => Array.from({ length: count }, (_, at) => sample(`k${String(at).padStart(4, '0')}`, { label: at }));

describe('an archive', () => {
  it('is byte for byte what webdataset writes for the same members', async () => {
    const read = await all(webdataset(join(FIXTURES, 'writer.tar')).read());
    await webdataset(path('writer.tar')).write(each(read));
    expect(sha256(readFileSync(path('writer.tar')))).toBe(sha256(readFileSync(join(FIXTURES, 'writer.tar'))));
  });

  it('has an extended header where the name does not fit, and only there', () => {
    const type = (name: string, size = 1): string => String.fromCharCode(formatHeaders(name, size)[156]!);
    expect(['k'.repeat(100), `${'f'.repeat(155)}/${'k'.repeat(100)}`, `${'f/'.repeat(100)}k`].map((name) => type(name))).toEqual(['0', '0', '0']);
    expect(['k'.repeat(101), `${'f'.repeat(156)}/${'k'.repeat(100)}`, `f/${'k'.repeat(101)}`, `${'f/'.repeat(129)}k`, `${'k'.repeat(150)}/`].map((name) => type(name))).toEqual(['x', 'x', 'x', 'x', 'x']);
  });

  it('has an extended header where the size does not fit into eleven octal digits', () => {
    expect(formatHeaders('k.bin', 8 ** 11 - 1)).toHaveLength(512);
    const headers = Buffer.from(formatHeaders('k.bin', 8 ** 11));
    expect(headers).toHaveLength(3 * 512);
    expect(headers.toString('latin1', 512, 530)).toBe('19 size=8589934592');
    expect(headers.toString('latin1', 1024, 1029)).toBe('k.bin');
    expect(headers.toString('latin1', 1024 + 124, 1024 + 136)).toBe('00000000000\0');
  });

  it('is the same at any time, in any order of features', async () => {
    const features = new Map([['b', bytes('1')], ['a', bytes('2')], ['C', bytes('3')], ['B', bytes('4')]]);
    await webdataset(path('one.tar')).write(each([sample('k', { features })]));
    await webdataset(path('other.tar')).write(each([sample('k', { features: new Map([...features].reverse()) })]));
    expect(readFileSync(path('one.tar')).equals(readFileSync(path('other.tar')))).toBe(true);
    expect(readFileSync(path('one.tar')).length % 10_240).toBe(0);
  });

  it('holds members larger than the buffer', async () => {
    const large = Buffer.alloc(2_500_001, 'pixels');
    const summary = await webdataset(path('large.tar')).write(each([sample('a', { features: new Map([['txt', bytes(large)]]) }), sample('b')]));
    const [first, second] = await all(webdataset(path('large.tar')).read());
    const value = first?.features.get('txt');
    expect(value?.kind === 'bytes' && sha256(value.values[0]!)).toBe(sha256(large));
    expect(second?.key).toBe('b');
    expect(summary).toEqual({ samples: 2, bytes: readFileSync(path('large.tar')).length, files: [{ path: path('large.tar'), samples: 2, bytes: readFileSync(path('large.tar')).length }] });
  });
});

describe('shards', () => {
  it('are named as a set and cut where everyone cuts', async () => {
    const { files } = await webdataset(path('cut/train.tar'), { shards: 3 }).write(each(many(10)), { source: { keys: 'stored', count: 10 } });
    expect(files.map((file) => [file.path.slice(path('cut/').length), file.samples])).toEqual([['train-00000-of-00003.tar', 3], ['train-00001-of-00003.tar', 3], ['train-00002-of-00003.tar', 4]]);
    expect(await contentOf(webdataset(path('cut/train@3')))).toEqual(many(10));
    expect((await webdataset(path('cut/train@3')).split({ count: 2 })).map(({ first, count }) => [first, count])).toEqual([[0, 5], [5, 5]]);
  });

  it('are read by the name of their set, which the error of the name alone gives', async () => {
    const store = webdataset(path('same/t.tar'), { shards: 2 });
    await store.write(each(many(3)), { source: { keys: 'stored', count: 3 } });
    expect(await failureOf(all(store.read()))).toMatchObject({ code: 'NOT_FOUND', hint: `did you mean "${path('same/t')}@2"?` });
    expect(await contentOf(webdataset(`${path('same/t')}@2`))).toEqual(many(3));
  });

  it('of a size are as large as it allows', async () => {
    const size = 4 * 2 * 1024;
    const { files } = await webdataset(path('sized/t'), { shardSize: size }).write(each(many(10)));
    expect(files.map(({ samples }) => samples)).toEqual([4, 4, 2]);
    expect(await contentOf(webdataset(path('sized/t-0000?-of-00003.tar')))).toEqual(many(10));
    await webdataset(path('sized/t'), { shardSize: 2 * size }).write(each(many(10)), { overwrite: true });
    expect(readdirSync(path('sized'))).toEqual(['t-00000-of-00002.tar', 't-00001-of-00002.tar']);
    expect(await failureOf(webdataset(path('sized/t'), { shardSize: size }).write(each(many(3))))).toMatchObject({ code: 'EXISTS', what: 'a set of 2 shards of that name is there' });
  });

  it.each<[string, object, object, string]>([
    ['without the number of samples', { shards: 2 }, {}, 'cutting into 2 shards needs the number of samples'],
    ['of a part that is cut by size', { shardSize: 5 }, { part: { index: 0, count: 2, first: 0 } }, 'part 0 of 2 is one shard; it is not cut by size'],
    ['of a part of another number', { shards: 3 }, { part: { index: 0, count: 2, first: 0 } }, 'part 0 of 2 does not fit 3 shards'],
  ])('%s are refused', async (_, options, write, what) => {
    expect(await failureOf(webdataset(path('refused'), options).write(each(many(2)), write))).toMatchObject({ code: 'BAD_OPTION', what });
  });

  it('without their number are refused with what a program gives it by', async () => {
    expect(await failureOf(webdataset(path('refused'), { shards: 2 }).write(each(many(2))))).toMatchObject({ hint: "give it as write(samples, { source: { keys: 'stored', count } }), or cut by size: shardSize" });
  });

  it('are refused where the source gives more or fewer than it said', async () => {
    for (const [count, got] of [[9, 'more'], [11, '10']] as const) {
      const failure = await failureOf(webdataset(path('wrong'), { shards: 2 }).write(each(many(10)), { source: { keys: 'stored', count } }));
      expect(failure).toMatchObject({ code: 'MISMATCH', what: `the source said ${count} samples and gave ${got}; the shards were cut for that number` });
    }
    expect(readdirSync(path('.')).filter((name) => name.startsWith('wrong'))).toEqual([]);
  });

  it('of another number beside the new ones are refused', async () => {
    await webdataset(path('beside/t'), { shards: 1 }).write(each(many(2)));
    expect(await failureOf(webdataset(path('beside/t'), { shards: 2 }).write(each(many(2)), { overwrite: true, source: { keys: 'stored', count: 2 } })))
      .toMatchObject({ code: 'EXISTS', what: 'a set of 1 shards of that name is there, which one of 2 does not replace', file: path('beside/t-00000-of-00001.tar') });
  });

  it.each(['t.tar.gz', 't.tgz', 't.tar.zst'])('are not written compressed, as %s says', async (name) => {
    expect(await failureOf(webdataset(path(name)).write(each(many(1))))).toMatchObject({ code: 'BAD_OPTION', what: 'archives are written without compression: give a name that ends in .tar' });
    expect(existsSync(path(name))).toBe(false);
  });
});

describe('a sample that has no place', () => {
  it.each([
    ['a tensor', { image: { kind: 'tensor' as const, dtype: 'uint8' as const, layout: 'HW' as const, shape: [1, 1], data: new Uint8Array(1) } }],
    ['an image of another format', { image: { kind: 'encoded' as const, format: 'heic', bytes: png() } }],
    ['a label that is no integer', { label: 0.5 }],
  ])('is refused by its key: %s', async (_, rest) => {
    expect(await failureOf(webdataset(path('outside.tar')).write(each([sample('good'), sample('bad', rest)])))).toMatchObject({ code: 'LOSSY', key: 'bad' });
    expect(existsSync(path('outside.tar'))).toBe(false);
  });
});
