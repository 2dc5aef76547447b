import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../src/index.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-create-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

/** Runs the command there: the exit code and all that it said. */
function create(...argv: readonly string[]): { code: number; stdout: string; stderr: string } {
  let [stdout, stderr] = ['', ''];
  const code = main(argv, { stdout: (text) => { stdout += text; }, stderr: (text) => { stderr += text; }, cwd: folder });
  return { code, stdout, stderr };
}

describe('create-adapter', () => {
  it('makes a folder with the name of the package, and says what comes next', () => {
    const { code, stdout, stderr } = create('foo');
    expect([code, stderr]).toEqual([0, '']);
    expect(readdirSync(folder)).toEqual(['imgstore-adapter-foo']);
    expect(JSON.parse(readFileSync(join(folder, 'imgstore-adapter-foo/package.json'), 'utf8')).name).toBe('imgstore-adapter-foo');
    expect(stdout).toBe([
      'made  imgstore-adapter-foo: 11 files in imgstore-adapter-foo', 'next  cd imgstore-adapter-foo', '      npm install', '      npm test',
      'then  make the format yours: src/wire.ts, src/mapping.ts; and choose its licence: package.json says UNLICENSED', '',
    ].join('\n'));
  });

  it('leaves the scope out of the name of the folder', () => {
    expect(create('@org/imgstore-adapter-foo').code).toBe(0);
    expect(readdirSync(folder)).toEqual(['imgstore-adapter-foo']);
  });

  it.each([[['foo', '--dir', 'a/b']], [['--dir=a/b', 'foo']]])('makes the folder that --dir names: %j', (argv) => {
    expect(create(...argv).code).toBe(0);
    expect(readdirSync(join(folder, 'a/b'))).toContain('package.json');
  });

  it('fills a folder that is there and empty', () => {
    expect(create('foo', '--dir', '.').code).toBe(0);
    expect(readdirSync(folder)).toContain('package.json');
  });

  it.each(['--help', '-h'])('%s says how it is used', (flag) => {
    const { code, stdout } = create(flag);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^npm create @imgstore\/adapter NAME/);
    for (const option of ['--dir', '--help', '--version', 'Exit codes']) expect(stdout).toContain(option);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--version says the version of the package', () => {
    expect(create('--version').stdout).toBe(`create-adapter ${JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')).version}\n`);
  });

  it.each<[readonly string[], string]>([
    [[], 'the name of the format is missing'],
    [['foo', 'bar'], 'one name is expected, 2 are given: "foo", "bar"'],
    [['foo', '--template', 'x'], 'unknown option "--template"; known: --dir, --help, --version'],
    [['foo', '--dir'], '--dir needs a folder'],
    [['foo', '--dir='], '--dir needs a folder'],
    [['foo', '--dir', 'a', '--dir', 'b'], '--dir is given twice'],
    [['tfrecord'], 'comes with imgstore'],
  ])('answers %j with one line and exit code 2, and makes nothing', (argv, said) => {
    const { code, stdout, stderr } = create(...argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error\[BAD_OPTION\]: [^\n]+\n$/);
    expect(stderr).toContain(said);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a folder that is not empty, and a file, and leaves them as they are', () => {
    mkdirSync(join(folder, 'full'));
    writeFileSync(join(folder, 'full/mine'), 'mine');
    writeFileSync(join(folder, 'file'), 'mine');
    expect(create('foo', '--dir', 'full')).toEqual({ code: 7, stdout: '', stderr: 'error[EXISTS]: full: the folder is not empty; choose another with --dir\n' });
    expect(create('foo', '--dir', 'file')).toEqual({ code: 7, stdout: '', stderr: 'error[EXISTS]: file: a file is there; choose another folder with --dir\n' });
    expect([readdirSync(folder), readdirSync(join(folder, 'full'))]).toEqual([['file', 'full'], ['mine']]);
  });

  it('says why it cannot write, and leaves nothing', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(create('foo', '--dir', 'file/below')).toEqual({ code: 7, stdout: '', stderr: expect.stringMatching(/^error\[(IO|EXISTS)\]: file\/below: [^\n]+\n$/) });
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
