import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { run } from './helpers/run.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';
import { RED_PNG, Workplace } from './helpers/workplace.js';

const { at, done, here, refused: refusedWith } = new Workplace();
beforeEach(async () => {
  await fileOf(at('r.tfrecord'), [1, 2, 3, 4].map((label) => sampleOf(`k${label}.png`, { label, className: `c${label}`, image: { kind: 'encoded', format: 'png', bytes: Uint8Array.from(RED_PNG) } })));
  const tensors = [1, 2, 3, 4].map((label) => sampleOf(`0000000${label - 1}`, { label, image: { kind: 'tensor', dtype: 'uint8', layout: 'HWC', shape: [1, 1, 3], color: 'rgb', data: Uint8Array.of(label, 2, 3) } }));
  await fileOf(at('t.tfrecord'), tensors);
});

const refused = (argv: readonly string[], reason: RegExp): Promise<void> => refusedWith(argv, 2, /^error\[BAD_OPTION\]: /, reason);

describe('a source that is a set', () => {
  it.each([
    ['its name and number', '@/out/t@4'],
    ['a pattern', '@/out/t-*'],
    ['its folder', '@/out'],
  ])('is not replaced by a target that is one of its shards: %s', async (_, source) => {
    await done('convert', '@/r.tfrecord', '@/out/t', '--to', 'tfrecord', '--shards', '4');
    const shard = readdirSync(at('out'))[1] ?? '';
    await refused(['convert', source, `@/out/${shard}`, '--to', 'tfrecord', '--overwrite'], /is the source itself|is part of the source|lies in the source/);
    await refused(['convert', source, '@/out/t', '--to', 'tfrecord', '--shards', '4', '--overwrite'], /part of the source|lies in the source/);
    await refused(['convert', source, '@/out/t', '--to', 'tfrecord', '--shard-size', '1MB', '--overwrite'], /part of the source|lies in the source/);
    await refused(['extract', source, 'k1.png', '-o', `@/out/${shard}`, '--overwrite'], /is the source itself|is part of the source|lies in the source/);
  });

  it('is not replaced where names with braces are read', async () => {
    for (const name of ['a-000', 'a-001']) await done('convert', '@/r.tfrecord', `@/${name}.tar`);
    await refused(['convert', '@/a-{000..001}.tar', '@/a-001.tar', '--overwrite'], /is part of the source .*a-\{000\.\.001\}\.tar/);
    await refused(['extract', '@/a-{000,001}.tar', 'k1', '-o', '@/a-000.tar', '--overwrite'], /is part of the source/);
    await refused(['convert', '@/a-{000..001}.tar', '@/a-{split}.tar', '--split', '000=1,b=rest', '--overwrite'], /is part of the source/);
  });

  it('does not keep a set of another format, or a folder, from having its name', async () => {
    await done('convert', '@/r.tfrecord', '@/a.tar', '--shards', '2');
    await done('convert', '@/a@2', '@/a', '--from', 'webdataset', '--to', 'tfrecord', '--shards', '2', '--overwrite');
    await done('convert', '@/a-*.tar', '@/a', '--to', 'images', '--overwrite');
    expect(readdirSync(at(''))).toEqual(expect.arrayContaining(['a', 'a-00000-of-00002.tar', 'a-00000-of-00002.tfrecord']));
  });
});

describe('a source folder with links in it', () => {
  it('is not replaced by a target that is what a link leads to, or holds it', async () => {
    await done('convert', '@/r.tfrecord', '@/elsewhere/img', '--to', 'images');
    mkdirSync(at('src'));
    symlinkSync(at('elsewhere/img/c1'), at('src/c1'));
    const options = ['--src-opt', 'outside=true', '--overwrite', '--to'];
    await refused(['convert', '@/src', '@/elsewhere/img', ...options, 'images'], /holds part of the source/);
    await refused(['convert', '@/src', '@/elsewhere/img/c1', ...options, 'images'], /is part of the source/);
    await refused(['convert', '@/src', '@/elsewhere/img/c1/k1.png', ...options, 'tfrecord'], /lies in part of the source/);
    mkdirSync(at('one'));
    symlinkSync(at('elsewhere/img/c2/k2.png'), at('one/k2.png'));
    await refused(['convert', '@/one', '@/elsewhere/img', ...options, 'images'], /holds part of the source/);
  });

  it('is not replaced where it is a database whose file is a link', async () => {
    await done('convert', '@/r.tfrecord', '@/db', '--to', 'lmdb');
    mkdirSync(at('linked'));
    symlinkSync(at('db/data.mdb'), at('linked/data.mdb'));
    await refused(['convert', '@/linked', '@/db', '--to', 'lmdb', '--overwrite'], /holds part of the source/);
    await refused(['convert', '@/linked', '@/db/data.mdb', '--to', 'lmdb', '--overwrite'], /is part of the source/);
  });
});

describe('a list of images', () => {
  beforeEach(async () => {
    await done('convert', '@/r.tfrecord', '@/img', '--to', 'images');
    cpSync(at('img'), at('other'), { recursive: true });
    writeFileSync(at('list.txt'), 'img/c1/k1.png 1\nimg/c2/k2.png 2\n');
    writeFileSync(at('rows.csv'), 'file_name,label\nc1/k1.png,1\n');
  });

  it('is not read from a folder that is replaced', async () => {
    await refused(['convert', '@/list.txt', '@/img', '--to', 'images', '--overwrite'], /holds part of the source .*list\.txt/);
    await refused(['convert', '@/rows.csv', '@/img', '--src-opt', 'root=@/img', '--to', 'images', '--overwrite'], /holds part of the source/);
    await refused(['convert', '@/list.txt', '@/img/c1/k1.png', '--to', 'tfrecord', '--overwrite'], /is part of the source/);
    await refused(['extract', '@/list.txt', 'img/c1/k1.png', '-o', '@/img/c2/k2.png', '--overwrite'], /is part of the source/);
  });

  it('is read where the folder beside it holds none of its images', async () => {
    await done('convert', '@/list.txt', '@/other', '--to', 'images', '--overwrite');
    await done('convert', '@/list.txt', '@/other', '--to', 'images', '--overwrite');
    expect(readdirSync(at('other'))).toEqual(['class1', 'class2', 'metadata.jsonl']);
    expect(readFileSync(at('img/c1/k1.png'))).toEqual(RED_PNG);
  });

  it('may not be written into the folder that is its source, by extract too', async () => {
    await refused(['extract', '@/img', 'c1/k1.png', '-o', '@/img/c1/new.png'], /lies in the source/);
  });
});

describe('side files', () => {
  it('of the target are not the source, the target or the same file twice', async () => {
    await refused(['convert', '@/t.tfrecord', '@/x.npy', '--dst-opt', 'labels=@/t.tfrecord', '--overwrite'], /would replace .*t\.tfrecord, which is part of the source/);
    await refused(['convert', '@/t.tfrecord', '@/x.npy', '--dst-opt', 'labels=@/x.npy'], /x\.npy would be written twice/);
    cpSync(at('r.tfrecord'), at('x.idx'));
    await refused(['convert', '@/x.idx', '@/x.tfrecord', '--from', 'tfrecord', '--dst-opt', 'index=true', '--overwrite'], /would replace .*x\.idx, which is part of the source/);
  });

  it('of the source are not the target, and do not lie in it', async () => {
    await done('convert', '@/t.tfrecord', '@/x.npy', '--dst-opt', 'labels=@/side/y.npy');
    await refused(['convert', '@/x.npy', '@/side/y.npy', '--src-opt', 'labels=@/side/y.npy', '--dst-opt', 'labels=@/z.npy', '--overwrite'], /is part of the source/);
    await refused(['convert', '@/x.npy', '@/side', '--to', 'npy', '--src-opt', 'labels=@/side/y.npy', '--allow', 'label', '--overwrite'], /holds part of the source/);
    await done('convert', '@/r.tfrecord', '@/img', '--to', 'images');
    writeFileSync(at('names.txt'), 'c1\nc2\nc3\nc4\n');
    await refused(['convert', '@/img', '@/names.txt', '--to', 'tfrecord', '--src-opt', 'labels=@/names.txt', '--overwrite'], /is part of the source/);
  });

  it('of the classes are not the target', async () => {
    writeFileSync(at('classes.txt'), 'a\nb\n');
    await refused(['convert', '@/r.tfrecord', '@/classes.txt', '--to', 'tfrecord', '--classes', '@/classes.txt', '--overwrite'], /is the file of --classes itself/);
  });
});

describe('parts of a split', () => {
  it('each have a file of labels of their own, or none is written', async () => {
    const split = ['convert', '@/t.tfrecord', '@/x-{split}.npy', '--split', 'a=2,b=rest', '--dst-opt'];
    await refused([...split, 'labels=@/y.npy'], /every part of --split would write .*y\.npy\n {2}give each its own: --dst-opt labels=.*y-\{split\}\.npy\n/);
    await done(...split, 'labels=@/y-{split}.npy');
    expect(readdirSync(at(''))).toEqual(['r.tfrecord', 't.tfrecord', 'x-a.npy', 'x-b.npy', 'y-a.npy', 'y-b.npy']);
  });

  it('are not begun where a file of a later one is there', async () => {
    writeFileSync(at('y-b.npy'), 'mine');
    const { code, stderr } = await run(here(['convert', '@/t.tfrecord', '@/x-{split}.npy', '--split', 'a=2,b=rest', '--dst-opt', 'labels=@/y-{split}.npy']));
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining('y-b.npy: is there already; nothing was written') });
    expect(existsSync(at('x-a.npy'))).toBe(false);
  });
});
