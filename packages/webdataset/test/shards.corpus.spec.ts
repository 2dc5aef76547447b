import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { webdataset } from '../src/index.js';
import { all, each, failureOf, sha256, temporaryFolder } from './helpers/files.js';

const { file } = temporaryFolder();
const corpus = join(process.env['IMGSTORE_SHARED'] ?? join(__dirname, '../../../../shared'), 'corpus');

interface Entry {
  readonly file: string;
  readonly sha256: string;
  readonly expect: string;
  readonly oracle: { readonly tarfile: { readonly members: number; readonly first: string; readonly last: string } };
}

const entries = readFileSync(join(corpus, 'MANIFEST.jsonl'), 'utf8').split('\n').filter((line) => line.includes('"tar/')).map((line) => JSON.parse(line) as Entry);

it('has an archive to try', () => {
  expect(entries.map((entry) => entry.expect)).toEqual(['reads']);
});

it.each(entries)('$file holds the members that tarfile lists', async (entry) => {
  const path = join(corpus, entry.file);
  expect(sha256(readFileSync(path))).toBe(entry.sha256);
  const samples = await all(webdataset(path).read());
  const names = samples.flatMap(({ key, image, label }) => [...label === undefined ? [] : [`${key}.cls`], ...image?.kind === 'encoded' ? [`${key}.${image.format}`] : []]);
  expect({ members: names.length, first: names[0], last: names.at(-1) }).toEqual(entry.oracle.tarfile);
  expect(samples.every(({ image, label = -1, features }) => image?.kind === 'encoded' && image.format === 'png' && label >= 0 && label <= 9 && features.size === 0)).toBe(true);
  expect(await all(webdataset(each([readFileSync(path)])).read())).toEqual(samples.map((sample) => ({ ...sample, origin: { ...sample.origin, file: '<stream>' } })));
});

// The manifest lists no damage for archives: these are its three operations, all along the file.
describe.each(entries)('$file', (entry) => {
  const whole = readFileSync(join(corpus, entry.file));
  const plain = gunzipSync(whole);

  it.each([0, 1, 9, 10, 100, whole.length >> 1, whole.length - 9, whole.length - 8, whole.length - 1])('cut at byte %d is refused', async (at) => {
    expect(['TRUNCATED', 'CORRUPT']).toContain((await failureOf(all(webdataset(file('cut.tgz', whole.subarray(0, at))).read()))).code);
  });

  it.each([1, 511, 512, 513, 1024, plain.length >> 1])('cut at byte %d of its plain bytes is refused', async (at) => {
    expect((await failureOf(all(webdataset(file('cut.tar', plain.subarray(0, at))).read()))).code).toBe('TRUNCATED');
  });

  it.each([2, 12, 50, whole.length >> 1, whole.length - 6, whole.length - 2])('with a flipped bit at byte %d is refused', async (at) => {
    const changed = Buffer.from(whole);
    changed[at]! ^= 1;
    expect(['TRUNCATED', 'CORRUPT']).toContain((await failureOf(all(webdataset(file('flipped.tgz', changed)).read()))).code);
  });

  it('with something behind it is refused', async () => {
    // One byte may begin another member, which then is cut.
    expect(['TRUNCATED', 'CORRUPT']).toContain((await failureOf(all(webdataset(file('longer.tgz', Buffer.concat([whole, Buffer.of(0x0f)]))).read()))).code);
  });
});
