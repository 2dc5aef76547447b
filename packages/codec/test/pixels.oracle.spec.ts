import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensorView } from '@imgstore/core';
import type { TensorImage } from '@imgstore/core';
import sharp from 'sharp';
import { createCodec } from '../src/index.js';
import { encoded, tensor } from './helpers/images.js';

// Every form of image file, made by Pillow and OpenCV, and every file of the corpus that reads: what TensorFlow, Pillow and OpenCV
// make of each is what we make of it. Python runs in three processes, since TensorFlow takes seconds to load.

jest.setTimeout(180_000); // the machine may have other work

interface Pixels {
  readonly dtype: 'uint8' | 'uint16';
  readonly shape: readonly number[];
  readonly offset: number;
}
interface Reference extends Partial<Pixels> {
  readonly upright?: Pixels;
  readonly error?: string;
}

const corpus = join(process.env['IMGSTORE_SHARED'] ?? join(__dirname, '../../../../shared'), 'corpus');
const codec = createCodec();

function python(script: string, args: readonly string[], input = ''): void {
  const program = process.env['IMGSTORE_PYTHON'];
  if (program === undefined) throw new Error('IMGSTORE_PYTHON is not set: run this lane by npm run test:oracle');
  const { status, stderr } = spawnSync(program, ['-B', join(__dirname, 'oracle', script), ...args], { encoding: 'utf8', input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${script} ended with status ${status}: ${stderr}`);
}

const SIZES = ['1x1', '3x5', '17x31', '40x64'];

/** AVIFs by libheif, which says nothing of their colours outside of the stream. */
async function writeAvif(folder: string): Promise<void> {
  for (const size of SIZES) {
    const [height = 0, width = 0] = size.split('x').map(Number);
    for (const channels of [3, 4] as const) {
      for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
        const file = await sharp(tensor(height, width, channels).data, { raw: { width, height, channels } }).avif({ chromaSubsampling, quality: 70 }).toBuffer();
        writeFileSync(join(folder, `libheif-${chromaSubsampling.replaceAll(':', '')}-${channels}-${size}.avif`), file);
      }
    }
  }
}

let world: string;
let references: Readonly<Record<string, Reference>>;
let pixels: Buffer;
const corpusFiles = readFileSync(join(corpus, 'MANIFEST.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { readonly file: string; readonly expect: string })
  .filter(({ file, expect: outcome }) => /^(images|folders)\//.test(file) && outcome === 'reads').map(({ file }) => file);

beforeAll(async () => {
  world = mkdtempSync(join(tmpdir(), 'imgstore-codec-'));
  python('make_forms.py', [join(world, 'forms'), ...SIZES]);
  await writeAvif(join(world, 'forms'));
  const files = [...readdirSync(join(world, 'forms')).map((name) => join(world, 'forms', name)), ...corpusFiles.map((name) => join(corpus, name))];
  python('read_references.py', [join(world, 'references')], files.join('\n'));
  references = JSON.parse(readFileSync(join(world, 'references/references.json'), 'utf8')) as typeof references;
  pixels = readFileSync(join(world, 'references/pixels.bin'));
});
afterAll(() => rmSync(world, { recursive: true, force: true }));

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

/** How far the furthest element is from the reference's; a form that differs is thrown. */
function distance(image: TensorImage, { dtype, shape, offset }: Pixels): number {
  expect({ dtype: image.dtype, shape: image.shape }).toEqual({ dtype, shape });
  const data = Uint8Array.from(pixels.subarray(offset, offset + image.data.length));
  const wanted = tensorView({ ...image, data }) as Uint8Array | Uint16Array;
  let most = 0;
  for (const [at, value] of (tensorView(image) as Uint8Array | Uint16Array).entries()) most = Math.max(most, Math.abs(value - (wanted[at] ?? NaN)));
  return most;
}

/** JPEG as the oracle has it. */
const tolerance = (path: string): number => /\.jpe?g$/.test(path) ? 2 : 0;

async function differences(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const reference = references[path] as Reference & Pixels;
    if (reference.error !== undefined) throw new Error(`${path}: ${reference.error}`);
    const image = encoded(bytesOf(path));
    const off = [distance(await codec.decode(image), reference), reference.upright === undefined ? 0 : distance(await codec.decode(image, { orientation: 'apply' }), reference.upright)];
    if (Math.max(...off) > tolerance(path)) found.push(`${path}: ${off.join(', ')} levels off`);
  }
  return found;
}

it('every form in every size is what the reference programs read', async () => {
  const forms = readdirSync(join(world, 'forms'));
  expect(forms.length).toBeGreaterThan(600);
  expect(await differences(forms.map((name) => join(world, 'forms', name)))).toEqual([]);
});

it('every file of the corpus that reads is what the reference programs read', async () => {
  const paths = corpusFiles.filter((file) => !file.includes('crash-0da013')).map((file) => join(corpus, file));
  expect(paths.length).toBeGreaterThanOrEqual(141);
  expect(await differences(paths)).toEqual([]);
});

it('resizing is what OpenCV and TensorFlow make of it, within a level', async () => {
  const cases = [[1, 1, 1, 4, 4], [3, 5, 3, 7, 2], [17, 31, 3, 256, 256], [40, 64, 4, 9, 13], [40, 64, 1, 41, 63]] as const;
  const jobs = await Promise.all(cases.flatMap(([height, width, channels, toHeight, toWidth]) => (['uint8', 'uint16'] as const).map(async (dtype) => {
    const image = tensor(height, width, channels, dtype);
    const { data } = await codec.resize(image, { width: toWidth, height: toHeight, mode: 'fill' });
    return { dtype, from: [height, width, channels], to: [toHeight, toWidth], image: Buffer.from(image.data).toString('hex'), resized: Buffer.from(data).toString('hex') };
  })));
  writeFileSync(join(world, 'resized.json'), JSON.stringify(jobs));
  python('judge_resizes.py', [join(world, 'resized.json')]);
});
