import { mkdirSync, symlinkSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { webdataset } from '../src/index.js';
import { all, failureOf, temporaryFolder } from './helpers/files.js';
import { archive } from './helpers/tar.js';

const { path, file } = temporaryFolder();

const shard = (name: string, ...keys: readonly string[]): string => file(name, archive(...keys.map((key) => ({ name: `${key}.cls`, data: '1' }))));
const keysOf = async (location: string): Promise<string[]> => (await all(webdataset(path(location)).read())).map(({ key }) => key);
const notesOf = async (location: string): Promise<readonly string[]> => (await webdataset(path(location)).describe()).notes ?? [];

beforeAll(() => {
  for (const index of [0, 1, 2, 10]) shard(`many/train-${String(index).padStart(6, '0')}.tar`, `${index}a`, `${index}b`);
  for (const index of [0, 1]) shard(`sets/t-0000${index}-of-00002.tar`, `${index}`);
  for (const index of [1, 2]) shard(`one-based/t-0000${index}-of-00002.tar`, `${index}`);
  shard('broken/t-00000-of-00002.tar', '0');
  file('many/classnames.txt', 'cat\n');
  file('many/train-000000.idx', 'v1.2 2\n');
  file('many/.hidden.tar', 'not looked at');
});

describe('a location', () => {
  it.each([
    ['many', ['0a', '0b', '1a', '1b', '2a', '2b', '10a', '10b']],
    ['many/', ['0a', '0b', '1a', '1b', '2a', '2b', '10a', '10b']],
    ['many/train-00000?.tar', ['0a', '0b', '1a', '1b', '2a', '2b']],
    ['many/train-000000*', ['0a', '0b']],
    ['many/train-{000000..000002}.tar', ['0a', '0b', '1a', '1b', '2a', '2b']],
    ['many/train-{000002..000000}.tar', ['2a', '2b', '1a', '1b', '0a', '0b']],
    ['many/train-0000{0..1}{0,2}.tar', undefined],
    ['many/train-0000{00,10}.tar', ['0a', '0b', '10a', '10b']],
    ['many/train-{000001,000000}.tar', ['1a', '1b', '0a', '0b']],
    ['sets/t@2', ['0', '1']],
    ['sets/t.tar@2', ['0', '1']],
    ['sets/t-{00000..00001}-of-00002.tar', ['0', '1']],
    ['sets', ['0', '1']],
    ['one-based', ['1', '2']],
    ['one-based/t@2', ['1', '2']],
    ['one-based/*.tar', ['1', '2']],
    ['sets/t-00001-of-00002.tar', ['1']],
  ])('%s is read', async (location, expected) => {
    if (expected !== undefined) expect(await keysOf(location)).toEqual(expected);
    else expect(await failureOf(keysOf(location))).toMatchObject({ code: 'NOT_FOUND', file: path('many/train-000012.tar') });
  });

  it.each([
    ['nothing.tar', 'NOT_FOUND', 'there is no such file or folder'],
    ['many/x*.tar', 'NOT_FOUND', 'no file matches the pattern'],
    ['many/train-{000002..000004}.tar', 'NOT_FOUND', 'there is no such file'],
    ['many/train@2', 'NOT_FOUND', 'no shard of the set is there, e.g. '],
    ['broken', 'NOT_FOUND', 'the set of 2 shards is not complete: '],
    ['broken/*.tar', 'NOT_FOUND', 'the set of 2 shards is not complete: '],
    ['broken/t@2', 'NOT_FOUND', 'the set of 2 shards is not complete: '],
    ['x-{0..999999}.tar', 'LIMIT', 'the braces stand for more than 100000 names'],
    ['x-{0..999}{0..999}.tar', 'LIMIT', 'the braces stand for more than 100000 names'],
  ])('%s is refused', async (location, code, what) => {
    const failure = await failureOf(keysOf(location));
    expect(failure.code).toBe(code);
    expect(failure.what).toMatch(new RegExp(`^${what}`));
  });

  it('is several sets read as one, which is noted: of shards, and of numbers', async () => {
    for (const name of ['several/train-000000.tar', 'several/train-000001.tar', 'several/val-000000.tar']) shard(name, name);
    expect(await notesOf('several')).toContain('2 sets of files are read as one: "train-*.tar"; "val-000000.tar"');
    expect(await notesOf('several/train-*.tar')).not.toContainEqual(expect.stringContaining('sets of files'));
    shard('several/t-00000-of-00001.tar', 't');
    expect(await notesOf('several')).toContain('3 sets of files are read as one: "t-?????-of-00001.tar"; "train-*.tar"; "val-000000.tar"');
  });

  it('is refused where it is a folder without archives, a folder with the name of one, or a link that leads nowhere', async () => {
    mkdirSync(path('texts'));
    file('texts/a.txt', 'text');
    expect(await failureOf(keysOf('texts'))).toMatchObject({ code: 'NOT_A_STORE' });
    mkdirSync(path('odd/folder.tar'), { recursive: true });
    expect(await failureOf(keysOf('odd'))).toMatchObject({ code: 'UNSUPPORTED', what: 'a folder, not a regular file' });
    mkdirSync(path('links'));
    symlinkSync('gone', path('links/l.tar'));
    expect(await failureOf(keysOf('links'))).toMatchObject({ code: 'NOT_FOUND', file: path('links/l.tar') });
  });

  it('is refused where two sets or a shard too many would be read', async () => {
    shard('two/t-00000-of-00001.tar', '0');
    shard('two/t-00000-of-00001.tgz', '0');
    expect(await failureOf(keysOf('two/t@1'))).toMatchObject({ code: 'MISMATCH', what: expect.stringContaining('more than one such set') });
    shard('more/t-00000-of-00001.tar', '0');
    shard('more/t-00001-of-00001.tar', '0');
    expect(await failureOf(keysOf('more'))).toMatchObject({ code: 'MISMATCH', what: expect.stringContaining('one too many') });
  });

  it('may be a file URL, and nothing else than a path or a stream', async () => {
    expect((await all(webdataset(pathToFileURL(path('sets/t-00000-of-00002.tar'))).read())).map(({ key }) => key)).toEqual(['0']);
    expect(() => webdataset(new URL('https://example.org/a.tar'))).toThrow('a URL must be a file URL, not https:');
    expect(() => webdataset('')).toThrow('webdataset: location is empty');
    expect(() => webdataset(7 as unknown as string)).toThrow('webdataset: location is number');
  });

  it('with braces in the name of a file is that file', async () => {
    shard('{a,b}.tar', 'braces');
    expect(await keysOf('{a,b}.tar')).toEqual(['braces']);
  });
});

describe('notes', () => {
  it('tell gaps between numbered names, which do not say how many there are', async () => {
    expect(await notesOf('many')).toEqual(['of the numbers 0 to 10 in "train-######.tar" 7 are not there']);
    expect(await notesOf('many/train-{000000..000002}.tar')).toEqual([]);
    expect(await notesOf('many/train-0000{00,02}.tar')).toEqual(['of the numbers 0 to 2 in "train-######.tar" 1 is not there']);
  });

  it('tell that a shard is read alone, and what is left out of a folder', async () => {
    expect(await notesOf('sets/t-00001-of-00002.tar')).toEqual(['shard 2 of 2 alone']);
    shard('mixed/a.tar', 'a');
    shard('mixed/archive', 'b');
    file('mixed/picture.raw', 'x');
    file('mixed/facts.json', '{}');
    mkdirSync(path('mixed/below'));
    expect(await notesOf('mixed')).toEqual(['left out, no tar archives: "picture.raw"']);
    expect(await keysOf('mixed')).toEqual(['a', 'b']);
  });
});
