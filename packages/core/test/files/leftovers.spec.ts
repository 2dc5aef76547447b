import fs from 'node:fs';
import { join } from 'node:path';
import { stageFiles, stageFolder } from '../../src/files/index.js';
import { complete, layOut } from './scenarios.js';
import { declareDead, errnoError, isTemporary, observe, tree, useFolder } from './helpers.js';

const root = useFolder();
const at = (path: string): string => join(root(), path);
const temporaryNames = (): string[] => fs.readdirSync(root()).filter(isTemporary).sort();

/** A temporary name for a final one, as this process makes it, with parts of it changed. */
async function nameFor(finalName: string, change: (name: string) => string = (name) => name): Promise<string> {
  const stage = await stageFiles([at(finalName)]);
  stage.file(at(finalName));
  const [name] = temporaryNames();
  await stage.discard();
  return change(name ?? '');
}

async function writeFile(): Promise<void> {
  await complete(await stageFiles([at('out')]), (stage) => stage.file(at('out')).write(Buffer.from('new')));
}

async function writeFolder(overwrite: boolean): Promise<void> {
  await complete(await stageFolder(at('out'), { overwrite }), (stage) => stage.file('data').write(Buffer.from('new')));
}

/** What a process leaves that dies while it replaces the folder `out`, just before its nth rename. */
async function dieWhileReplacing(renamesDone: number): Promise<void> {
  layOut(root(), { 'out/': '', 'out/data': 'old' });
  let renames = 0;
  let dead = false;
  await observe(() => writeFolder(true), (_, name) => {
    dead ||= name === 'rename' && ++renames > renamesDone;
    dead ||= renames === renamesDone && name === 'fsync' && renamesDone === 2;
    return dead ? new Error('dead') : undefined;
  });
  declareDead(root());
}

describe('temporary names of dead processes', () => {
  it('are removed, files and folders, when an output of the same final name begins', async () => {
    const name = await nameFor('out');
    layOut(root(), { [name]: 'half', [`${name.slice(0, -1)}x`]: 'not one of ours' });
    declareDead(root());
    layOut(root(), { 'out.other': '' });
    const stage = await stageFiles([at('out')]);
    expect(temporaryNames()).toEqual([expect.stringMatching(/x$/)]);
    await stage.discard();
  });

  it('are removed for a side file too', async () => {
    layOut(root(), { [await nameFor('out.index')]: 'half' });
    declareDead(root());
    const stage = await stageFiles([at('out')]);
    expect(temporaryNames().length).toBe(1);
    stage.file(at('out.index'), { side: true });
    await stage.discard();
    expect(tree(root())).toEqual({});
  });

  it('are removed behind the link that an output goes through', async () => {
    layOut(root(), { [await nameFor('out')]: 'half', 'out': 'old', 'elsewhere/': '' });
    declareDead(root());
    fs.symlinkSync(at('out'), at('elsewhere/link'));
    await (await stageFiles([at('elsewhere/link')], { overwrite: true })).discard();
    expect(temporaryNames()).toEqual([]);
  });

  it('stay when they belong to another final name', async () => {
    const name = await nameFor('out.bin');
    layOut(root(), { [name]: 'half' });
    declareDead(root());
    const before = temporaryNames();
    for (const path of ['out', 'out.bin.x', 'bin', 'o']) await (await stageFiles([at(path)])).discard();
    expect(temporaryNames()).toEqual(before);
  });

  it('do not stop an output when they cannot be removed', async () => {
    layOut(root(), { [await nameFor('out')]: 'half' });
    declareDead(root());
    const { error } = await observe(() => writeFile(), (_, name, path) => (name === 'unlink' && isTemporary(path) ? errnoError('EACCES') : undefined));
    expect(error).toBeUndefined();
    expect(fs.readFileSync(at('out'), 'utf8')).toBe('new');
  });

  it('do not stop an output when the folder may be written but not listed', async () => {
    const { error } = await observe(() => writeFile(), (_, name) => (name === 'readdir' ? errnoError('EACCES') : undefined));
    expect([error, tree(root())]).toEqual([undefined, { out: 'new' }]);
  });
});

describe('temporary names of processes that may live', () => {
  it.each([
    ['this process', (name: string) => name],
    ['a process of another machine', (name: string) => name.replace(/imgstore-[0-9a-f]{8}-\d+/, 'imgstore-00000000-999999999')],
    ['a process that cannot be told from its namesake', (name: string) => name.replace(/-\d+-[0-9a-z]+-/, `-${process.ppid}-0-`)],
  ])('stay when they are those of %s', async (_, change) => {
    const name = await nameFor('out', change);
    layOut(root(), { [name]: 'being written' });
    await (await stageFiles([at('out')])).discard();
    expect(tree(root())).toEqual({ [name]: 'being written' });
  });

  // Only Linux tells when a process began.
  (process.platform === 'linux' ? it : it.skip)('are known to be dead when their number went to a process that began at another time (on Linux only)', async () => {
    layOut(root(), { [await nameFor('out', (name) => name.replace(/-\d+-[0-9a-z]+-/, `-${process.ppid}-1-`))]: 'half' });
    await (await stageFiles([at('out')])).discard();
    expect(tree(root())).toEqual({});
  });
});

describe('a folder whose replacement was cut short', () => {
  it('is put back by the next run when nothing took its place', async () => {
    await dieWhileReplacing(1);
    expect([fs.existsSync(at('out')), temporaryNames().length]).toEqual([false, 2]);
    await expect(stageFolder(at('out'))).rejects.toThrow(expect.objectContaining({ code: 'EXISTS' }));
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'old' });
  });

  it('is put back also before a file is written to its name', async () => {
    await dieWhileReplacing(1);
    await expect(stageFiles([at('out')], { overwrite: true })).rejects.toThrow(expect.objectContaining({ code: 'EXISTS' }));
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'old' });
  });

  it('is removed by the next run when its successor is in place', async () => {
    await dieWhileReplacing(2);
    expect([fs.readFileSync(at('out/data'), 'utf8'), temporaryNames().length]).toEqual(['new', 1]);
    await expect(stageFolder(at('out'))).rejects.toThrow(expect.objectContaining({ code: 'EXISTS' }));
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'new' });
  });

  it('stays aside while it cannot be put back, and the run is refused', async () => {
    await dieWhileReplacing(1);
    const { error } = await observe(() => stageFolder(at('out')), (_, name) => (name === 'rename' ? errnoError('EIO') : undefined));
    expect(error).toMatchObject({ code: 'IO', file: at('out') });
    expect(temporaryNames().some((name) => name.endsWith('.old'))).toBe(true);
    await writeFolder(true);
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'new' });
  });

  it('comes before older ones that could not be removed', async () => {
    await dieWhileReplacing(1);
    const [name] = temporaryNames().filter((each) => each.endsWith('.old'));
    const older = (name ?? '').replace(/[0-9a-f]{12}\.old$/, 'ffffffffffff.old');
    layOut(root(), { [`${older}/`]: '', [`${older}/data`]: 'older' });
    // A rename sets the time of the status change, which tells what was moved last; some systems count it in steps of 10 ms.
    while (fs.statSync(at(name ?? '')).ctimeMs <= fs.statSync(at(older)).ctimeMs) {
      fs.renameSync(at(name ?? ''), at('for a moment'));
      fs.renameSync(at('for a moment'), at(name ?? ''));
    }
    await expect(stageFolder(at('out'))).rejects.toThrow(expect.objectContaining({ code: 'EXISTS' }));
    expect(tree(root())).toEqual({ 'out/': '', 'out/data': 'old' });
  });
});
