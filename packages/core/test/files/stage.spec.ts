import fs from 'node:fs';
import { basename, join } from 'node:path';
import { discardAll, interceptOperations, stageFiles, stageFolder } from '../../src/files/index.js';
import type { Stage } from '../../src/files/index.js';
import { complete, layOut } from './scenarios.js';
import { errnoError, isTemporary, observe, tree, useFolder } from './helpers.js';

const root = useFolder();
const at = (path: string): string => join(root(), path);
const bytes = (text: string): Uint8Array => Buffer.from(text);
const failure = (code: string, more: object = {}): Error => expect.objectContaining({ code, ...more });

/** Writes one file and commits. */
async function writeFile(path: string, text: string, overwrite = false): Promise<void> {
  await complete(await stageFiles([path], { overwrite }), (stage) => stage.file(path).write(bytes(text)));
}

async function writeFolder(path: string, text: string, overwrite = false): Promise<void> {
  await complete(await stageFolder(path, { overwrite }), (stage) => stage.file('data').write(bytes(text)));
}

describe('a staged file', () => {
  it('appends, and overwrites what was written before', async () => {
    const stage = await stageFiles([at('out')]);
    const file = stage.file(at('out'));
    file.write(bytes('count=?;'));
    file.write(bytes('payload'));
    file.writeAt(6, bytes('7'));
    expect([file.length, file.path]).toEqual([15, at('out')]);
    await stage.commit();
    expect(tree(root())).toEqual({ out: 'count=7;payload' });
  });

  it('refuses to overwrite what was not written yet', async () => {
    const stage = await stageFiles([at('out')]);
    const file = stage.file(at('out'));
    file.write(bytes('1234'));
    for (const position of [-1, 3, 0.5, Number.NaN]) expect(() => file.writeAt(position, bytes('ab'))).toThrow(failure('CONTRACT'));
    await stage.discard();
  });

  it('goes on after a short write and after an interruption', async () => {
    const real = fs.writeSync.bind(fs) as (...args: unknown[]) => number;
    let calls = 0;
    const spy = jest.spyOn(fs, 'writeSync').mockImplementation(((fd: number, buffer: Uint8Array, offset: number, length: number, position: number) => {
      if (++calls % 2 === 0) throw errnoError('EINTR');
      return real(fd, buffer, offset, Math.min(length, 3), position);
    }) as typeof fs.writeSync);
    try {
      await writeFile(at('out'), '0123456789');
    } finally {
      spy.mockRestore();
    }
    expect([tree(root()), calls]).toEqual([{ out: '0123456789' }, 7]);
  });

  it('fails when the system takes no byte, instead of trying for ever', async () => {
    const spy = jest.spyOn(fs, 'writeSync').mockReturnValue(0);
    try {
      await expect(writeFile(at('out'), 'x')).rejects.toThrow(failure('IO', { message: `${at('out')}: cannot write: the system took no byte` }));
    } finally {
      spy.mockRestore();
    }
    expect(tree(root())).toEqual({});
  });

  it('cannot be committed after a write failed, even if nobody looked at the error', async () => {
    const stage = await stageFiles([at('out')]);
    const file = stage.file(at('out'));
    const { error } = await observe(() => file.write(bytes('lost')), () => errnoError('ENOSPC'));
    expect(error).toMatchObject({ code: 'IO', cause: { code: 'ENOSPC' }, hint: expect.stringMatching(/free space/) });
    expect(() => file.write(bytes('after the gap'))).toThrow(failure('IO'));
    await expect(stage.commit()).rejects.toThrow(failure('IO'));
    expect(tree(root())).toEqual({});
  });

  it('cannot be written after it was finished', async () => {
    const stage = await stageFiles([at('out')]);
    const file = stage.file(at('out'));
    await file.finish();
    await file.finish();
    expect(() => file.write(bytes('x'))).toThrow(failure('CONTRACT'));
    expect(() => file.writeAt(0, bytes(''))).toThrow(failure('CONTRACT'));
    await stage.commit();
    expect(tree(root())).toEqual({ out: '' });
  });

  it('is not committed when something else wrote to it', async () => {
    const stage = await stageFiles([at('out')]);
    stage.file(at('out')).write(bytes('mine'));
    fs.appendFileSync(at(fs.readdirSync(root())[0] ?? ''), 'foreign');
    await expect(stage.commit()).rejects.toThrow(failure('CHANGED', { file: at('out') }));
    expect(tree(root())).toEqual({});
  });
});

describe('a scratch file', () => {
  it('gives back what was written, has no name, and is closed with the stage', async () => {
    const { openHandles } = await observe(async () => {
      const stage = await stageFiles([at('out')]);
      const scratch = stage.scratch();
      expect(tree(root())).toEqual({});
      scratch.write(bytes('0123'));
      scratch.write(bytes('4567'));
      const target = new Uint8Array(4);
      scratch.readExactly(target, 2);
      expect([Buffer.from(target).toString(), scratch.length]).toEqual(['2345', 8]);
      expect(() => scratch.readExactly(target, 5)).toThrow(failure('TRUNCATED', { offset: 8 }));
      const second = stage.scratch();
      second.remove();
      second.remove();
      expect(() => second.write(bytes('x'))).toThrow(failure('CONTRACT'));
      stage.file(at('out'));
      await stage.commit();
      expect(() => scratch.readExactly(target, 0)).toThrow(failure('CONTRACT'));
    });
    expect(openHandles).toBe(0);
    expect(tree(root())).toEqual({ out: '' });
  });

  it('does not become part of a folder', async () => {
    await complete(await stageFolder(at('out')), (stage) => {
      stage.scratch().write(bytes('x'));
      stage.file('data').write(bytes('y'));
    });
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'y' });
  });
});

describe('a stage', () => {
  it('shows nothing under a final name before the commit, and makes the parent folders that are missing', async () => {
    const path = at('new/deep/out');
    const stage = await stageFiles([path]);
    stage.file(path).write(bytes('x'));
    expect(Object.keys(tree(root())).filter((name) => !name.endsWith('/') && !isTemporary(name))).toEqual([]);
    await stage.commit();
    expect(tree(root())).toEqual({ 'new/': '', 'new/deep/': '', 'new/deep/out': 'x' });
  });

  it.each([
    ['file', () => stageFiles([at('new/deep/out')]), (stage: Stage) => stage.file(at('new/deep/out'))],
    ['folder', () => stageFolder(at('new/deep/out')), (stage: Stage) => stage.file('a/b')],
  ])('leaves nothing of a discarded %s, not even the parent folders it made', async (_, open, begin) => {
    const { openHandles } = await observe(async () => {
      const stage = await open();
      begin(stage).write(bytes('x'));
      stage.scratch().write(bytes('x'));
      await stage.discard();
      await stage.discard();
      expect(() => stage.scratch()).toThrow(failure('CONTRACT'));
      await expect(stage.commit()).rejects.toThrow(failure('CONTRACT'));
    });
    expect(openHandles).toBe(0);
    expect(tree(root())).toEqual({});
  });

  it('keeps a parent folder that it made when something else is in it by then', async () => {
    const stage = await stageFiles([at('new/out')]);
    layOut(root(), { 'new/other': '' });
    await stage.discard();
    expect(tree(root())).toEqual({ 'new/': '', 'new/other': '' });
  });

  it('does nothing when it is discarded after its commit', async () => {
    const stage = await stageFiles([at('out')]);
    stage.file(at('out')).write(bytes('x'));
    await stage.commit();
    await stage.discard();
    discardAll();
    expect(tree(root())).toEqual({ out: 'x' });
  });

  it('is discarded at once, with all others, by discardAll', async () => {
    layOut(root(), { 'b/': '', 'b/old': 'old' });
    const { openHandles } = await observe(async () => {
      const files = await stageFiles([at('new/a')]);
      files.file(at('new/a')).write(bytes('x'));
      files.scratch();
      const folder = await stageFolder(at('b'), { overwrite: true });
      folder.file('x/y').write(bytes('x'));
      discardAll();
      expect(tree(root())).toEqual({ 'b/': '', 'b/old': 'old' });
      await expect(files.commit()).rejects.toThrow(failure('CONTRACT'));
    });
    expect(openHandles).toBe(0);
  });

  it('stops a commit that is under way when discardAll comes, unless the names are given already', async () => {
    for (const [step, expected] of [['before', {}], ['after', { out: 'x' }]] as const) {
      const stage = await stageFiles([at('out')]);
      stage.file(at('out')).write(bytes('x'));
      let flushes = 0;
      const release = interceptOperations((name) => {
        if (name === 'fsync' && ++flushes === (step === 'before' ? 1 : 2)) queueMicrotask(discardAll);
      });
      const result = await stage.commit().then(() => 'committed', (error: unknown) => (error as { code?: string }).code);
      release();
      expect([step, result, tree(root())]).toEqual([step, step === 'before' ? 'IO' : 'committed', expected]);
    }
  });

  it('is gone after discardAll while an earlier discard waits for a write', async () => {
    const stage = await stageFiles([at('new/out')]);
    const write = stage.file(at('new/out')).writeAside(Buffer.alloc(1 << 24));
    const discarded = stage.discard();
    discardAll();
    expect(tree(root())).toEqual({});
    await Promise.all([write, discarded]);
    expect(tree(root())).toEqual({});
  });

  it('leaves nothing of what it replaced when discardAll comes after the names are given', async () => {
    layOut(root(), { 'out/': '', 'out/a': 'old', 'out/b': 'old' });
    const stage = await stageFolder(at('out'), { overwrite: true });
    stage.file('data').write(bytes('new'));
    let unlinks = 0;
    const release = interceptOperations((name) => {
      if (name === 'unlink' && ++unlinks === 1) queueMicrotask(() => { discardAll(); found = tree(root()); });
    });
    let found: unknown;
    await stage.commit();
    release();
    expect(found).toEqual({ 'out/': '', 'out/data': 'new' });
  });

  it('leaves what is there alone when discardAll stops the commit of a folder that would replace it', async () => {
    layOut(root(), { 'out/': '', 'out/x': 'old' });
    const stage = await stageFolder(at('out'), { overwrite: true });
    stage.file('data').write(bytes('new'));
    const { error } = await observe(() => stage.commit(), (_, name, path) => {
      if (name === 'fsync' && isTemporary(basename(path))) queueMicrotask(discardAll);
    });
    expect([error, tree(root())]).toEqual([failure('IO', { what: 'the output was discarded before it was complete' }), { 'out/': '', 'out/x': 'old' }]);
  });

  it('removes with discardAll what an earlier discard could not remove', async () => {
    const stage = await stageFiles([at('out')]);
    stage.file(at('out'));
    const { error } = await observe(() => stage.discard(), (_, name) => (name === 'unlink' ? errnoError('EBUSY') : undefined));
    expect([error, fs.readdirSync(root()).map(isTemporary)]).toEqual([undefined, [true]]);
    discardAll();
    expect(tree(root())).toEqual({});
  });

  it('leaves none of the parent folders when one of them cannot be made', async () => {
    for (const open of [() => stageFiles([at('first/out'), at('new/deep/out')]), () => stageFolder(at('new/deep/out'))]) {
      const { error } = await observe(open, (_, name, path) => (name === 'mkdir' && basename(path) === 'deep' ? errnoError('EACCES') : undefined));
      expect([error, tree(root())]).toEqual([failure('IO', { file: at('new/deep/out') }), {}]);
    }
  });

  it('brings files, then folders to disk, then gives the name, then brings the name to disk', async () => {
    const steps: string[] = [];
    const release = interceptOperations((name, path) => {
      if (name === 'fsync' || name === 'rename' || name === 'link') steps.push(`${name} ${isTemporary(basename(path)) ? 'temporary' : basename(path)}`);
    });
    try {
      await complete(await stageFolder(at('parent/out')), (stage) => stage.file('a/b/c').write(bytes('x')));
      steps.push('--');
      await writeFile(at('file'), 'x');
    } finally {
      release();
    }
    const top = basename(root());
    expect(steps).toEqual(['fsync c', 'fsync b', 'fsync a', 'fsync temporary', 'rename out', 'fsync parent', `fsync ${top}`, '--', 'fsync temporary', 'link file', `fsync ${top}`]);
  });

  it('gives files and folders the modes that the umask leaves', async () => {
    const before = process.umask(0o027);
    try {
      await writeFile(at('new/out'), 'x');
      await complete(await stageFolder(at('folder')), (stage) => stage.file('a/b').write(bytes('x')));
    } finally {
      process.umask(before);
    }
    const mode = (path: string): string => (fs.statSync(at(path)).mode & 0o777).toString(8);
    expect(['new', 'new/out', 'folder', 'folder/a', 'folder/a/b'].map(mode)).toEqual(['750', '640', '750', '750', '640']);
  });

  it('does not follow a link that somebody puts where the temporary file goes', async () => {
    layOut(root(), { victim: 'untouched' });
    const stage = await stageFiles([at('out')]);
    const { error, openHandles } = await observe(() => stage.file(at('out')), (_, name, path) => {
      if (name === 'open') fs.symlinkSync(at('victim'), path);
    });
    await stage.discard();
    expect(error).toMatchObject({ code: 'IO', cause: { code: 'EEXIST' } });
    expect(openHandles).toBe(1); // the hook was told of an open that then failed
    expect(fs.readFileSync(at('victim'), 'utf8')).toBe('untouched');
  });

  it('commits where folders cannot be flushed', async () => {
    const { error } = await observe(() => writeFolder(at('out'), 'x'), (_, name, path) => (name === 'fsync' && fs.statSync(path).isDirectory() ? errnoError('EINVAL') : undefined));
    expect(error).toBeUndefined();
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'x' });
  });

  it('takes names of the greatest length', async () => {
    for (const name of ['x'.repeat(255), 'é'.repeat(127), '\u{1f600}'.repeat(63)]) {
      await writeFile(at(name), 'first');
      await writeFile(at(name), 'second', true);
      expect(tree(root())).toEqual({ [name]: 'second' });
      fs.rmSync(at(name));
      await writeFolder(at(name), 'first');
      await writeFolder(at(name), 'second', true);
      expect(tree(root())).toEqual({ [`${name}/`]: '', [`${name}/data`]: 'second' });
      fs.rmSync(at(name), { recursive: true });
    }
  });
});

describe('what is there already', () => {
  it('is EXISTS at once, whatever it is, and for each path of a set, before anything is written', async () => {
    layOut(root(), { 'file': 'x', 'folder/': '' });
    fs.symlinkSync(at('nowhere'), at('dangling'));
    const before = tree(root());
    for (const path of ['file', 'folder', 'dangling']) {
      await expect(stageFiles([at('new/first'), at(path)])).rejects.toThrow(failure('EXISTS', { file: at(path), message: `${at(path)}: is there already`, hint: expect.stringMatching(/--overwrite/) }));
      await expect(stageFolder(at(path))).rejects.toThrow(failure('EXISTS'));
    }
    const stage = await stageFiles([at('first')]);
    expect(() => stage.file(at('file'), { side: true })).toThrow(failure('EXISTS', { file: at('file') }));
    await stage.discard();
    expect(tree(root())).toEqual(before);
  });

  it('is never replaced by something of another kind', async () => {
    layOut(root(), { 'file': 'x', 'folder/': '', 'folder/y': 'y' });
    fs.symlinkSync(at('nowhere'), at('dangling'));
    fs.symlinkSync(at('folder'), at('link'));
    const before = tree(root());
    const refused = async (open: Promise<Stage>, what: string): Promise<void> => {
      await expect(open).rejects.toThrow(failure('EXISTS', { what }));
    };
    await refused(stageFiles([at('folder')], { overwrite: true }), 'a folder, which a file does not replace; remove it first');
    await refused(stageFiles([at('dangling')], { overwrite: true }), 'a link that leads nowhere; remove it first');
    await refused(stageFiles(['/dev/null'], { overwrite: true }), 'a device, which a file does not replace; remove it first');
    await refused(stageFolder(at('file'), { overwrite: true }), 'a file, which a folder does not replace; remove it first');
    await refused(stageFolder(at('link'), { overwrite: true }), 'a link, which a folder does not replace; remove it first');
    expect(tree(root())).toEqual(before);
  });

  it('is not replaced by a folder when something of another kind came there meanwhile', async () => {
    const stage = await stageFolder(at('out'), { overwrite: true });
    stage.file('data').write(bytes('x'));
    layOut(root(), { out: 'a file now' });
    await expect(stage.commit()).rejects.toThrow(failure('EXISTS', { what: 'a file, which a folder does not replace' }));
    expect(tree(root())).toEqual({ out: 'a file now' });
  });

  it('is never the folder that one is in', async () => {
    layOut(root(), { 'work/': '', 'work/inner/': '' });
    const before = process.cwd();
    try {
      process.chdir(at('work/inner'));
      for (const path of ['.', '..', at('work')]) await expect(stageFolder(path, { overwrite: true })).rejects.toThrow(failure('EXISTS'));
    } finally {
      process.chdir(before);
    }
    expect(tree(root())).toEqual({ 'work/': '', 'work/inner/': '' });
  });

  it('stays behind its link when the file is replaced', async () => {
    layOut(root(), { 'big/': '', 'big/file': 'old' });
    fs.symlinkSync(at('big/file'), at('link'));
    await writeFile(at('link'), 'new', true);
    expect(tree(root())).toEqual({ 'big/': '', 'big/file': 'new', 'link': '(link)' });
  });

  it('says what stands in the way when a part of the path is a file', async () => {
    layOut(root(), { file: 'x' });
    await expect(writeFile(at('file/out'), 'x')).rejects.toThrow(failure('IO', { file: at('file/out'), hint: 'a part of the path is a file' }));
    await expect(writeFolder(at('file/deep/out'), 'x')).rejects.toThrow(failure('IO', { file: at('file/deep/out') }));
  });
});

describe('of two writers', () => {
  it.each([
    ['file', writeFile, (path: string) => stageFiles([path]), (stage: Stage, path: string) => stage.file(path), { out: 'first' }],
    ['folder', writeFolder, (path: string) => stageFolder(path), (stage: Stage) => stage.file('data'), { 'out/': '', 'out/data': 'first' }],
  ])('of one %s the first to commit wins, and the other one gets EXISTS', async (_, write, open, begin, expected) => {
    const second = await open(at('out'));
    begin(second, at('out')).write(bytes('second'));
    await write(at('out'), 'first');
    await expect(second.commit()).rejects.toThrow(failure('EXISTS', { file: at('out') }));
    expect(tree(root())).toEqual(expected);
  });

  it('exactly one wins when the other one comes between the last look and the name', async () => {
    for (const [open, name, expected] of [
      [() => stageFiles([at('out')]), 'link', { out: 'other' }],
      [() => stageFolder(at('out')), 'rename', { 'out/': '', 'out/data': 'other' }],
    ] as const) {
      const stage = await open();
      stage.file(name === 'link' ? at('out') : 'data').write(bytes('mine'));
      const { error } = await observe(() => stage.commit(), (_, operation) => {
        if (operation === name) layOut(root(), expected);
      });
      expect(error).toMatchObject({ code: 'EXISTS', cause: { code: 'IO' } });
      expect(tree(root())).toEqual(expected);
      fs.rmSync(at('out'), { recursive: true });
    }
  });

  it('the last one wins when both replace', async () => {
    layOut(root(), { out: 'old' });
    const second = await stageFiles([at('out')], { overwrite: true });
    second.file(at('out')).write(bytes('second'));
    await writeFile(at('out'), 'first', true);
    await second.commit();
    expect(tree(root())).toEqual({ out: 'second' });
  });

  it('one loses also where the system has no hard links', async () => {
    const noLinks = (_: number, name: string): unknown => (name === 'link' ? errnoError('EPERM') : undefined);
    const first = await observe(() => writeFile(at('out'), 'first'), noLinks);
    expect([first.error, tree(root())]).toEqual([undefined, { out: 'first' }]);
    fs.rmSync(at('out'));
    const stage = await stageFiles([at('out')]);
    stage.file(at('out')).write(bytes('mine'));
    const second = await observe(() => stage.commit(), (ordinal, name) => {
      if (name === 'link') layOut(root(), { out: 'other' });
      return noLinks(ordinal, name);
    });
    expect([second.error, tree(root())]).toEqual([failure('EXISTS'), { out: 'other' }]);
  });
});

describe('a set of files', () => {
  const paths = (): string[] => [at('s-0'), at('s-1'), at('s-2')];

  async function fillSet(overwrite = false): Promise<Stage> {
    const stage = await stageFiles(paths(), { overwrite });
    // Begun out of order, as it may be.
    for (const index of [2, 0, 1]) stage.file(paths()[index] ?? '').write(bytes(`new ${index}`));
    stage.file(at('s.index'), { side: true }).write(bytes('new index'));
    stage.file(at('extra')).write(bytes('new extra'));
    return stage;
  }

  it('appears with its side files first and then in the order of the paths; the side files last where it replaces one', async () => {
    const shards = ['s-0', 's-1', 's-2', 'extra'];
    for (const [overwrite, operation, expected] of [[false, 'link', ['s.index', ...shards]], [true, 'rename', [...shards, 's.index']]] as const) {
      const named: string[] = [];
      const stage = await fillSet(overwrite);
      const release = interceptOperations((name, path) => void (name === operation && !isTemporary(path) && named.push(basename(path))));
      await stage.commit();
      release();
      expect(named).toEqual(expected);
    }
    expect(tree(root())).toEqual({ 's-0': 'new 0', 's-1': 'new 1', 's-2': 'new 2', 's.index': 'new index', 'extra': 'new extra' });
  });

  it('disappears again when one of it cannot get its name, for a failure or for another writer', async () => {
    for (const overwrite of [false, true]) {
      const stage = await fillSet(overwrite);
      const { error } = await observe(() => stage.commit(), (_, name, path) => ((name === 'link' || name === 'rename') && path === at('s-2') ? errnoError('EIO') : undefined));
      expect([error, tree(root())]).toEqual([failure('IO', { file: at('s-2'), what: 'cannot ' + (overwrite ? 'rename' : 'link') + ': EIO (as the test wants it)' }), {}]);
    }
    const stage = await fillSet();
    const { error } = await observe(() => stage.commit(), (_, name, path) => {
      if (name === 'link' && path === at('s-2')) layOut(root(), { 's-2': 'other' });
    });
    expect([error, tree(root())]).toEqual([failure('EXISTS', { file: at('s-2') }), { 's-2': 'other' }]);
  });

  it('does not take back a name that another file has by then', async () => {
    const stage = await fillSet();
    await observe(() => stage.commit(), (_, name, path) => {
      if (name !== 'link' || path !== at('s-2')) return undefined;
      fs.rmSync(at('s-0'));
      layOut(root(), { 's-0': 'foreign' });
      return errnoError('EIO');
    });
    expect(tree(root())).toEqual({ 's-0': 'foreign' });
  });

  it('says how much of it is in place when it could replace only a part', async () => {
    layOut(root(), { 's-0': 'old 0', 's-1': 'old 1', 's-2': 'old 2' });
    const stage = await fillSet(true);
    const { error } = await observe(() => stage.commit(), (_, name, path) => (name === 'rename' && path === at('s-1') ? errnoError('EIO') : undefined));
    expect(error).toMatchObject({ code: 'IO', file: at('s-1'), cause: { code: 'EIO' }, what: expect.stringMatching(/; 1 of 5 files are in place already$/) });
    expect(tree(root())).toEqual({ 's-0': 'new 0', 's-1': 'old 1', 's-2': 'old 2' });
  });

  it('keeps what it cannot put back, says where, and the next run puts it back, or the end of the process', async () => {
    for (const [isNameRefused, atEnd] of [[false, false], [true, false], [false, true], [true, true]]) {
      const old = { 's-0': 'old 0', 's-1': 'old 1', 's-2': 'old 2', 'extra': 'old extra' };
      layOut(root(), old);
      const stage = await fillSet(true);
      let renames = 0;
      // The last shard goes aside; then no final name is given any more, nor the temporary one that tells of old files.
      const { error } = await observe(() => stage.commit(), (_, name, path) => (name === 'rename' && ++renames > 1 && (isNameRefused || !isTemporary(path)) ? errnoError('EIO') : undefined));
      const { extra: _, ...others } = old;
      const [aside = ''] = fs.readdirSync(root()).filter(isTemporary);
      expect(tree(root())).toEqual({ ...others, [aside]: 'old extra' });
      expect(aside.endsWith('.old')).toBe(!isNameRefused);
      expect(error).toMatchObject({ code: 'IO', file: at('s-0'), cause: { code: 'EIO' }, what: expect.stringContaining(`; ${at('extra')} cannot be put back and is now ${at(aside)}`), hint: 'rename it back before the next run' });
      if (atEnd === true) discardAll();
      else await expect(stageFiles([at('extra')])).rejects.toThrow(failure('EXISTS'));
      expect(tree(root())).toEqual(old);
      for (const name of Object.keys(old)) fs.rmSync(at(name));
    }
  });

  it('puts back the old set of another number also when a new file cannot be taken back', async () => {
    const old = { 'r-0-of-3': 'old 0', 'r-1-of-3': 'old 1', 'r-2-of-3': 'old 2' };
    layOut(root(), old);
    const stage = await stageFiles([at('r-0-of-2'), at('r-1-of-2')], { overwrite: true });
    for (const name of ['r-0-of-2', 'r-1-of-2']) stage.file(at(name)).write(bytes('new'));
    stage.supersede(Object.keys(old).map(at));
    const { error } = await observe(() => stage.commit(), (_, name, path) => ((name === 'rename' && path === at('r-1-of-2')) || (name === 'unlink' && path === at('r-0-of-2')) ? errnoError('EIO') : undefined));
    expect(error).toMatchObject({ code: 'IO', what: expect.stringMatching(/; 1 of 2 files are in place already$/) });
    expect(tree(root())).toEqual({ ...old, 'r-0-of-2': 'new' });
  });

  it('keeps what it cannot put back since another file has the name by then', async () => {
    layOut(root(), { 's-0': 'old 0', 's-1': 'old 1', 's-2': 'old 2', 'extra': 'old extra' });
    const stage = await fillSet(true);
    const { error } = await observe(() => stage.commit(), (_, name, path) => {
      if (name !== 'rename' || path !== at('s-0')) return undefined;
      layOut(root(), { extra: 'foreign' });
      return errnoError('EIO');
    });
    const [aside = ''] = fs.readdirSync(root()).filter(isTemporary);
    expect(tree(root())).toMatchObject({ 'extra': 'foreign', [aside]: 'old extra' });
    expect(error).toMatchObject({ what: expect.stringContaining(at(aside)) });
  });

  it('is not committed while one of it was never begun', async () => {
    const stage = await stageFiles(paths());
    stage.file(at('s-0'));
    await expect(stage.commit()).rejects.toThrow(failure('CONTRACT', { file: at('s-1') }));
    expect(tree(root())).toEqual({});
  });

  it('gets the names that are known at the end, in the order in which it was begun', async () => {
    for (const overwrite of [false, true]) {
      const stage = await stageFiles([at('r-1-of-1')], { overwrite });
      for (const index of [1, 2, 3]) {
        const file = stage.file(at(`r-${index}-of-${index}`));
        file.write(bytes(`part ${index}`));
        await file.finish();
      }
      for (const index of [1, 2, 3]) stage.rename(at(`r-${index}-of-${index}`), at(`r-${index}-of-3`));
      const named: string[] = [];
      const release = interceptOperations((name, path) => void ((name === 'link' || name === 'rename') && !isTemporary(path) && named.push(basename(path))));
      await stage.commit();
      release();
      expect(named).toEqual(['r-1-of-3', 'r-2-of-3', 'r-3-of-3']);
      expect(tree(root())).toEqual({ 'r-1-of-3': 'part 1', 'r-2-of-3': 'part 2', 'r-3-of-3': 'part 3' });
    }
  });

  it('supersedes a set of other names with overwrite only', async () => {
    const stage = await stageFiles(paths());
    expect(() => stage.supersede([at('s-3')])).toThrow(failure('CONTRACT', { file: at('s-3') }));
    await stage.discard();
  });

  it('takes no other name that is taken, is elsewhere or is for a file that was never begun', async () => {
    layOut(root(), { there: 'old' });
    const stage = await stageFiles(paths());
    for (const path of paths()) stage.file(path).write(bytes('new'));
    expect(() => stage.rename(at('s-0'), at('there'))).toThrow(failure('EXISTS', { file: at('there') }));
    expect(() => stage.rename(at('s-0'), at('s-1'))).toThrow(failure('EXISTS'));
    expect(() => stage.rename(at('s-0'), at('deep/s-0'))).toThrow(failure('CONTRACT', { file: at('s-0') }));
    expect(() => stage.rename(at('nothing'), at('x'))).toThrow(failure('CONTRACT', { file: at('nothing') }));
    stage.rename(at('s-0'), at('first'));
    await stage.commit();
    expect(() => stage.rename(at('first'), at('x'))).toThrow(failure('CONTRACT'));
    expect(tree(root())).toEqual({ 'there': 'old', 'first': 'new', 's-1': 'new', 's-2': 'new' });
  });

  it('does not begin one file twice, nor no file at all', async () => {
    const stage = await stageFiles([at('s-0')]);
    stage.file(at('s-0'));
    expect(() => stage.file(at('x/../s-0'))).toThrow(failure('EXISTS'));
    await stage.discard();
    await expect(stageFiles([])).rejects.toThrow(failure('CONTRACT'));
  });
});

describe('a folder', () => {
  it('takes no name that leads out of it', async () => {
    const stage = await stageFolder(at('out'));
    for (const name of ['../x', 'a/../../x', '/x', 'a//b', './x', '', 'a/', 'a\\b', 'a\0b', '..']) expect(() => stage.file(name)).toThrow(failure('CONTRACT'));
    await stage.discard();
    expect(tree(root())).toEqual({});
  });

  it('takes no name twice', async () => {
    const stage = await stageFolder(at('out'));
    stage.file('a/b');
    expect(() => stage.file('a/b')).toThrow(failure('EXISTS', { message: `${at('out/a/b')}: written twice` }));
    await stage.discard();
  });

  it('holds no more files open than are not finished', async () => {
    const { openHandles, operations } = await observe(async () => {
      await complete(await stageFolder(at('out')), async (stage) => {
        for (let index = 0; index < 50; index++) {
          const file = stage.file(`${index % 5}/${index}`);
          file.write(bytes(String(index)));
          await file.finish();
        }
      });
    });
    expect([openHandles, operations.filter((name) => name === 'mkdir').length]).toEqual([0, 6]);
    expect(Object.keys(tree(at('out'))).length).toBe(55);
  });

  it('removes what it replaced without following links out of it', async () => {
    layOut(root(), { 'out/': '', 'out/x': 'old', 'outside/': '', 'outside/keep': 'keep' });
    fs.symlinkSync(at('outside'), at('out/link'));
    await writeFolder(at('out'), 'new', true);
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'new', 'outside/': '', 'outside/keep': 'keep' });
  });

  it('puts the replaced one back when its own name is refused', async () => {
    layOut(root(), { 'out/': '', 'out/x': 'old' });
    let renames = 0;
    const { error } = await observe(() => writeFolder(at('out'), 'new', true), (_, name) => (name === 'rename' && ++renames === 2 ? errnoError('EIO') : undefined));
    expect(error).toMatchObject({ code: 'IO', cause: { code: 'EIO' } });
    expect(tree(root())).toEqual({ 'out/': '', 'out/x': 'old' });
  });

  it('says where the replaced one is when it cannot be put back, and the next run puts it back', async () => {
    layOut(root(), { 'out/': '', 'out/x': 'old' });
    let renames = 0;
    const { error } = await observe(() => writeFolder(at('out'), 'new', true), (_, name) => (name === 'rename' && ++renames >= 2 ? errnoError('EIO') : undefined));
    const [aside] = fs.readdirSync(root());
    expect(error).toMatchObject({ code: 'IO', message: expect.stringContaining(aside ?? 'no folder'), hint: 'the next run puts it back' });
    discardAll();
    await expect(stageFolder(at('out'))).rejects.toThrow(failure('EXISTS'));
    expect(tree(root())).toEqual({ 'out/': '', 'out/x': 'old' });
  });
});
