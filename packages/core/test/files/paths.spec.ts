import { linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { firstNames, folderMembers, folderNames, hasName, isInside, isPattern, joinPath, matchPattern, nameKind, pathFacts, sameFile } from '../../src/files/index.js';
import { matchName } from '../../src/files/pattern.js';
import { layOut } from './scenarios.js';
import { errnoError, observe, useFolder } from './helpers.js';

const root = useFolder();
const at = (path: string): string => join(root(), path);

describe('pathFacts', () => {
  it('tells files from folders and other things, through links, and gives one identity to all names of a file', () => {
    layOut(root(), { 'a': 'four', 'sub/': '' });
    symlinkSync(at('a'), at('link'));
    linkSync(at('a'), at('hard'));
    const facts = pathFacts(at('a'));
    expect(facts).toMatchObject({ kind: 'file', size: 4 });
    expect([pathFacts(at('link')), pathFacts(at('hard')), pathFacts(at('sub/../a'))]).toEqual([facts, facts, facts]);
    expect([pathFacts(at('sub'))?.kind, pathFacts('/dev/null')?.kind]).toEqual(['folder', 'other']);
    expect(pathFacts(at('sub'))?.identity).not.toBe(facts?.identity);
  });

  it('gives undefined where nothing is', () => {
    layOut(root(), { a: '' });
    symlinkSync(at('nowhere'), at('dangling'));
    expect([pathFacts(at('b')), pathFacts(at('a/b')), pathFacts(at('dangling'))]).toEqual([undefined, undefined, undefined]);
  });

  it('throws IO where it cannot look', async () => {
    symlinkSync(at('loop'), at('loop'));
    expect(() => pathFacts(at('loop'))).toThrow(expect.objectContaining({ code: 'IO', cause: expect.objectContaining({ code: 'ELOOP' }) }));
    const { error } = await observe(() => pathFacts(at('a')), () => errnoError('EACCES'));
    expect(error).toMatchObject({ code: 'IO', hint: expect.stringMatching(/permissions/) });
  });
});

describe('joinPath', () => {
  it('leaves the folder as it was written', () => {
    expect([joinPath('./a', 'b'), joinPath('a/', 'b/c'), joinPath('/', 'b')]).toEqual(['./a/b', 'a/b/c', '/b']);
  });
});

describe('hasName', () => {
  it('is true of a link that leads nowhere too', () => {
    layOut(root(), { a: '' });
    symlinkSync(at('nowhere'), at('dangling'));
    expect([hasName(at('a')), hasName(at('dangling')), hasName(at('nowhere')), hasName(at('a/b'))]).toEqual([true, true, false, false]);
  });
});

describe('folderNames', () => {
  it('sorts by UTF-8 bytes, in which characters above U+FFFF come last', () => {
    layOut(root(), { 'b': '', '\u{1f600}': '', '\uff5e': '', 'B': '', 'é': '', '.hidden': '' });
    expect(folderNames(root())).toEqual(['.hidden', 'B', 'b', 'é', '\uff5e', '\u{1f600}']);
  });

  it('says NOT_FOUND where no folder is', () => {
    expect(() => folderNames(at('missing'))).toThrow(expect.objectContaining({ code: 'NOT_FOUND', file: at('missing') }));
  });

  // Other systems do not let such a name come to be.
  (process.platform === 'linux' ? it : it.skip)('refuses a name that is not UTF-8, and takes one that holds U+FFFD itself (on Linux only)', () => {
    writeFileSync(at('sound\ufffd'), '');
    expect(folderNames(root())).toEqual(['sound\ufffd']);
    writeFileSync(Buffer.concat([Buffer.from(at('bad')), Buffer.from([0xff])]), '');
    expect(() => folderNames(root())).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', file: root() }));
  });
});

describe('folderMembers', () => {
  const told = (path: string): unknown => [...folderMembers(path)].map(({ name, kind, isUtf8 }) => [name, kind, isUtf8]).sort();

  it('tells files, folders and links apart, and follows no link', () => {
    layOut(root(), { 'b': '', 'a/': '' });
    symlinkSync(at('a'), at('c'));
    symlinkSync(at('nowhere'), at('d'));
    expect(told(root())).toEqual([['a', 'folder', true], ['b', 'file', true], ['c', 'link', true], ['d', 'link', true]]);
    expect(told(at('c'))).toEqual([]);
    expect([nameKind(at('c')), nameKind('/dev/null'), nameKind(at('e'))]).toEqual(['link', 'other', undefined]);
    expect(() => told(at('missing'))).toThrow(expect.objectContaining({ code: 'NOT_FOUND', file: at('missing') }));
  });

  (process.platform === 'linux' ? it : it.skip)('gives names that are not UTF-8 as keys, with their bytes (elsewhere no file has such a name)', () => {
    writeFileSync(Buffer.concat([Buffer.from(at('caf')), Uint8Array.of(0xe9)]), '');
    expect([...folderMembers(root())].map(({ name, bytes, isUtf8 }) => [name, Buffer.from(bytes).toString('hex'), isUtf8])).toEqual([['caf\\xe9', '636166e9', false]]);
  });

  (process.platform === 'linux' ? it : it.skip)('closes the folder when the loop is left (elsewhere nothing counts what is open)', () => {
    layOut(root(), { 'a': '', 'b': '' });
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const { name } of folderMembers(root())) if (name !== '') break;
    expect(open()).toBe(before);
  });
});

describe('firstNames', () => {
  it('are the first in their order, however many there are', () => {
    layOut(root(), Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`n${String((index * 37) % 50).padStart(2, '0')}`, ''])));
    expect(firstNames(root(), 3)).toEqual(['n00', 'n01', 'n02']);
    expect(firstNames(root(), 100)).toHaveLength(50);
  });
});

describe('matchName', () => {
  it.each([
    ['*', 'anything', true], ['*', '', true], ['a*c', 'abc', true], ['a*c', 'ac', true], ['a*c', 'acb', false], ['**', 'ab', true],
    ['?', 'a', true], ['?', '\u{1f600}', true], ['?', '', false], ['a?', 'a', false],
    ['[abc]', 'b', true], ['[abc]', 'd', false], ['[a-c]x', 'bx', true], ['[a-c]', 'd', false], ['[!a-c]', 'd', true], ['[!a-c]', 'b', false],
    ['[]]', ']', true], ['[!]]', ']', false], ['[a-]', '-', true], ['[-a]', '-', true], ['[*]', '*', true], ['[*]', 'a', false], ['[?]', '?', true],
    ['[', '[', true], ['a[b', 'a[b', true], ['[]', '[]', true], ['[!]', '[!]', true],
    ['*.tfrecord', 'train.tfrecord', true], ['*.tfrecord', 'trainxtfrecord', false], ['*.tfrecord', '.tfrecord', false],
    ['*', '.hidden', false], ['?hidden', '.hidden', false], ['[.]hidden', '.hidden', false], ['.*', '.hidden', true],
    ['train-*-of-*', 'train-00000-of-00004', true], ['*a*b*c', 'xaxbxbxc', true], ['*a*b*c', 'xaxcxb', false], ['A*', 'a', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchName(pattern, name)).toBe(expected);
  });

  it('takes few steps for a pattern that would make a backtracking matcher run for ever', () => {
    expect(matchName('*a'.repeat(120) + 'b', 'a'.repeat(255))).toBe(false);
  });
});

describe('matchPattern', () => {
  beforeEach(() => layOut(root(), {
    'b.tfrecord': '', 'a.tfrecord': '', '.c.tfrecord': '', 'd.txt': '', 'folder.tfrecord/': '', 'x1/': '', 'x2/': '', 'x1/data.mdb': '', 'x2/data.mdb': '', 'x2/e.tfrecord': '', '[1].bin': '', '1.bin': '',
  }));
  const match = (pattern: string): string[] => matchPattern(at(pattern)).map((path) => relative(root(), path));

  it('gives the files in order, no folders and no hidden ones', () => {
    expect(match('*.tfrecord')).toEqual(['a.tfrecord', 'b.tfrecord']);
  });

  it('gives folders and links that lead nowhere too where that is asked for', () => {
    symlinkSync('nothing', at('z.tfrecord'));
    const any = (pattern: string): string[] => matchPattern(at(pattern), { kind: 'any' }).map((path) => relative(root(), path));
    expect(any('*.tfrecord')).toEqual(['a.tfrecord', 'b.tfrecord', 'folder.tfrecord', 'z.tfrecord']);
    expect([any('x?/e.tfrecord'), any('x?'), any('z.*/*')]).toEqual([['x2/e.tfrecord'], ['x1', 'x2'], []]);
  });

  it('matches in each part of the path, and leaves the other parts as they are', () => {
    expect(match('x?/data.mdb')).toEqual(['x1/data.mdb', 'x2/data.mdb']);
    expect(match('x[!1]/*')).toEqual(['x2/data.mdb', 'x2/e.tfrecord']);
    expect(matchPattern(`${root()}/x1/../*.txt`)).toEqual([`${root()}/x1/../d.txt`]);
  });

  it('takes a relative pattern from the current folder, and its results begin as it does', () => {
    const before = process.cwd();
    try {
      process.chdir(root());
      expect([matchPattern('x1/*'), matchPattern('./x1/*'), matchPattern('*.txt')]).toEqual([['x1/data.mdb'], ['./x1/data.mdb'], ['d.txt']]);
    } finally {
      process.chdir(before);
    }
  });

  it('gives nothing where nothing matches or no such folder is', () => {
    expect([match('*.png'), match('missing/*'), match('d.txt/*'), matchPattern('')]).toEqual([[], [], [], []]);
  });

  it('throws IO for a folder that it may not list', async () => {
    const { error } = await observe(() => matchPattern(at('*')), (_, name) => (name === 'readdir' ? errnoError('EACCES') : undefined));
    expect(error).toMatchObject({ code: 'IO', cause: { code: 'EACCES' } });
  });

  it('takes a path for a pattern only when no file has that very name', () => {
    expect([isPattern(at('*.bin')), isPattern(at('[1].bin')), isPattern(at('[2].bin')), isPattern(at('d.txt')), isPattern(at('missing'))])
      .toEqual([true, false, true, false, false]);
  });
});

describe('sameFile and isInside', () => {
  beforeEach(() => {
    layOut(root(), { 'a/': '', 'a/b/': '', 'a/file': 'x', 'ab/': '' });
    symlinkSync(at('a'), at('link'));
    linkSync(at('a/file'), at('hard'));
  });

  it('sees one file behind links, hard links and detours', () => {
    expect([sameFile(at('a/file'), at('hard')), sameFile(at('a/file'), at('link/file')), sameFile(at('a'), at('ab/../link')), sameFile(at('a/file'), `${root()}/link/b/../file`)])
      .toEqual([true, true, true, true]);
    expect([sameFile(at('a'), at('ab')), sameFile(at('missing'), at('missing'))]).toEqual([false, false]);
  });

  it('sees a path inside a folder by where it is, not by how it is written', () => {
    expect([isInside(at('a/b'), at('a')), isInside(at('link/b'), at('a')), isInside(at('a/b'), at('link')), isInside(at('a'), at('a')), isInside(at('a/b'), root())])
      .toEqual([true, true, true, true, true]);
    symlinkSync(at('a/b'), at('short'));
    expect([isInside(at('short'), at('a')), isInside(at('short/new'), at('a'))]).toEqual([true, true]);
    expect([isInside(at('ab'), at('a')), isInside(at('a'), at('a/b')), isInside(at('a'), at('missing'))]).toEqual([false, false, false]);
  });

  it('judges a path that is not there yet by its nearest parent that is', () => {
    mkdirSync(at('a/b/c'));
    expect([isInside(at('link/new/deep/file'), at('a')), isInside(at('new'), at('a')), isInside(at('a/b/c/new'), at('link/b'))]).toEqual([true, false, true]);
  });
});
