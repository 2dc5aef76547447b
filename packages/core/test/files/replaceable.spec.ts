import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireReplaceable } from '../../src/files/index.js';
import type { FolderMember } from '../../src/files/index.js';
import { useFolder } from './helpers.js';
import { layOut } from './scenarios.js';

const root = useFolder();
const isOwn = ({ name, kind }: FolderMember): boolean => kind === 'folder' ? name !== 'other' : kind === 'file' && name.endsWith('.x');
const check = (location: string, signal?: AbortSignal): Promise<void> => requireReplaceable(location, { format: 'x', called: 'x', isOwn, signal });

describe('requireReplaceable', () => {
  it('lets pass a folder that holds nothing but the store, and where no folder is', async () => {
    layOut(root(), { 'store/': '', 'store/a.x': '', 'store/sub/': '', 'store/sub/b.x': '', 'store/empty/': '', 'file': '' });
    symlinkSync(root(), join(root(), 'link'));
    for (const name of ['store', 'store/', 'file', 'link', 'nothing']) await expect(check(join(root(), name))).resolves.toBeUndefined();
  });

  it.each([
    ['a file of another kind, however deep', ['sub/', 'sub/deep/', 'sub/deep/notes.txt'], 'sub/deep/notes.txt'],
    ['a folder that is not its own', ['other/', 'other/a.x'], 'other'],
  ])('refuses %s, and names it', async (_, paths, named) => {
    layOut(root(), { 'store/': '', 'store/a.x': '', ...Object.fromEntries(paths.map((path) => [`store/${path}`, ''])) });
    const location = join(root(), 'store');
    await expect(check(location)).rejects.toMatchObject({ code: 'EXISTS', format: 'x', location, what: `the folder holds "${named}", which is no x, and would be removed with it`, hint: 'give a new folder, or move that away' });
  });

  it('refuses a link, and a name that is not UTF-8', async () => {
    layOut(root(), { 'linked/': '', 'linked/a.x': '', 'named/': '' });
    symlinkSync('a.x', join(root(), 'linked/b.x'));
    writeFileSync(Buffer.concat([Buffer.from(join(root(), 'named/')), Buffer.from([0xff]), Buffer.from('.x')]), '');
    await expect(check(join(root(), 'linked'))).rejects.toMatchObject({ code: 'EXISTS', what: expect.stringContaining('"b.x"') });
    await expect(check(join(root(), 'named'))).rejects.toMatchObject({ code: 'EXISTS', what: expect.stringContaining('xff.x"') });
  });
});
