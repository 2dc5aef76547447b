import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImgstoreError } from '@imgstore/core';
import { run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { toyAdapter, toyBuiltin, toyText } from './helpers/toy.js';
import type { ToyLine } from './helpers/toy.js';

const builtins = [toyBuiltin(toyAdapter('toy')), toyBuiltin(toyAdapter('plain'))];

/** A PNG header that says 6 by 4, RGB, 8 bit. */
const PNG = '89504e470d0a1a0a0000000d49484452000000060000000408020000000000000000000000';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

function store(lines: readonly ToyLine[], format = 'toy'): string {
  const path = join(folder, 'store');
  writeFileSync(path, toyText(format, lines));
  return path;
}

describe('inspect', () => {
  it('says the format with its evidence, the roles, the features and the first samples', async () => {
    const path = store([
      { key: 'a', label: 3, className: 'cup', image: PNG, features: { site: 'north' } },
      { key: 'b', label: 4, features: { site: 'south', 'odd\u001b[31m': 'x\u001b[0m' } },
    ]);
    const { code, stdout, stderr } = await run(['inspect', path], { builtins });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe([
      'toy       2 samples, keys are stored',
      'detected  by the first line (certain)',
      'images    png',
      'labels    2 different, from 3 to 4',
      'classes   3 "cup"',
      'note      a toy',
      '',
      'feature        kind     length  present  example',
      '@image         png              1/2      PNG 6x4x3, 37 B',
      '@label         integer          2/2      3',
      '@class         text             1/2      "cup"',
      'site           bytes    1       2/2      "north"',
      'odd\\u001b[31m  bytes    1       1/2      5 B: 78 1b 5b 30 6d',
      'present: in the first 2 samples',
      '',
      'key  label  class  image',
      '"a"  3      "cup"  PNG 6x4x3, 37 B',
      '"b"  4      -      -', '',
    ].join('\n'));
  });

  it('counts presence over --scan samples and shows --samples of them', async () => {
    const path = store(Array.from({ length: 30 }, (_, i) => ({ key: `k${i}`, label: i })));
    const twenty = await run(['inspect', path], { builtins });
    expect(twenty.stdout).toContain('20/20');
    expect(twenty.stdout.match(/^"k\d+"/gm)).toHaveLength(3);
    const all = await run(['inspect', path, '--scan', '100', '--samples=7'], { builtins });
    expect(all.stdout).toContain('30/30');
    expect(all.stdout.match(/^"k\d+"/gm)).toHaveLength(7);
  });

  it('does not list how many labels there are beside the one that there is', async () => {
    const path = store(Array.from({ length: 30 }, (_, i) => ({ key: `k${i}`, label: 0 })));
    expect((await run(['inspect', path], { builtins })).stdout).toContain('\nlabels    0 (the only one in the first 20 samples)\n');
    expect((await run(['inspect', path, '--scan', '30'], { builtins })).stdout).toContain('\nlabels    0 (the only one)\n');
  });

  it('gives JSON of its schema', async () => {
    const { code, stdout, stderr } = await run(['inspect', store([{ key: 'a', label: 3, image: PNG, features: { site: 'north' } }]), '--json'], { builtins });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document: unknown = JSON.parse(stdout);
    expectSchema('inspect', document);
    expect(document).toMatchObject({
      format: 'toy', count: 1, scanned: 1, detected: { evidence: 'the first line', certain: true, others: [] },
      features: [{ name: 'site', kinds: ['bytes'], length: { min: 1, max: 1 }, present: 1, example: '"north"' }],
      samples: [{ key: 'a', label: 3, image: 'PNG 6x4x3, 37 B', features: { site: '"north"' } }],
    });
  });

  it('shows what came before a damaged sample, then the error', async () => {
    const path = store([{ key: 'a', label: 1 }, { key: 'b', isBad: true }]);
    const text = await run(['inspect', path], { builtins });
    expect(text.code).toBe(5);
    expect(text.stdout).toContain('"a"');
    expect(text.stderr).toBe(`error[CORRUPT]: ${path}, record 1: a bad line\n`);
    const json = await run(['inspect', path, '--json'], { builtins });
    expect(json.code).toBe(5);
    expectSchema('inspect', JSON.parse(json.stdout));
    expectSchema('error', JSON.parse(json.stderr));
  });

  it('lets --from decide without asking the content', async () => {
    const { stdout } = await run(['inspect', store([{ key: 'a' }], 'other'), '--from', 'toy'], { builtins });
    expect(stdout).toMatch(/^toy +1 sample,/);
    expect(stdout).not.toContain('detected');
  });

  it('says which other formats claim the content, the certain one first', async () => {
    const unsure = { ...toyAdapter('unsure'), detect: () => Promise.resolve({ certain: false, evidence: 'a feeling' }) };
    const { stdout } = await run(['inspect', store([{ key: 'a' }])], { builtins: [toyBuiltin(unsure), ...builtins] });
    expect(stdout).toContain('by the first line (certain)');
    expect(stdout).toContain('unsure would read it: --from NAME');
  });
});

describe('a source that no format claims', () => {
  const contents: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['an empty file', '', 'an empty file'],
    ['an HTML page', '<!DOCTYPE html><p>not found', 'an HTML or XML page, as a failed download leaves one'],
    ['a git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', 'a git-LFS pointer: the file itself was not fetched (git lfs pull)'],
    ['one image', Buffer.from(PNG, 'hex'), 'one PNG image'],
    ['anything else', Uint8Array.from({ length: 20 }, (_, i) => i + 250), 'unknown content'],
  ];
  it.each(contents)('is named when it is %s', async (_, bytes, look) => {
    const path = join(folder, 'x');
    writeFileSync(path, bytes);
    const { code, stderr } = await run(['inspect', path], { builtins });
    expect(code).toBe(4);
    const hex = Buffer.from(bytes).subarray(0, 16).toString('hex').replace(/..(?=.)/g, '$& ');
    expect(stderr).toBe(`error[NOT_A_STORE]: ${path}: ${look}${hex && `, which begins ${hex}`}; looked for toy (a first line); plain (a first line)\n`
      + '  if you know what it is, say so with --from NAME\n');
  });

  it('is named when it is a folder', async () => {
    writeFileSync(join(folder, 'a.txt'), '');
    const { code, stderr } = await run(['inspect', folder], { builtins });
    expect(code).toBe(4);
    expect(stderr).toMatch(/a folder with ".*a\.txt"; looked for toy \(a first line\); plain/);
  });

  it.each([['missing'], ['missing-*'], ['missing@4']])('is NOT_FOUND when it is not there: %s', async (name) => {
    const { code, stderr } = await run(['inspect', join(folder, name)], { builtins });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error\[NOT_FOUND\]: /);
  });

  it('is looked at by the formats that are installed', async () => {
    const path = store([{ key: 'a' }], 'plain');
    const absent = { ...toyBuiltin(toyAdapter('toy')), load: () => Promise.reject(new Error('no such package')), manifest: () => { throw new Error('no such package'); } };
    expect((await run(['inspect', path], { builtins: [absent, ...builtins.slice(1)] })).code).toBe(0);
    expect((await run(['inspect', path], { builtins: [absent] })).stderr).toContain('looked for toy (not installed)');
    expect((await run(['inspect', path, '--from', 'toy'], { builtins: [absent] })).code).toBe(4);
  });

  it('must be said for standard input', async () => {
    const { code, stderr } = await run(['inspect', '-'], { builtins });
    expect(code).toBe(2);
    expect(stderr).toBe('error[BAD_OPTION]: the format of standard input cannot be told\n  say it with --from NAME\n');
  });

  it.each([['inspect', '-'], ['extract', '-', 'a-key'], ['convert', '-', 'never.tfrecord']])('is none of standard input where its manifest does not say that it streams: %s', async (...argv) => {
    for (const format of ['lmdb', 'npy', 'images']) {
      expect(await run([...argv, '--from', format])).toEqual({
        code: 5, stdout: '', stderr: `error[UNSUPPORTED]: ${format} is read from files, not from standard input\n  put what comes there into a file or folder, and name that\n`,
      });
    }
  });
});

describe('a set of files', () => {
  it.each([['part-*'], ['part@2']])('is recognised by its first file: %s', async (name) => {
    for (const index of [0, 1]) writeFileSync(join(folder, `part-0000${index}-of-00002`), toyText('toy', [{ key: `k${index}` }]));
    // The toy cannot read sets: that it was asked to is what this test is about.
    const { code, stderr } = await run(['inspect', join(folder, name)], { builtins });
    expect(code).toBe(3);
    expect(stderr).toBe(`error[NOT_FOUND]: ${join(folder, name)}: no such file or folder\n`);
  });
});

describe('options of the source', () => {
  it.each([
    ['colour=rgb', 'toy: option "colour" is not known\n  did you mean "color"? known: color, limit, shards'],
    ['color=rbg', 'toy: option "color" is "rbg", expected one of rgb, bgr\n  did you mean "rgb"?'],
    ['shards=2', 'toy: option "shards" is for writing only'],
    ['limit=many', 'toy: option "limit" is "many", expected a number of bytes, e.g. 64MiB'],
    ['__proto__=x', 'toy: option "__proto__" is not known'],
  ])('are checked: %s', async (pair, message) => {
    const { code, stderr } = await run(['inspect', store([{ key: 'a' }]), '--src-opt', pair], { builtins });
    expect(code).toBe(2);
    expect(stderr.startsWith(`error[BAD_OPTION]: ${message}`)).toBe(true);
  });

  it('reach the adapter converted, with their defaults', async () => {
    const given: unknown[] = [];
    const toy = toyAdapter('toy');
    const spy = { ...toy, store: (location: string, options?: object) => { given.push(options); return toy.store(location); } };
    await run(['inspect', store([{ key: 'a' }]), '--src-opt', 'limit=2KiB'], { builtins: [toyBuiltin(spy)] });
    expect(given).toEqual([{ color: 'rgb', limit: 2048 }]);
  });
});

describe('an internal error', () => {
  const broken = { ...toyAdapter('toy'), store: () => { throw new TypeError('x is undefined'); } };

  it('is one line with the way to report it, and exit code 70', async () => {
    const { code, stderr } = await run(['inspect', store([{ key: 'a' }])], { builtins: [toyBuiltin(broken)] });
    expect(code).toBe(70);
    expect(stderr).toBe('internal error: x is undefined; this is a bug of imgstore: report it with the command line (npm bugs imgstore)\n');
  });

  it('has its stack trace with --verbose only', async () => {
    const { stderr } = await run(['inspect', store([{ key: 'a' }]), '-v'], { builtins: [toyBuiltin(broken)] });
    expect(stderr.split('\n').length).toBeGreaterThan(3);
    expect(stderr).toContain('inspect.spec');
  });

  it('adds the causes of a known error with --verbose', async () => {
    const failing = { ...toyAdapter('toy'), store: () => { throw new ImgstoreError('IO', 'cannot read', { location: 'x', cause: new Error('EIO: i/o error') }); } };
    const { code, stderr } = await run(['inspect', store([{ key: 'a' }]), '-v'], { builtins: [toyBuiltin(failing)] });
    expect(code).toBe(3);
    expect(stderr).toBe('error[IO]: x: cannot read\n  caused by: EIO: i/o error\n');
  });
});
