import { readFileSync } from 'node:fs';
import { unescapeKey } from '@imgstore/core';
import { webdataset } from '../src/index.js';
import { all, each, failureOf, temporaryFolder } from './helpers/files.js';
import { bytes, contentOf, png, sample } from './helpers/samples.js';
import { archive } from './helpers/tar.js';

const { path, file } = temporaryFolder();

/** webdataset's tariterators.py, base_plus_ext. */
function cutAsWebdataset(name: string): readonly [key: string, ext: string] | undefined {
  const [, key, ext] = /^((?:.*\/|)[^.]+)[.]([^/]*)$/.exec(name) ?? [];
  return key === undefined || ext === undefined || /^__[^/]*__(?:$|\/)/.test(name) ? undefined : [key, ext];
}

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** How each reader cuts a name; undefined: it leaves it out. */
const RULES: Readonly<Record<string, (name: string) => readonly [key: string, ext: string] | undefined>> = {
  'webdataset': cutAsWebdataset,
  // datasets/utils, ArchiveIterable: hidden files and what begins with two low lines are left out.
  'Hugging Face': (name) => (/^(?:\.|__)/.test(baseOf(name)) ? undefined : cutAsWebdataset(name)),
  'Hugging Face before huggingface/datasets#7151': (name) => (/^(?:\.|__)/.test(baseOf(name)) || !name.includes('.') ? undefined : [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)]),
  // webdataset_loader.cc, split_name: a name without a dot is a key and its extension.
  'DALI': (name) => {
    const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    return dot < 0 ? [name, name] : dot === 0 ? undefined : [name.slice(0, dot), name.slice(dot + 1)];
  },
};

const keys = [
  'plain', 'n01440764/n01440764_10026.JPEG', 'v1.5/set.2/c', '../../escape', '/absolute', 'a//b', 'a/', '//', '.', '..', '.hidden', 'trailing.', '%41%2f', '100%', '__proto__',
  '__meta__/x', 'a/__b', '__', '_one', 'a b', 'größe/日本', 'line\nbreak', 'nul\0byte', 'C:\\x', 'x'.repeat(300), 'd/'.repeat(80) + 'e', '\\xff', '\\x41', '\\x5cx41', '\u{1f600}', 'tab\t', '\u0085',
];

/** The names in an archive that holds short names only. */
function namesOf(bytesOfArchive: Uint8Array): readonly string[] {
  const text = Buffer.from(bytesOfArchive);
  const names: string[] = [];
  for (let at = 0; text[at] !== 0;) {
    const [name, prefix] = [[0, 100], [345, 500]].map(([from = 0, to = 0]) => text.subarray(at + from, at + to).toString().replace(/\0[^]*$/, ''));
    names.push(prefix === '' ? name! : `${prefix}/${name}`);
    at += 512 + 512 * Math.ceil(parseInt(text.subarray(at + 124, at + 135).toString(), 8) / 512);
  }
  return names;
}

describe('a key that is written', () => {
  it.each(keys)('%j is read back', async (key) => {
    const store = webdataset(path('key.tar'));
    const written = [sample('before'), sample(key, { label: 3 }), sample('behind')];
    await store.write(each(written), { overwrite: true });
    expect(await contentOf(store)).toEqual(written);
  });

  it.each(Object.entries(RULES))('is cut at the same place by %s', async (_, rule) => {
    const short = keys.filter((key) => key.length < 60);
    const written = short.map((key) => sample(key, { label: 1, features: new Map([['seg.png', bytes(png())]]) }));
    await webdataset(path('rules.tar')).write(each(written), { overwrite: true });
    const names = namesOf(readFileSync(path('rules.tar')));
    expect(names).toHaveLength(3 * short.length);
    expect(names.map((name) => rule(name)?.[1])).toEqual(short.flatMap(() => ['cls', 'png', 'seg.png']));
    expect(new Set(names.map((name) => rule(name)?.[0])).size).toBe(short.length);
  });

  it('never leads out of the folder that it would be unpacked in', async () => {
    await webdataset(path('unpack.tar')).write(each(keys.filter((key) => key.length < 60).map((key) => sample(key))));
    for (const name of namesOf(readFileSync(path('unpack.tar')))) expect(name.startsWith('/') || name.split('/').some((part) => /^\.*$/.test(part))).toBe(false);
  });

  it.each(['', '\ud800'])('is refused where it is %j', async (key) => {
    expect(await failureOf(webdataset(path('refused.tar')).write(each([sample(key)])))).toMatchObject({ code: 'LOSSY' });
  });

  it('is refused where its neighbour has the same, and only there', async () => {
    const origin = { file: 'a.tfrecord', record: 7 };
    const failure = await failureOf(webdataset(path('twice.tar')).write(each([sample('k', { origin }), sample('k')])));
    expect(failure).toMatchObject({ code: 'MISMATCH', key: 'k', what: 'the same key as a.tfrecord, record 7; neighbours of one key are one sample in a shard' });
    await webdataset(path('apart.tar')).write(each([sample('k'), sample('l'), sample('k')]));
    expect((await contentOf(webdataset(path('apart.tar')))).map(({ key }) => key)).toEqual(['k', 'l', 'k']);
  });
});

describe('a name that others wrote', () => {
  it('keeps a backslash that looks like an escape, also as bytes', async () => {
    const location = file('backslash.tar', archive({ name: 'a\\x41.png', data: png() }));
    expect((await all(webdataset(location).read())).map(({ key }) => [key, Buffer.from(unescapeKey(key)).toString()])).toEqual([['a\\x5cx41', 'a\\x41']]);
  });

  const names = ['a/../../x.png', '/etc/y.png', './z.png', 'v1.5/set.2/c.png', 'half%.png', '50%25.png', 'a%2Eb.png', '%zz.png', 'dir/.hidden.png', '.x.png', 'plain', 'folder.d/plain'];

  it('is a key and never a path, decoded where it is what we write', async () => {
    const location = file('foreign.tar', archive(...names.map((name) => ({ name, data: png() }))));
    expect((await all(webdataset(location).read())).map(({ key }) => key)).toEqual(['a/../../x', '/etc/y', './z', 'v1.5/set.2/c', 'half%', '50%', 'a.b', '%zz']);
  });

  it('that is not UTF-8 is escaped, and written again it is the same key', async () => {
    const location = file('latin.tar', archive({ name: Buffer.from('gr\xf6\xdfe.png', 'latin1'), data: png() }));
    const [found] = await all(webdataset(location).read());
    expect(found?.key).toBe('gr\\xf6\\xdfe');
    await webdataset(path('again.tar')).write(each([found!]));
    expect((await all(webdataset(path('again.tar')).read()))[0]?.key).toBe(found?.key);
  });

  it('begins another sample where its case differs, and has its extension in lower case', async () => {
    const location = file('case.tar', archive({ name: 'A.PNG', data: png() }, { name: 'a.png', data: png() }, { name: 'a.CLS', data: '4' }));
    expect((await all(webdataset(location).read())).map(({ key, label }) => [key, label])).toEqual([['A', undefined], ['a', 4]]);
  });
});
