import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample, StoreDescription } from '@imgstore/core';
import { answerOf, run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';
import { toyAdapter, toyBuiltin, toyText } from './helpers/toy.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const out = (name: string): string => join(folder, name);
const names = ['cup', 'jug', 'pot'];

function samples(count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => sampleOf(`k${String(i).padStart(4, '0')}`, { label: i % 3, className: names[i % 3] ?? '', number: i % 200 }));
}

const inspect = (...argv: readonly string[]): Promise<string> => answerOf(['inspect', ...argv]);

async function documentOf(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const document = JSON.parse(await inspect(...argv, '--json')) as Record<string, unknown>;
  expectSchema('inspect', document);
  return document;
}

describe('inspect of an unknown file', () => {
  it('says evidence, preset, exact count, size, range of labels, names of classes and every feature', async () => {
    const path = await fileOf(out('x'), samples(500));
    const text = (await inspect(path, '--samples', '1')).replace(/ {2,}/g, '  ').replace(/[\d.]+ KiB/, 'N KiB');
    expect(text).toBe([
      'tfrecord  preset default, 500 samples, N KiB, keys are stored',
      'detected  by length checksum of record 0 (certain)',
      'images  png, in the first 20 samples',
      'labels  3 different, from 0 to 2 (in the first 20 samples)',
      'classes  0 "cup", 1 "jug", 2 "pot"',
      '',
      'feature  kind  length  present  example',
      '@image = image/encoded  png  20/20  PNG 6x4x3, 60 B',
      '@label = image/class/label  integer  20/20  0',
      '@class = image/class/text  text  20/20  "cup"',
      'present: in the first 20 samples',
      '',
      'key  label  class  image',
      '"k0000"  0  "cup"  PNG 6x4x3, 60 B', '',
    ].join('\n'));
    expect(await documentOf(path)).toMatchObject({
      format: 'tfrecord', count: 500, preset: 'default', keys: 'stored', scanned: 20,
      fields: { image: 'image/encoded', label: 'image/class/label', className: 'image/class/text', key: 'image/filename' },
      labels: { min: 0, max: 2, distinct: 3, names: names.map((name, label) => ({ label, name })) },
    });
  });

  it.each(['gzip', 'zlib'] as const)('says how it is compressed: %s', async (compression) => {
    const path = await fileOf(out('x'), samples(300), { compression });
    expect(await inspect(path)).toMatch(new RegExp(`^tfrecord +preset default, 300 samples, [\\d,]+ B, ${compression}, `));
    expect(await documentOf(path)).toMatchObject({ compression, count: 300 });
  });

  it('shows what it could read, and why the rest cannot be counted', async () => {
    const path = await fileOf(out('x'), samples(500));
    writeFileSync(path, readFileSync(path).subarray(0, -5));
    const text = await inspect(path);
    expect(text).toMatch(/^note +the samples cannot be counted: .*record 499 at byte \d+: /m);
    expect(text).toContain('20/20');
    const document = await documentOf(path);
    expect(document).not.toHaveProperty('count');
    expect(document['notes']).toContainEqual(expect.stringContaining('cannot be counted'));
  });
});

describe('inspect of a large store', () => {
  const at = (description: Partial<StoreDescription>, size?: number) => {
    const toy = toyAdapter('toy');
    return toyBuiltin({
      ...toy,
      store: (location: string) => {
        const store = toy.store(location);
        return {
          ...store,
          describe: () => Promise.resolve({ keys: 'stored' as const, ...description }),
          async *read() {
            let offset = 0;
            for await (const sample of store.read()) yield size === undefined ? sample : { ...sample, origin: { file: location, offset: offset++ * size } };
          },
        };
      },
    });
  };

  it.each([
    ['by the size of the first', { bytes: 1e9 }, 100, 'about 10,000,000 samples, by the size of the first, 953.7 MiB', { estimate: 10_000_000 }],
    ['not at all where the size of samples is not known', { bytes: 1e9 }, undefined, 'samples not counted (that would take reading it all), 953.7 MiB', {}],
    ['not by positions in what is compressed', { bytes: 1e9, compression: 'gzip' }, 100, 'samples not counted (that would take reading it all), 953.7 MiB, gzip', {}],
    ['as the store says', { bytes: 1e9, count: 7 }, 100, '7 samples, 953.7 MiB', { count: 7 }],
  ] as [string, Partial<StoreDescription>, number | undefined, string, object][])('counts %s', async (_, description, size, text, json) => {
    writeFileSync(out('x'), toyText('toy', Array.from({ length: 30 }, (_unused, i) => ({ key: `k${i}` }))));
    const world = { builtins: [at(description, size)] };
    expect((await run(['inspect', out('x')], world)).stdout.split('\n')[0]?.replace(/ {2,}/, '  ')).toBe(`toy  ${text}, keys are stored`);
    const document = JSON.parse((await run(['inspect', out('x'), '--json'], world)).stdout) as Record<string, unknown>;
    expectSchema('inspect', document);
    const { count, estimate } = document;
    expect({ ...count !== undefined && { count }, ...estimate !== undefined && { estimate } }).toEqual(json);
    // What was read to its end is counted, whatever its size.
    expect((await run(['inspect', out('x'), '--scan', '30'], world)).stdout).toContain(`${description.count ?? 30} samples`);
  });

  it('shows a class without a name as one that has none', async () => {
    writeFileSync(out('x'), toyText('toy', [{ key: 'k' }]));
    expect((await run(['inspect', out('x')], { builtins: [at({ classes: ['cup', '', 'pot'] })] })).stdout).toMatch(/^classes +3: "cup", \(no name\), "pot"$/m);
  });
});

describe('inspect of shards', () => {
  beforeEach(async () => {
    for (const [i, one] of [0, 1, 2].entries()) await fileOf(out(`t-0000${i}-of-00003.tfrecord`), [sampleOf(`k${one}`, { label: one })]);
  });
  const lone = (): string => out('t-00001-of-00003.tfrecord');

  it.each(['t-*-of-00003.tfrecord', 't@3', 't.tfrecord@3', '.'])('says that the set is whole: %s', async (name) => {
    expect(await inspect(out(name))).toMatch(/^shards +3 of 3$/m);
    expect(await documentOf(out(name))).toMatchObject({ count: 3, shards: { count: 3, given: 3, present: 3, missing: [] } });
  });

  it.each([['t'], ['t.tfrecord']])('names the set beside a name that nothing has: %s', async (name) => {
    expect(await run(['inspect', out(name)])).toMatchObject({ code: 3, stderr: `error[NOT_FOUND]: ${out(name)}: no such file or folder\n  did you mean ${JSON.stringify(out('t@3'))}?\n` });
  });

  it('names no set where there are two', async () => {
    writeFileSync(out('t-00000-of-00007.tfrecord'), '');
    expect(await run(['inspect', out('t')])).toMatchObject({ code: 3, stderr: `error[NOT_FOUND]: ${out('t')}: no such file or folder\n` });
  });

  it('is not of one set where there are others, which it names', async () => {
    await fileOf(out('photos.tfrecord'), [sampleOf('p', {})]);
    const text = await inspect(out('.'));
    expect(text).toMatch(/^tfrecord .* 4 samples, /m);
    expect(text).toMatch(/^note +2 sets of files are read as one: "photos\.tfrecord"; "t-\?{5}-of-00003\.tfrecord"$/m);
    expect(text).not.toMatch(/^shards/m);
    expect(await documentOf(out('.'))).not.toHaveProperty('shards');
    const { stdout, stderr } = await run(['convert', out('*.tfrecord'), out('all.tar'), '--plan']);
    expect(`${stdout}${stderr}`).toContain('2 sets of files are read as one');
  });

  it('says what its images have in common', async () => {
    const db = join(__dirname, '../../../fixtures/caffe_lmdb');
    expect(await run(['convert', db, out('raw'), '--to', 'tfrecord', '--shards', '3'])).toMatchObject({ code: 0 });
    const text = /^images .*$/m.exec(await inspect(out('raw@3'), '--scan', '3'))?.[0];
    expect(text).toMatch(/^images +uint8 HWC \d+x\d+x3 rgb, in the first 3 samples$/);
    expect(await inspect(out('raw@3'))).toMatch(/^images +uint8 HWC \?x\?x3 rgb$/m); // further on they are of several sizes
    expect((await documentOf(out('raw@3')))['images']).toMatchObject({ dtype: 'uint8', layout: 'HWC', color: 'rgb' });
  });

  it('says of one shard that the others are there, and what names all', async () => {
    const pattern = out('t-?????-of-00003.tfrecord');
    expect(await inspect(lone())).toContain(`1 of 3; the others are there: ${JSON.stringify(pattern)} names all\n`);
    expect((await documentOf(pattern))['count']).toBe(3);
  });

  it('says of one shard which others are missing', async () => {
    rmSync(out('t-00000-of-00003.tfrecord'));
    expect(await inspect(lone())).toMatch(/^shards +1 of 3; 1 missing: t-00000-of-00003\.tfrecord$/m);
    expect(await documentOf(lone())).toMatchObject({ shards: { count: 3, given: 1, present: 2, missing: ['t-00000-of-00003.tfrecord'] } });
  });

  it('counts from 1 where the names do', async () => {
    for (const i of [1, 2]) writeFileSync(out(`one-0000${i}-of-00002`), readFileSync(lone()));
    expect(await documentOf(out('one@2'))).toMatchObject({ shards: { count: 2, given: 2, present: 2, missing: [] } });
  });
});
