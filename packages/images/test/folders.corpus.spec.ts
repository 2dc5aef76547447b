import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isImgstoreError, sniffImage } from '@imgstore/core';
import type { ErrorCode } from '@imgstore/core';
import { images } from '../src/index.js';
import { all, sha256, temporaryFolder, tellAll } from './helpers/files.js';

// Files of other projects, with what Pillow said of each (the manifest is in the shared folder).

const corpus = join(process.env['IMGSTORE_SHARED'] ?? join(__dirname, '../../../../shared'), 'corpus');
const dl4j = join(corpus, 'folders/dl4j');

interface Line {
  readonly file: string;
  readonly sha256: string;
  readonly expect: string;
  readonly oracle: { readonly pillow?: { readonly format?: string; readonly size?: readonly number[] } };
}

const manifest = readFileSync(join(corpus, 'MANIFEST.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line);
const ours = manifest.filter(({ file }) => file.startsWith('folders/dl4j/'));
const relative = (file: string): string => file.slice('folders/dl4j/'.length);

const { path } = temporaryFolder();

/** Digests of images by key, with labels. */
async function digests(location: string, options = {}): Promise<(readonly [key: string, label: number | undefined, sha256: string])[]> {
  return (await all(images(location, options).read())).map(({ key, label, image }) => [key, label, image?.kind === 'encoded' ? sha256(image.bytes) : '']);
}

describe('the class folders of deeplearning4j', () => {
  const expected = ours.map(({ file, sha256: digest }) => [relative(file), Number(/class(\d)/.exec(file)?.[1]), digest] as const).sort(([a], [b]) => (a < b ? -1 : 1));

  it('are there', () => expect(expected.length).toBeGreaterThanOrEqual(6));

  it('are read byte for byte, with the numbers in their names as labels', async () => {
    expect(await digests(dl4j)).toEqual(expected);
    expect(await images(dl4j).describe()).toMatchObject({ count: expected.length, notes: ['labels are the numbers in the names of the folders, which are all class and a number'] });
  });

  it('have the formats that Pillow finds, whatever their names promise', async () => {
    const formats = (await all(images(dl4j).read())).map(({ key, image }) => [key, image?.kind === 'encoded' && image.format]);
    expect(formats).toEqual(expected.map(([key]) => [key, ours.find(({ file }) => relative(file) === key)?.oracle.pillow?.format?.toLowerCase()]));
  });

  it('are read by a list, in its order, and by manifests', async () => {
    const turned = expected.toReversed();
    const list = join(path('.'), 'list.txt');
    writeFileSync(list, turned.map(([key, label]) => `${key} ${label}\n`).join(''));
    expect(await digests(list, { root: dl4j })).toEqual(turned);
    const csv = join(path('.'), 'rows.csv');
    writeFileSync(csv, `file_name,label\n${turned.map(([key, label]) => `${key},${label}\n`).join('')}`);
    expect(await digests(csv, { root: dl4j })).toEqual(turned);
    const jsonl = join(path('.'), 'rows.jsonl');
    writeFileSync(jsonl, turned.map(([key, label]) => `${JSON.stringify({ file_name: key, label })}\n`).join(''));
    expect(await digests(jsonl, { root: dl4j })).toEqual(turned);
  });

  it('are written and read again with nothing else', async () => {
    await images(path('again')).write(images(dl4j).read());
    expect(await digests(path('again'))).toEqual(expected);
    expect(await tellAll(images(path('again')))).toEqual(await tellAll(images(dl4j)));
  });
});

/** What is refused without decoding it: what is not all there, or is no image that is read here. */
const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\.(?:heif|svg)$/, 'UNSUPPORTED'],
  [/no-frames\.gif|badcrc\.png/, 'CORRUPT'],
  [/shortfile\.bmp|decompression_bomb\.gif|zero_width\.gif|broken\.png|truncated|corrupt-header\.jpg|huge_|crash-/, 'TRUNCATED'],
];

describe('an image of the corpus', () => {
  const files = manifest.filter(({ file }) => file.startsWith('images/'));
  const sound = files.filter(({ expect: outcome }) => outcome === 'reads');
  const others = files.filter(({ expect: outcome }) => outcome !== 'reads' && outcome !== 'companion');

  /** The one image of a folder with that file in it, or the error. */
  async function readAlone(file: string): Promise<{ readonly format: string; readonly sha256: string } | { readonly code: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'imgstore-corpus-'));
    try {
      writeFileSync(join(folder, basename(file)), readFileSync(join(corpus, file)));
      const [sample] = await all(images(folder).read());
      return sample?.image?.kind === 'encoded' ? { format: sample.image.format, sha256: sha256(sample.image.bytes) } : { code: 'none' };
    } catch (error) {
      if (isImgstoreError(error)) return { code: error.code };
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('is there in the numbers that the manifest had when this was written, or more', () => {
    expect(sound.length).toBeGreaterThanOrEqual(136);
    expect(others.length).toBeGreaterThanOrEqual(34);
  });

  it.each(sound)('$file that decoders read is read, byte for byte', async ({ file, sha256: digest }) => {
    expect(await readAlone(file)).toEqual({ format: sniffImage(readFileSync(join(corpus, file)))?.format ?? 'avif', sha256: digest });
  });

  const refused = others.flatMap(({ file }) => CODES.filter(([name]) => name.test(file)).map(([, code]) => ({ file, code })));

  it.each(refused)('$file that they do not all read is refused as $code', async ({ file, code }) => {
    expect(await readAlone(file)).toEqual({ code });
  });

  // What is wrong within the coded pixels is for a decoder to find; what is there otherwise comes as it is.
  it.each(others.filter(({ file }) => !refused.some((one) => one.file === file)))('$file that they do not all read, and is all there, is read byte for byte', async ({ file, sha256: digest }) => {
    expect(await readAlone(file)).toMatchObject({ sha256: digest });
  });
});
