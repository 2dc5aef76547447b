import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../../tools/jest/helpers.js';
import { run } from './helpers/run.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';

const { path } = temporaryFolder();

it('a file: URL is its path, on either side', async () => {
  const source = await fileOf(path('a b.tfrecord'), [sampleOf('a', { label: 1 })]);
  const url = (name: string): string => pathToFileURL(path(name)).href;
  expect(url('a b.tfrecord')).toContain('%20');
  expect((await run(['convert', url('a b.tfrecord'), url('out.tar'), '--quiet'])).code).toBe(0);
  expect(existsSync(path('out.tar'))).toBe(true);
  expect((await run(['inspect', url('out.tar')])).code).toBe(0);
  expect((await run(['inspect', 'file://elsewhere/x.tar'])).stderr).toMatch(/^error\[BAD_OPTION\]: file:\/\/elsewhere\/x\.tar: is a URL that is no path of this machine\n/);
  expect(existsSync(source)).toBe(true);
});

it('a file: URL is a path for extract --out too', async () => {
  const source = await fileOf(path('e.tfrecord'), [sampleOf('a', { label: 1 })]);
  expect(await run(['extract', source, 'a', '--json', '-o', pathToFileURL(path('e f.json')).href])).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(path('e f.json'))).toBe(true);
});

it.each([['inspect', 'file:a.tar'], ['convert', 'file:a.tar', 'b.tar'], ['convert', 'a.tar', 'FILE:b.tar'], ['extract', 'a.tar', 'k', '-o', 'file:c.png']])(
  '%s %s %s: a file: URL without an absolute path is refused, on either side', async (...argv) => {
    const url = argv.find((word) => /^file:/i.test(word)) ?? '';
    expect(await run([...argv])).toMatchObject({ code: 2, stderr: `error[BAD_OPTION]: ${url}: is a URL without an absolute path\n  file:///absolute/path, or ./${url} for a file of that name\n` });
    expect(existsSync(url)).toBe(false);
  });

(process.platform === 'win32' ? it.skip : it)('a file of such a name is one by its path (no file has that name on Windows)', async () => {
  const source = await fileOf(path('n.tfrecord'), [sampleOf('a', { label: 1 })]);
  expect((await run(['convert', source, path('file:b.tar'), '--quiet'])).code).toBe(0);
});

it.each([['inspect', 'https://example.org/x.tfrecord'], ['convert', 's3://bucket/x.tfrecord', 'y.tfrecord'], ['convert', 'x.tfrecord', 'gs://bucket/y.tfrecord'], ['convert', 'x.tfrecord', 's3://b/y', '--to', 'lmdb']])(
  '%s %s %s: another URL is refused, not taken for a path', async (...argv) => {
    const { code, stderr } = await run([...argv]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/: is a URL; stores are local files and folders\n/);
  });
