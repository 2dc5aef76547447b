import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { linksIn, placeOf, shardsThere } from '../../src/files/index.js';
import { useFolder } from './helpers.js';
import { layOut } from './scenarios.js';

const root = useFolder();
const at = (path: string): string => join(root(), path);

async function links(folder: string, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  for await (const path of linksIn(folder, { signal })) found.push(path);
  return found;
}

describe('placeOf', () => {
  it('gives one path for all names of a place, whether something is there or not', () => {
    layOut(root(), { 'a/': '', 'a/b': '', 'x/': '' });
    symlinkSync(at('a'), at('link'));
    expect(new Set(['a/b', 'link/b', 'x/../a/b', 'a/./b'].map((path) => placeOf(`${root()}/${path}`)))).toEqual(new Set([placeOf(at('a/b'))]));
    expect(new Set(['a/new/one', 'link/new/one', 'link/./new//one', 'x/../link/new/one'].map((path) => placeOf(`${root()}/${path}`)))).toEqual(new Set([join(placeOf(at('a')), 'new/one')]));
    // What follows a link is in what it leads to, and not beside the link.
    mkdirSync(at('deep/er'), { recursive: true });
    symlinkSync(at('deep/er'), at('x/jump'));
    expect(placeOf(`${root()}/x/jump/../new`)).toBe(join(placeOf(at('deep')), 'new'));
    expect(placeOf('new one')).toBe(join(process.cwd(), 'new one'));
  });
});

describe('linksIn', () => {
  it('gives the links of a folder and those below it, and looks behind one link to a folder', async () => {
    layOut(root(), { 'src/': '', 'src/sub/': '', 'else/': '', 'else/deep/': '', 'far/': '', 'src/a': '', 'src/sub/b': '', 'else/c': '', 'else/deep/d': '', 'far/e': '' });
    symlinkSync(at('else/c'), at('src/1'));
    symlinkSync(at('else'), at('src/sub/2'));
    symlinkSync(at('nowhere'), at('src/3'));
    symlinkSync(at('else/c'), at('else/deep/4'));
    symlinkSync(at('far'), at('else/5'));
    symlinkSync(at('else/c'), at('far/6'));
    expect((await links(at('src'))).sort()).toEqual(['src/1', 'src/3', 'src/sub/2', 'src/sub/2/5', 'src/sub/2/deep/4'].map(at));
    expect(await links(at('src/'))).toHaveLength(5);
  });

  it('ends where links go round, and with the signal', async () => {
    layOut(root(), { 'src/': '', 'src/a': '' });
    symlinkSync(at('src'), at('src/round'));
    expect(await links(at('src'))).toEqual([at('src/round'), at('src/round/round')]);
    await expect(links(at('src'), AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    await expect(links(at('missing'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('shardsThere', () => {
  it('gives the shards of a name, of any number and of its extension only', () => {
    layOut(root(), Object.fromEntries(['t-00000-of-00002.tar', 't-00001-of-00002.tar', 't-00000-of-00001.tar', 't-00000-of-00002.tfrecord', 'u-00000-of-00002.tar'].map((name) => [name, ''])));
    const tars = ['t-00000-of-00001.tar', 't-00000-of-00002.tar', 't-00001-of-00002.tar'].map(at);
    expect([...shardsThere(at('t'), { shards: 3, extension: '.tar' })].sort()).toEqual(tars);
    expect([...shardsThere(at('t.tar'), { shardSize: 9 })].sort()).toEqual(tars);
    expect(shardsThere(at('t'), { shards: 2 })).toEqual([at('t-00000-of-00002.tfrecord')]);
    expect(shardsThere(at('t.tar'), {})).toEqual([]);
    expect(shardsThere(at('none/t.tar'), { shards: 1 })).toEqual([]);
  });
});
