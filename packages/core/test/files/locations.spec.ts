import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { shardPath } from '../../src/index.js';
import { firstPath, layOut, leftOut, namedFiles, parseSetName, rangeParts, requireFiles, severalSets, shardsOf } from '../../src/files/index.js';
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

  it.each(['a', 'a.bin', 'a@5'])('are not there, but a set is, which is named: %s', (location) => {
    expect(() => pathsOf(location)).toThrow(expect.objectContaining({ code: 'NOT_FOUND', hint: `did you mean ${JSON.stringify(at('a@2'))}?` }));
  });

  it('are a set by all that stands before the number, which may end as a file does', () => {
    makeFiles(root(), { 'tfds.bin-00000-of-00002': '', 'tfds.bin-00001-of-00002': '' });
    expect(pathsOf('tfds.bin@2')).toEqual(['tfds.bin-00000-of-00002', 'tfds.bin-00001-of-00002']);
    expect(() => pathsOf('tfds.bin')).toThrow(expect.objectContaining({ hint: `did you mean ${JSON.stringify(at('tfds.bin@2'))}?` }));
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

describe('several sets that are read as one', () => {
  const set = (stem: string, count: number): string[] => Array.from({ length: count }, (_, index) => shardPath(stem, index, count));

  it.each([
    ['two sets of shards', [...set('d/train', 2), ...set('d/val', 1)], '2 sets of files are read as one: "train-?????-of-00002.tfrecord"; "val-?????-of-00001.tfrecord"'],
    ['two cuts of one name', [...set('t', 2), ...set('t', 3)], '2 sets of files are read as one: "t-?????-of-00002.tfrecord"; "t-?????-of-00003.tfrecord"'],
    ['a set and a file', ['d/photos.tfrecord', ...set('d/train', 2)], '2 sets of files are read as one: "photos.tfrecord"; "train-?????-of-00002.tfrecord"'],
    ['a set and files of no set', ['a', 'b', 'c', ...set('t', 2)], '2 sets of files are read as one: "a" and 2 more; "t-?????-of-00002.tfrecord"'],
    ['files whose names say what they are for', ['a/mnist-Test.tfrecords', 'a/mnist-train.tfrecords'], '2 sets of files are read as one: "mnist-Test.tfrecords"; "mnist-train.tfrecords"'],
    ['one of them beside others', ['extra.tar', 'test.tar'], '2 sets of files are read as one: "extra.tar"; "test.tar"'],
    ['numbered ones of these', ['train-000000.tar', 'train-000001.tar', 'val2017-000000.tar'], '2 sets of files are read as one: "train-*.tar"; "val2017-000000.tar"'],
    ['sets in several folders', [...set('a/t', 1), ...set('b/t', 1)], '2 sets of files are read as one: "a/t-?????-of-00001.tfrecord"; "b/t-?????-of-00001.tfrecord"'],
    ['more sets than are named', 'abcdefg'.split('').flatMap((stem) => set(stem, 2)),
      `7 sets of files are read as one: ${'abcde'.split('').map((stem) => `"${stem}-?????-of-00002.tfrecord"`).join('; ')}; and 2 more`],
  ])('are noted: %s', (_name, paths, note) => {
    expect(severalSets(paths)).toEqual([note]);
  });

  it.each([
    ['one set', set('d/train', 3)], ['files of no set', ['a.tfrecord', 'b.tfrecord', 'c.tfrecord']], ['numbered files', ['shard-000000.tar', 'shard-000001.tar', 'shard-10.tar']],
    ['files for one purpose', ['cifar-train.tar', 'mnist-train.tar', 'train-000001.tar']], ['words that only hold such a word', ['contest.tar', 'trainval.tar', 'x.tar']], ['one file', ['train.tar']], ['none', []],
  ])('are not noted where there is no more than one: %s', (_name, paths) => {
    expect(severalSets(paths)).toEqual([]);
  });

  it('are noted for a pattern that names them', () => {
    makeFiles(root(), { 'train-00000-of-00001.bin': '', 'val-00000-of-00001.bin': '' });
    expect(namedFiles(at('*.bin'), format).notes).toEqual(['2 sets of files are read as one: "train-?????-of-00001.bin"; "val-?????-of-00001.bin"']);
    expect(namedFiles(at('train-*.bin'), format).notes).toEqual([]);
  });
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
