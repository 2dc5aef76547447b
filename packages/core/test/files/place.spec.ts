import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf, stageFiles, stageFolder } from '../../src/files/index.js';
import { complete, layOut } from './scenarios.js';
import { declareDead, tree, useFolder } from './helpers.js';

const root = useFolder();
/** `join` would take `..` away. */
const at = (path: string): string => `${root()}/${path}`;
const bytes = (text: string): Uint8Array => Buffer.from(text);
/** Windows takes `..` away before it looks at anything, so that no folder is needed for it. */
const posix = process.platform === 'win32' ? it.skip : it;

describe('the path of an output', () => {
  posix('leads where the system finds it, also where `..` follows a link (on Windows it is what stands before the link)', async () => {
    layOut(root(), { 'w/': '', 'w/a': 'mine', 'w/db/': '', 'w/db/data': 'mine', 'else/': '', 'else/d/': '' });
    symlinkSync(at('else/d'), at('w/x'));
    for (const overwrite of [false, true]) {
      await complete(await stageFiles([at('w/x/../a')], { overwrite }), (stage) => stage.file(at('w/x/../a')).write(bytes('new')));
      await complete(await stageFolder(at('w/x/../db'), { overwrite }), (stage) => stage.file('data').write(bytes('new')));
    }
    expect(tree(root())).toEqual({ 'w/': '', 'w/a': 'mine', 'w/db/': '', 'w/db/data': 'mine', 'w/x': '(link)', 'else/': '', 'else/d/': '', 'else/a': 'new', 'else/db/': '', 'else/db/data': 'new' });
  });

  posix('is the same for what a set gets beyond its first file (on Windows it is what stands before the link)', async () => {
    layOut(root(), { 'else/': '', 'else/d/': '', 's-0': 'mine', 'old': 'mine', 'else/old': 'replaced' });
    symlinkSync(at('else/d'), at('x'));
    const stage = await stageFiles([at('x/../s')], { overwrite: true });
    await complete(stage, () => {
      stage.file(at('x/../s')).write(bytes('s'));
      stage.file(at('x/../s.idx'), { side: true }).write(bytes('i'));
      stage.rename(at('x/../s'), at('x/../s-0'));
      stage.supersede([at('x/../old')]);
    });
    expect(tree(root())).toEqual({ 'else/': '', 'else/d/': '', 'else/s-0': 's', 'else/s.idx': 'i', 's-0': 'mine', 'old': 'mine', 'x': '(link)' });
  });

  posix('is where leftovers are looked for (on Windows it is what stands before the link)', async () => {
    layOut(root(), { 'else/': '', 'else/d/': '' });
    symlinkSync(at('else/d'), at('x'));
    const dead = await stageFiles([at('x/../a')]);
    dead.file(at('x/../a'));
    declareDead(at('else'));
    const stage = await stageFiles([at('x/../a')]);
    expect(Object.keys(tree(root()))).toEqual(['else/', 'else/d/', 'x']);
    await stage.discard();
    await dead.discard();
  });

  posix.each(['missing/../a', 'a/../a', 'new/deep/../../a', 'dangling/../a', 'missing/..', 'missing/../..'])('is refused with `..` behind what is no folder: %s (Windows does not look)', async (path) => {
    layOut(root(), { a: 'mine' });
    symlinkSync(at('nowhere'), at('dangling'));
    const refusal = { code: 'NOT_FOUND', file: at(path), what: expect.stringMatching(/^there is no folder ".*(missing|a|deep|dangling)", so that "\.\." behind it leads nowhere$/) };
    await expect(stageFiles([at(path)], { overwrite: true })).rejects.toMatchObject(refusal);
    await expect(stageFolder(at(path), { overwrite: true })).rejects.toMatchObject(refusal);
    expect(() => placeOf(at(path))).toThrow(expect.objectContaining(refusal));
    expect(tree(root())).toEqual({ a: 'mine', dangling: '(link)' });
  });

  it.each(['a/', 'a/.', 'a//'])('is refused with a slash behind a file: %s', async (path) => {
    layOut(root(), { a: 'mine' });
    const refusal = { code: 'BAD_OPTION', file: at(path), hint: 'leave the slash out' };
    for (const overwrite of [false, true]) {
      await expect(stageFiles([at(path)], { overwrite })).rejects.toMatchObject(refusal);
      await expect(stageFiles([at(path.replace('a', 'new'))], { overwrite })).rejects.toMatchObject({ ...refusal, file: at(path.replace('a', 'new')) });
    }
    await expect(stageFolder(at(path), { overwrite: true })).rejects.toMatchObject(refusal);
    expect(tree(root())).toEqual({ a: 'mine' });
  });

  it('may end in a slash where it is a folder, which a link behind it does not become', async () => {
    await complete(await stageFolder(at('new/db/')), (stage) => stage.file('data').write(bytes('x')));
    expect(readFileSync(at('new/db/data'), 'latin1')).toBe('x');
    symlinkSync(at('new/db'), at('link'));
    for (const path of ['link', 'link/', 'link/.']) await expect(stageFolder(at(path), { overwrite: true })).rejects.toMatchObject({ code: 'EXISTS', what: 'a link, which a folder does not replace; remove it first' });
  });

  it('begins in the current folder', () => {
    const before = process.cwd();
    mkdirSync(at('here'));
    try {
      process.chdir(at('here'));
      expect([placeOf('a'), placeOf('./b/c'), placeOf('../d'), placeOf('..'), placeOf('.')]).toEqual([join(root(), 'here', 'a'), join(root(), 'here', 'b', 'c'), join(root(), 'd'), root(), join(root(), 'here')]);
    } finally {
      process.chdir(before);
    }
  });
});
