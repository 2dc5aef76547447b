import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Sample } from '@imgstore/core';
import { lmdb } from '@imgstore/lmdb';
import { tfrecord } from '@imgstore/tfrecord';
import { all } from '../../../tools/jest/helpers.js';
import { answerOf, run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-order-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const at = (name: string): string => join(folder, name);

/** A TFRecord of so many samples, half of them of class 0, and with keys when asked. */
function records(count: number, hasKeys = true): Promise<string> {
  return fileOf(at('in.tfrecord'), Array.from({ length: count }, (_, i) => sampleOf(hasKeys ? `k${String(i).padStart(3, '0')}` : String(i).padStart(8, '0'), { label: i % 2, number: i })));
}

const numberOf = ({ image }: Sample): number => (image?.kind === 'encoded' ? (image.bytes.at(-1) ?? 0) - 1 : -1);
const numbersIn = async (path: string): Promise<number[]> => (await all(tfrecord(path).read())).map(numberOf);
const counted = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

const done = (...argv: readonly string[]): Promise<string> => answerOf(['convert', ...argv]);

describe('--shuffle', () => {
  it('gives another order by its seed, as a whole, and says so', async () => {
    const source = await records(40);
    const plan = await done(source, at('a.tfrecord'), '--shuffle', '7', '--plan');
    expect(plan).toContain('Notes    shuffled as a whole by the seed 7: the 40 samples are read one by one from where they lie\n');
    for (const name of ['a', 'b']) await done(source, at(`${name}.tfrecord`), '--shuffle', '7');
    await done(source, at('c.tfrecord'), '--shuffle', '8');
    const [a, c] = [await numbersIn(at('a.tfrecord')), await numbersIn(at('c.tfrecord'))];
    expect([sorted(a), sorted(c)]).toEqual([counted(40), counted(40)]);
    expect(a).not.toEqual(c);
    expect(readFileSync(at('a.tfrecord'))).toEqual(readFileSync(at('b.tfrecord')));
  });

  it('makes a random choice with --limit', async () => {
    const source = await records(40);
    await done(source, at('all.tfrecord'), '--shuffle', '7');
    await done(source, at('some.tfrecord'), '--shuffle', '7', '--skip', '3', '--limit', '5');
    expect(await numbersIn(at('some.tfrecord'))).toEqual((await numbersIn(at('all.tfrecord'))).slice(3, 8));
  });

  it('goes through a buffer where records cannot be found, and says so', async () => {
    writeFileSync(at('in.tfrecord.gz'), gzipSync(readFileSync(await records(40))));
    const stdout = await done(at('in.tfrecord.gz'), at('out.tfrecord'), '--shuffle', '7');
    expect(stdout).toContain('shuffled by the seed 7 through a buffer of 1000 samples and 256 MiB at most');
    expect(sorted(await numbersIn(at('out.tfrecord')))).toEqual(counted(40));
  });

  it('puts ordinals before keys where the target sorts by key', async () => {
    await done(await records(12), at('db'), '--to', 'lmdb', '--shuffle', '7');
    const samples = await all(lmdb(at('db')).read());
    expect(samples.map(({ key }) => key.slice(0, 9))).toEqual(counted(12).map((i) => `${String(i).padStart(8, '0')}_`));
    expect(samples.map(numberOf)).not.toEqual(counted(12));
    // The database has keys of Caffe's form: they are kept where nothing is shuffled, and not where something is.
    await done(at('db'), at('again'), '--to', 'lmdb', '--shuffle', '1');
    expect((await all(lmdb(at('again')).read())).every(({ key }) => /^\d{8}_\d{8}_k\d{3}$/.test(key))).toBe(true);
  });

  it('counts ordinals anew', async () => {
    await done(await records(12, false), at('out.tfrecord'), '--shuffle', '7');
    expect((await all(tfrecord(at('out.tfrecord')).read())).map(({ key }) => key)).toEqual(counted(12).map((i) => String(i).padStart(8, '0')));
  });
});

describe('--split', () => {
  it('is asked for where DST has a place for the name of a part', async () => {
    const { code, stderr } = await run(['convert', await records(2), at('{split}.tfrecord')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error[BAD_OPTION]: {split} in DST is for the parts of --split\n  say which: --split train=0.9,val=0.1\n' });
  });

  it('writes each part to a place of its own', async () => {
    const source = await records(20);
    await done(source, at('out/{split}.tfrecord'), '--split', 'train=0.8,val=0.2');
    await done(source, at('set.tfrecord'), '--split', 'val=5,train=rest', '--shards', '2');
    await done(source, at('db/'), '--to', 'lmdb', '--split', 'a=0.5,b=rest');
    expect(readdirSync(at('out')).sort()).toEqual(['train.tfrecord', 'val.tfrecord']);
    expect(readdirSync(folder).filter((name) => name.startsWith('set')).sort()).toEqual([
      'set-train-00000-of-00002.tfrecord', 'set-train-00001-of-00002.tfrecord', 'set-val-00000-of-00002.tfrecord', 'set-val-00001-of-00002.tfrecord',
    ]);
    const [train, val] = [await numbersIn(at('out/train.tfrecord')), await numbersIn(at('out/val.tfrecord'))];
    expect(sorted([...train, ...val])).toEqual(counted(20));
    expect(val.map((number) => number % 2).sort()).toEqual([0, 0, 1, 1]);
    expect(await numbersIn(at('set-val-*'))).toEqual([0, 1, 2, 3, 4]);
    expect((await all(lmdb(at('db-a')).read())).length).toBe(10);
  });

  it('takes fractions as people write them', async () => {
    const source = await records(18);
    await done(source, at('{split}.tfrecord'), '--split', 'a=1/3,b=2/3');
    expect([await numbersIn(at('a.tfrecord')), await numbersIn(at('b.tfrecord'))].map(({ length }) => length)).toEqual([6, 12]);
  });

  it('reports every part, as text and as one JSON document, and plans what it does', async () => {
    const source = await records(20);
    const argv = [source, at('{split}.tfrecord'), '--split', 'train=0.8,val=0.2', '--shuffle', '3'];
    expect(await done(...argv, '--plan')).toMatch(/^Part {5}train\n[^]*^Part {5}val\n/m);
    const planned = JSON.parse(await done(...argv, '--plan', '--json')) as { plan: boolean; parts: unknown[] };
    expect(existsSync(at('train.tfrecord'))).toBe(false);
    const report = JSON.parse(await done(...argv, '--json')) as { parts: { part: string; samples: number; summary?: unknown }[] };
    expectSchema('report', planned);
    expectSchema('report', report);
    expect(report.parts.map(({ part, samples }) => [part, samples])).toEqual([['train', 16], ['val', 4]]);
    expect({ ...report, plan: true, parts: report.parts.map(({ summary: _, ...part }) => part) }).toEqual(planned);
    const [train, val] = [await numbersIn(at('train.tfrecord')), await numbersIn(at('val.tfrecord'))];
    expect(sorted([...train, ...val])).toEqual(counted(20));
    expect(train).not.toEqual(sorted(train));
  });

  it('takes a part of the source with --skip and --limit', async () => {
    await done(await records(20), at('out.tfrecord'), '--split', 'a=2,b=rest', '--skip', '10', '--limit', '6');
    expect(await Promise.all(['a', 'b'].map((name) => numbersIn(at(`out-${name}.tfrecord`))))).toEqual([[10, 11], [12, 13, 14, 15]]);
  });

  it('puts the name of the part into --dst-opt', async () => {
    await done(await records(4), at('{split}.tfrecord'), '--split', 'a=0.5,b=0.5', '--dst-opt', 'preset=slim', '--allow', 'key');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['a.tfrecord', 'b.tfrecord']));
    const tensors = await fileOf(at('raw.tfrecord'), counted(4).map((i) => ({ key: String(i).padStart(8, '0'), label: i, features: new Map(), image: { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 1], layout: 'HWC', color: 'gray', data: Uint8Array.of(i) } })));
    await done(tensors, at('{split}.npy'), '--split', 'a=2,b=2', '--dst-opt', `labels=${at('{split}-labels.npy')}`);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['a.npy', 'a-labels.npy', 'b.npy', 'b-labels.npy']));
  });

  it.each<[string, readonly string[]]>([['a file', []], ['a shard', ['--shards', '2']]])('checks all places before it writes: %s is there', async (_, flags) => {
    writeFileSync(at(flags.length ? 'out-val-00001-of-00002.tfrecord' : 'out-val.tfrecord'), 'mine');
    const argv = ['convert', await records(20), at('out.tfrecord'), '--split', 'train=0.8,val=0.2', ...flags];
    const { code, stderr } = await run(argv);
    expect({ code, files: readdirSync(folder).filter((name) => name.startsWith('out-train')) }).toEqual({ code: 7, files: [] });
    expect(stderr).toMatch(/^error\[EXISTS\]: .*out-val.*: is there already; nothing was written\n {2}choose another name, or replace it with --overwrite\n$/);
    expect((await run([...argv, '--overwrite'])).code).toBe(0);
  });

  it('refuses a part that would be the source, with exit code 2', async () => {
    await records(4);
    const { code, stderr } = await run(['convert', at('in.tfrecord'), at('{split}.tfrecord'), '--split', 'in=0.5,b=0.5', '--overwrite']);
    expect(code).toBe(2);
    expect(stderr).toContain('is the source itself');
    expect(existsSync(at('b.tfrecord'))).toBe(false);
  });

  it('says what is complete when a later part fails, which exits as one conversion would', async () => {
    const source = await fileOf(at('in.tfrecord'), [sampleOf('a', { label: 1 }), sampleOf('b', { label: 2 ** 40 })]);
    const { code, stderr } = await run(['convert', source, at('{split}.mdb'), '--split', 'x=1,y=1']);
    expect(code).toBe(6);
    expect(stderr.startsWith(`complete before the error: ${at('x.mdb')}\nerror[LOSSY]: `)).toBe(true);
    expect([existsSync(at('x.mdb')), existsSync(at('y.mdb'))]).toEqual([true, false]);
    const asJson = await run(['convert', source, at('j-{split}.mdb'), '--split', 'x=1,y=1', '--json']);
    expectSchema('report', JSON.parse(asJson.stdout));
    expect(JSON.parse(asJson.stdout)).toMatchObject({ parts: [{ part: 'x', samples: 1 }] });
    expectSchema('error', JSON.parse(asJson.stderr));
    const planned = await run(['convert', source, at('p-{split}.mdb'), '--split', 'x=1,y=1', '--plan']);
    expect({ code: planned.code, stderr: planned.stderr }).toEqual({ code: 6, stderr: '' });
  });

  it('plans no part that the run would not come to', async () => {
    const source = await fileOf(at('in.tfrecord'), [1, 1, 2].map((height) => sampleOf(`k${height}`, { label: 1, image: { kind: 'tensor', dtype: 'uint8', layout: 'HWC', shape: [height, 1, 1], color: 'gray', data: new Uint8Array(height) } })));
    const argv = ['convert', source, at('{split}.npy'), '--split', 'x=1,y=2'];
    expect([(await run([...argv, '--plan'])).code, (await run(argv)).code]).toEqual([6, 6]);
    argv.push('--allow', 'key,label');
    expect([(await run([...argv, '--plan'])).code, (await run(argv)).code]).toEqual([5, 5]);
  });

  it('refuses counts that do not come to what is there', async () => {
    expect(await run(['convert', await records(20), at('out.tfrecord'), '--split', 'a=5,b=14'])).toMatchObject({
      code: 2, stderr: `error[BAD_OPTION]: ${at('in.tfrecord')}: split: the parts take 19 samples, and there are 20\n  make one part the rest: train=rest\n`,
    });
  });

  it('cannot split standard input, which is read once', async () => {
    expect(await run(['convert', '-', at('out.tfrecord'), '--from', 'tfrecord', '--split', 'a=0.5,b=0.5']))
      .toEqual({ code: 2, stdout: '', stderr: 'error[BAD_OPTION]: --split reads SRC once for each part, and standard input can be read only once\n' });
  });

  it('is a failure to write where a part cannot be written', async () => {
    const source = await records(4);
    writeFileSync(at('file'), '');
    for (const target of [at('file/x.tfrecord'), at('file/{split}')]) {
      const { code, stderr } = await run(['convert', source, target, '--to', 'tfrecord', '--split', 'a=0.5,b=0.5']);
      expect({ target, code, error: stderr.slice(0, 9) }).toEqual({ target, code: 7, error: 'error[IO]' });
    }
  });
});
