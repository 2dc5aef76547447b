import fs, { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG, readConfig } from '../src/plugins/config.js';
import { run } from './helpers/run.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const failure = (errno: string): Error => Object.assign(new Error(`${errno}: as the test wants it`), { code: errno });

/** The next call of each of these functions is refused by the system. */
function deny(...names: readonly ('statSync' | 'lstatSync' | 'readFileSync')[]): void {
  for (const name of names) jest.spyOn(fs, name).mockImplementationOnce(() => { throw failure('EACCES'); });
}

describe('imgstore.config.json', () => {
  it('declares nothing where the folder does not let it be looked for', () => {
    writeFileSync(join(folder, CONFIG), '{"plugins": ["foo"]}');
    expect(readConfig(folder)).toEqual(['foo']);
    deny('statSync', 'lstatSync');
    expect(readConfig(folder)).toEqual([]);
  });

  it.each([['it', 'readFileSync'], ['what it leads to', 'statSync']] as const)('is an error where it is there, and %s may not be read', (_, name) => {
    writeFileSync(join(folder, 'other.json'), '{}');
    symlinkSync(join(folder, 'other.json'), join(folder, CONFIG));
    deny(name);
    expect(() => readConfig(folder)).toThrow(expect.objectContaining({ code: 'IO', message: 'imgstore.config.json: cannot be read: EACCES' }) as Error);
  });
});

describe('a current folder that was deleted', () => {
  it.each([['formats'], ['inspect', '/a/store'], ['convert', '/a/store', '/b.tfrecord'], ['plugins', 'list']])('is told in one clear line: %s', async (...argv) => {
    jest.spyOn(process, 'cwd').mockImplementation(() => { throw failure('ENOENT'); });
    expect(await run(argv)).toEqual({
      code: 3, stdout: '', stderr: 'error[IO]: the current folder cannot be found: ENOENT\n  it was deleted, or what holds it was: go to one that is there\n',
    });
  });

  it('does not keep the help and the version from being shown', async () => {
    jest.spyOn(process, 'cwd').mockImplementation(() => { throw failure('ENOENT'); });
    for (const flag of ['--help', '--version']) expect(await run([flag])).toMatchObject({ code: 0, stderr: '' });
  });
});
