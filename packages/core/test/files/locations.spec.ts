import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { firstPath, layOut, leftOut, namedFiles, parseSetName, rangeParts, requireFiles, shardsOf } from '../../src/files/index.js';
import type { ShardFormat } from '../../src/files/index.js';
import { layOut as makeFiles } from './scenarios.js';
import { useFolder } from './helpers.js';

const root = useFolder();
const at = (path: string): string => join(root(), path);
const format: ShardFormat = { extension: '.bin', isNamed: (path) => path.endsWith('.bin'), indexPaths: (path) => [`${path}.idx`] };
const pathsOf = (location: string): readonly string[] => namedFiles(at(location), format).paths.map((path) => path.slice(root().length + 1));
const refused = (code: string, what: string): Error => expect.objectContaining({ code, what: expect.stringContaining(what) });

describe('the files that a location names', () => {
  beforeEach(() => makeFiles(root(), {
    'a-00000-of-00002.bin': '', 'a-00001-of-00002.bin': '', 'a-00001-of-00002.json': '', 'one-00001-of-00002.bin': '', 'one-00002-of-00002.bin': '',
    'cut-00001-of-00002.bin': '', 'more-00000-of-00001.bin': '', 'more-00007-of-00001.bin': '', 'x[1]-00000-of-00001.bin': '', 'plain.bin': '', 'plain.bin.idx': '',
  }));

  it.each([
    ['plain.bin', ['plain.bin']], ['plain*', ['plain.bin']], ['a@2', ['a-00000-of-00002.bin', 'a-00001-of-00002.bin']],
    ['a.bin@2', ['a-00000-of-00002.bin', 'a-00001-of-00002.bin']], ['one@2', ['one-00001-of-00002.bin', 'one-00002-of-00002.bin']],
  ])('are found: %s', (location, expected) => {
    expect(pathsOf(location)).toEqual(expected);
  });

  it.each([
    ['nothing', 'NOT_FOUND', 'there is no such file or folder'], ['nothing@0', 'NOT_FOUND', 'there is no such file or folder'], ['nothing@2', 'NOT_FOUND', 'no shard of the set is there'],
    ['n*', 'NOT_FOUND', 'no file matches the pattern'], ['cut@2', 'NOT_FOUND', 'cut-00000-of-00002.bin is missing'], ['more@1', 'MISMATCH', 'one too many'],
  ])('are refused: %s', (location, code, what) => {
    expect(() => pathsOf(location)).toThrow(refused(code, what));
  });

  it('have a first one, which sets, patterns and braces lead to', () => {
    expect(['plain.bin', 'a@2', 'a.bin@2', 'a-*.bin', 'a-{00001,00000}-of-00002.bin', 'gone.bin', 'gone@2', 'gone*'].map((location) => firstPath(at(location))?.slice(root().length + 1)))
      .toEqual(['plain.bin', 'a-00000-of-00002.bin', 'a-00000-of-00002.bin', 'a-00000-of-00002.bin', 'a-00001-of-00002.bin', 'gone.bin', undefined, undefined]);
  });

  it('have wildcards in names of sets stand for themselves', () => {
    expect(shardsOf({ name: at('x[1]') })).toEqual([at('x[1]-00000-of-00001.bin')]);
    expect(parseSetName('x[1]@12')).toEqual({ name: 'x[1]', count: 12 });
    expect([parseSetName('x'), parseSetName('x@'), parseSetName('@1')]).toEqual([undefined, undefined, undefined]);
  });

  it('are regular files that are there', () => {
    symlinkSync(at('nowhere'), at('dangling'));
    expect(() => requireFiles([at('dangling')], root())).toThrow(refused('NOT_FOUND', 'the link leads nowhere'));
    expect(() => requireFiles([at('gone')], root())).toThrow(refused('NOT_FOUND', 'there is no such file'));
    expect(() => requireFiles([root()], root())).toThrow(refused('UNSUPPORTED', 'a folder, not a regular file'));
  });
});

it('names five of the files that are left out, and no folders', () => {
  makeFiles(root(), { 'sub/': '' });
  expect(leftOut([at('sub')], 'bins')).toEqual([]);
  expect(leftOut(['a', 'b', 'c', 'd', 'e', 'f', 'sub'].map(at), 'bins')).toEqual(['left out, no bins: "a", "b", "c", "d", "e" and 1 more']);
});

it('lays files end to end, and cuts ranges out of them', () => {
  makeFiles(root(), { a: 'four', b: '', c: 'seven..' });
  const layout = layOut(['a', 'b', 'c'].map(at));
  expect(layout.size).toBe(11);
  expect(rangeParts({ start: 0, end: 11, first: 0 }, layout)).toEqual([{ source: at('a') }, { source: at('c') }]);
  expect(rangeParts({ start: 1, end: 6, first: 0 }, layout)).toEqual([{ source: at('a'), start: 1 }, { source: at('c'), end: 2 }]);
  expect(() => rangeParts({ start: 2, end: 1, first: 0 }, layout)).toThrow(refused('BAD_OPTION', 'not one of this store'));
  expect(() => rangeParts({ start: 0, end: 12, first: 0 }, layout)).toThrow(refused('CHANGED', 'the files have 11'));
});
