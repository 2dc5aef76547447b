import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { imageBytes, temporaryFolder } from './helpers/files.js';

// The built package on more files than a folder should have, in a process of its own: Node itself takes some 50 MiB.

const COUNT = 100_000;
/** A file has at most 65,000 names on some systems. */
const LINKS = 10_000;
const library = resolve(__dirname, '../dist/index.js');
const bin = resolve(__dirname, '../../cli/bin/imgstore.js');
const gauge = `${pathToFileURL(resolve(__dirname, '../../../tools/peak-memory.mjs')).href}?report`;

jest.setTimeout(300_000); // the machine may have other work

const { path } = temporaryFolder();

const peak = (stderr: string): number => Number(/PEAK ([\d.]+)$/.exec(stderr)?.[1]);

/** Runs a program that prints JSON, and says the most memory that it had. */
function run<T>(source: string, ...args: string[]): { readonly value: T; readonly mebibytes: number } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', gauge, '--input-type=module', '-e', `import { images } from ${JSON.stringify(library)};\n${source}`, ...args], { encoding: 'utf8', timeout: 240_000 });
  if (status !== 0) throw new Error(stderr);
  return { value: JSON.parse(stdout) as T, mebibytes: peak(stderr) };
}

describe(`${COUNT} images in one folder`, () => {
  beforeAll(() => {
    mkdirSync(path('many/class0'), { recursive: true });
    for (let at = 0; at < COUNT; at++) {
      const source = path(`source-${Math.floor(at / LINKS)}`);
      if (at % LINKS === 0) writeFileSync(source, imageBytes());
      linkSync(source, join(path('many/class0'), `image-${String(at).padStart(6, '0')}.png`));
    }
  });

  it('are described, counted and read within 256 MiB', () => {
    const { value, mebibytes } = run<unknown>(`
      const store = images(process.argv[1]);
      const { count, ordered } = await store.describe();
      let read = 0;
      let last = '';
      for await (const { key, label } of store.read({ borrow: true })) {
        if (label !== 0 || key <= last) throw new Error(key);
        last = key;
        read++;
      }
      console.log(JSON.stringify({ count, ordered, read, last }));`, path('many'));
    expect(value).toEqual({ count: COUNT, ordered: true, read: COUNT, last: `class0/image-0${COUNT - 1}.png` });
    expect(mebibytes).toBeLessThan(256);
  });

  it('are cut into ranges and found by key within 256 MiB', () => {
    const { value, mebibytes } = run<unknown>(`
      const store = images(process.argv[1]);
      const ranges = await store.split({ count: 7 });
      const samples = [];
      for (const range of ranges) for await (const { key } of store.read({ range })) { samples.push(key); break; }
      const found = await store.get('class0/image-077777.png');
      console.log(JSON.stringify({ firsts: ranges.map(({ first }) => first), samples, found: found.image.bytes.length }));`, path('many'));
    const firsts = Array.from({ length: 7 }, (_, at) => Math.floor((at * COUNT) / 7));
    expect(value).toEqual({ firsts, samples: firsts.map((first) => `class0/image-${String(first).padStart(6, '0')}.png`), found: imageBytes().length });
    expect(mebibytes).toBeLessThan(256);
  });

  it('are read by a list and written into one folder with a manifest within 256 MiB', () => {
    const lines = Array.from({ length: 30_000 }, (_, at) => `class0/image-${String((at * 7919) % COUNT).padStart(6, '0')}.png ${at % 10}\n`);
    writeFileSync(path('list.txt'), lines.join(''));
    const { value, mebibytes } = run<unknown>(`
      const [list, root, target] = process.argv.slice(1);
      const summary = await images(target).write(images(list, { root }).read({ borrow: true }), { source: { keys: 'stored' } });
      const again = await images(target).describe();
      console.log(JSON.stringify({ samples: summary.samples, count: again.count, files: summary.files.length, others: summary.files.at(-2) }));`, path('list.txt'), path('many'), path('written'));
    const others = { path: path('written'), samples: 10_000, bytes: 10_000 * imageBytes().length, count: 10_000 };
    expect(value).toEqual({ samples: lines.length, count: lines.length, files: 20_002, others });
    expect(mebibytes).toBeLessThan(256);
    const rows = readFileSync(path('written/metadata.jsonl'), 'utf8').split('\n');
    expect(rows[1]).toBe(JSON.stringify({ file_name: 'class1/class0/image-007919.png', key: 'class0/image-007919.png', label: 1 }).replaceAll('":', '": ').replaceAll(',"', ', "'));
    rmSync(path('written'), { recursive: true });
  });
});

(process.platform === 'win32' ? describe.skip : describe)('the command (not on Windows)', () => {
  it('ends in bounded memory on a pipe, a link to /dev/zero, a loop of links and a link that leads nowhere', () => {
    mkdirSync(path('odd/cat'), { recursive: true });
    writeFileSync(path('odd/cat/a.png'), imageBytes());
    expect(spawnSync('mkfifo', [path('odd/cat/pipe.jpg')]).status).toBe(0);
    symlinkSync('/dev/zero', path('odd/cat/zero.png'));
    symlinkSync('..', path('odd/cat/loop'));
    symlinkSync('missing.jpg', path('odd/cat/nowhere.jpg'));
    const convert = (...args: string[]): ReturnType<typeof spawnSync> => spawnSync(process.execPath, ['--import', gauge, bin, 'convert', path('odd'), path('odd.tfrecord'), ...args], { encoding: 'utf8', timeout: 60_000 });
    const strict = convert();
    expect(strict.status).toBe(5);
    expect(String(strict.stderr)).toMatch(/^error\[UNSUPPORTED\]: .*cat\/loop \(key "cat\/loop"\): a link to a folder that is read anyway/);
    const lenient = convert('--on-error', 'skip');
    expect(lenient.status).toBe(0);
    expect(String(lenient.stdout)).toMatch(/1 sample/);
    for (const { stderr } of [strict, lenient]) expect(peak(String(stderr))).toBeLessThan(192);
  });

  it('refuses a file that claims to be larger than the limit before it reads it', () => {
    mkdirSync(path('sparse'));
    writeFileSync(path('sparse/a.png'), imageBytes());
    expect(spawnSync('truncate', ['-s', '8G', path('sparse/a.png')]).status).toBe(0);
    const { status, stderr } = spawnSync(process.execPath, ['--import', gauge, bin, 'convert', path('sparse'), path('sparse.tfrecord')], { encoding: 'utf8', timeout: 60_000 });
    expect(status).toBe(5);
    expect(stderr).toMatch(/^error\[LIMIT\]: .*a file of 8589934592 bytes/);
    expect(peak(stderr)).toBeLessThan(128);
  });
});
