import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodec } from '@imgstore/codec';
import type { EncodedImage, FeatureValue, Sample, TensorImage } from '@imgstore/core';
import { lmdb } from '@imgstore/lmdb';
import { readNpy } from '@imgstore/npy';
import { all } from '../../../tools/jest/helpers.js';
import { answerOf, run } from './helpers/run.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';

// What a target cannot hold, through real stores: refused with exit code 6 and nothing written, then what lifts it.

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-refusals-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const at = (name: string): string => join(folder, name);

async function refused(target: string, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['convert', ...argv]);
  expect({ code, stdout, isWritten: existsSync(target) }).toEqual({ code: 6, stdout: '', isWritten: false });
  return stderr;
}

async function passes(...argv: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await answerOf(['convert', ...argv, '--json'])) as Record<string, unknown>;
}

const samplesOf = (location: string): Promise<Sample[]> => all(lmdb(location).read());

test('features into Datum are a loss of their own, and go with --allow feature', async () => {
  const features = new Map<string, FeatureValue>([
    ['camera', { kind: 'bytes', values: [Buffer.from('left')] }], ['weights', { kind: 'float32', values: Float32Array.of(0.5, 2) }],
  ]);
  const source = await fileOf(at('in.tfrecord'), [sampleOf('a', { label: 1, features }), sampleOf('b', { label: 2, features })]);
  const argv = [source, at('db'), '--to', 'lmdb'];
  const said = await refused(at('db'), ...argv);
  expect(said).toMatch(/feature +camera \(bytes\) +2 of 2 samples/);
  expect(said).toMatch(/feature +weights \(float32\) +2 of 2 samples/);
  expect(said).toContain('to accept this: --allow feature');
  expect(await passes(...argv, '--allow', 'feature')).toMatchObject({ samples: 2, losses: [{ kind: 'feature', count: 2, allowed: true }, { kind: 'feature', count: 2, allowed: true }] });
  expect((await samplesOf(at('db'))).map(({ key, label, features: kept }) => [key, label, kept.size])).toEqual([['00000000_a', 1, 0], ['00000001_b', 2, 0]]);
});

test('names of classes into a database of a single file are a loss, and go with --allow classes; a folder keeps them', async () => {
  const source = await fileOf(at('in.tfrecord'), [sampleOf('a', { label: 0, className: 'cup' }), sampleOf('b', { label: 1, className: 'jug' })]);
  const said = await refused(at('one.mdb'), source, at('one.mdb'), '--to', 'lmdb');
  expect(said).toMatch(/classes +.* of 2 samples/);
  expect(said).toContain('to accept this: --allow classes');
  expect(await passes(source, at('one.mdb'), '--to', 'lmdb', '--allow', 'classes')).toMatchObject({ losses: [{ kind: 'classes', allowed: true }] });
  expect((await samplesOf(at('one.mdb'))).map(({ label, className }) => [label, className])).toEqual([[0, undefined], [1, undefined]]);
  expect(await passes(source, at('db'), '--to', 'lmdb')).toMatchObject({ losses: [] });
  expect((await samplesOf(at('db'))).map(({ label, className }) => [label, className])).toEqual([[0, 'cup'], [1, 'jug']]);
});

describe('a JPEG that is to be shown turned by a quarter', () => {
  /** 24 wide and 16 high, black on the left and white on the right, with EXIF orientation 6: upright it is black above. */
  async function turned(): Promise<EncodedImage> {
    const pixels: TensorImage = {
      kind: 'tensor', dtype: 'uint8', shape: [16, 24, 1], layout: 'HWC', color: 'gray', data: Uint8Array.from({ length: 16 * 24 }, (_, i) => i % 24 < 12 ? 0 : 255),
    };
    const { bytes } = await createCodec().encode(pixels, 'jpeg');
    const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, 0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
    return { kind: 'encoded', format: 'jpeg', bytes: Uint8Array.from([...bytes.subarray(0, 2), 0xff, 0xe1, 0, exif.length + 2, ...exif, ...bytes.subarray(2)]) };
  }

  const source = async (): Promise<string> => fileOf(at('in.tfrecord'), [sampleOf('a', { image: await turned() })]);

  it('is refused where pixels are needed, with what can be said', async () => {
    expect(await refused(at('out.npy'), await source(), at('out.npy'), '--allow', 'key'))
      .toMatch(/^error\[LOSSY\]: .*\(key "a"\): the image must be decoded, and its EXIF orientation is 6\n {2}say what to do with it: --orientation keep or apply\n$/);
  });

  it.each([['keep', [16, 24], 'left'], ['apply', [24, 16], 'top']] as const)('has the geometry that --orientation %s says', async (orientation, size, black) => {
    const report = await passes(await source(), at('out.npy'), '--allow', 'key,metadata', '--orientation', orientation);
    expect(report).toMatchObject({ samples: 1, decoded: 1 });
    const { shape, data } = await readNpy(readFileSync(at('out.npy')));
    expect(shape.slice(0, 3)).toEqual([1, ...size]);
    const [height, width] = size;
    const corner = (y: number, x: number): string => data[y * width + x]! < 40 ? 'black' : data[y * width + x]! > 215 ? 'white' : 'gray';
    expect({ topRight: corner(0, width - 1), bottomLeft: corner(height - 1, 0) })
      .toEqual(black === 'left' ? { topRight: 'white', bottomLeft: 'black' } : { topRight: 'black', bottomLeft: 'white' });
  });

  it('is copied as it is where nobody needs pixels', async () => {
    expect(await passes(await source(), at('out.tfrecord'))).toMatchObject({ copied: 1, decoded: 0 });
    expect(readFileSync(at('out.tfrecord'))).toEqual(readFileSync(at('in.tfrecord')));
  });
});
