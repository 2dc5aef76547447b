import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCodec } from '@imgstore/codec';
import { convert as convertStores } from '@imgstore/convert';
import type { PixelCodec } from '@imgstore/convert';
import { relayout } from '@imgstore/core';
import type { EncodedImage, Sample, SampleStore, TensorImage, WritableStore } from '@imgstore/core';
import { images } from '@imgstore/images';
import { lmdb } from '@imgstore/lmdb';
import { npy } from '@imgstore/npy';
import { tfrecord } from '@imgstore/tfrecord';
import { webdataset } from '@imgstore/webdataset';
import { answerOf } from './helpers/run.js';

// Ways through several formats, where what comes out must be what went in.

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'imgstore-chain-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]): string => path.join(folder, ...names);
const codec = createCodec();

interface Counts {
  readonly samples: number;
  readonly copied: number;
  readonly decoded: number;
  readonly encoded: number;
}

async function convert(...args: string[]): Promise<Counts> {
  return JSON.parse(await answerOf(['convert', ...args, '--json'])) as Counts;
}

/** A picture that differs from every other one. */
function picture(ordinal: number, height: number, width: number): TensorImage {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * (ordinal + 3) + (i >> 3) * 7 + ordinal * 31) & 255);
  return { kind: 'tensor', dtype: 'uint8', shape: [height, width, 3], layout: 'HWC', color: 'rgb', data };
}

async function* each(samples: readonly Sample[]): AsyncIterable<Sample> {
  yield* samples;
}

/** Label and pixels of every sample, HWC and RGB, in an order that is theirs. */
async function contentOf(store: SampleStore): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { label, image } of store.read()) {
    if (image === undefined) throw new Error('a sample without an image');
    const tensor = relayout(image.kind === 'tensor' ? image : await codec.decode(image), { layout: 'HWC', color: 'rgb' });
    found.push(`${label} ${tensor.dtype} ${tensor.shape.join('x')} ${Buffer.from(tensor.data).toString('base64')}`);
  }
  return found.sort();
}

/** Every file below a folder with its bytes. */
function tree(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(root, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(path.join(root, name)).toString('base64')]));
}

test('TFRecord, image files, a stack with labels, LMDB and TFRecord again: every pixel and label is kept', async () => {
  const source = tfrecord(at('first.tfrecord'));
  await source.write(each(Array.from({ length: 24 }, (_, i) => ({ key: `k${i}`, label: i % 5, image: picture(i, 12, 9), features: new Map() }))));
  expect(await convert(at('first.tfrecord'), at('folder'), '--to', 'images')).toMatchObject({ samples: 24, encoded: 24 });
  expect(await convert(at('folder'), at('stack.npz'), '--from', 'images', '--dst-opt', 'arrays=stack', '--dst-opt', 'labels=y', '--allow', 'key')).toMatchObject({ samples: 24, decoded: 24 });
  await convert(at('stack.npz'), at('lmdb'), '--to', 'lmdb');
  await convert(at('lmdb'), at('last.tfrecord'));
  const last = tfrecord(at('last.tfrecord'));
  expect((await last.describe()).image).toMatchObject({ dtype: 'uint8' });
  expect(await contentOf(last)).toEqual(await contentOf(source));
});

test('image files, TFRecord and image files again: the same tree, without a call of the codec', async () => {
  const jpeg = async (ordinal: number): Promise<EncodedImage> => codec.encode(picture(ordinal, 16 + ordinal, 24), 'jpeg', { quality: 90 });
  const png = async (ordinal: number): Promise<EncodedImage> => codec.encode(picture(ordinal, 5, 7), 'png');
  const samples: Sample[] = [];
  for (let i = 0; i < 12; i++) {
    const className = ['cat', 'dog', 'a heron'][i % 3]!;
    const image = i % 4 === 0 ? await png(i) : await jpeg(i);
    samples.push({ key: `${className}/${i} of 12.${i % 4 === 0 ? 'png' : i % 4 === 1 ? 'jpeg' : 'jpg'}`, label: i % 3, className, image, features: new Map() });
  }
  await images(at('tree')).write(each(samples));
  // As somebody has it who never saw imgstore: names of folders, and nothing beside them.
  for (const name of ['labels.txt', 'metadata.jsonl']) rmSync(at('tree', name), { force: true });
  cpSync(at('tree'), at('copy'), { recursive: true });
  const there = await convert(at('tree'), at('all.tfrecord'), '--from', 'images');
  const back = await convert(at('all.tfrecord'), at('back'), '--to', 'images');
  for (const counts of [there, back]) expect(counts).toMatchObject({ samples: 12, copied: 12, decoded: 0, encoded: 0 });
  const { 'labels.txt': list, ...rest } = tree(at('back'));
  expect(rest).toEqual(tree(at('copy')));
  // It is written whenever there are names.
  expect(Buffer.from(list ?? '', 'base64').toString()).toBe('a heron\ncat\ndog\n');
});

test('JPEG bytes are the same as long as no store on the way needs pixels', async () => {
  const jpegs = await Promise.all(Array.from({ length: 6 }, (_, i) => codec.encode(picture(i, 20, 30), 'jpeg')));
  await tfrecord(at('a.tfrecord')).write(each(jpegs.map((image, i) => ({ key: `${i}.jpg`, label: i, image, features: new Map() }))));
  for (const step of [
    await convert(at('a.tfrecord'), at('b'), '--to', 'lmdb'), await convert(at('b'), at('c'), '--from', 'lmdb', '--to', 'images'),
    await convert(at('c'), at('d.tar')), await convert(at('d.tar'), at('e.tfrecord')),
  ]) expect(step).toMatchObject({ samples: 6, copied: 6, decoded: 0, encoded: 0 });
  const bytes: string[] = [];
  for await (const { image } of tfrecord(at('e.tfrecord')).read()) if (image?.kind === 'encoded') bytes.push(Buffer.from(image.bytes).toString('base64'));
  expect(bytes.sort()).toEqual(jpegs.map((image) => Buffer.from(image.bytes).toString('base64')).sort());
});

describe('a codec that counts what it is asked', () => {
  type Calls = Record<'inspect' | 'decode' | 'encode' | 'resize', number>;

  function counting(): { readonly calls: Calls; readonly codec: PixelCodec } {
    const calls: Calls = { inspect: 0, decode: 0, encode: 0, resize: 0 };
    const counted = <A extends readonly unknown[], T>(name: keyof Calls, call: (...args: A) => T) => (...args: A): T => {
      calls[name]++;
      return call(...args);
    };
    return { calls, codec: {
      inspect: counted('inspect', codec.inspect), decode: counted('decode', codec.decode), encode: counted('encode', codec.encode), resize: counted('resize', codec.resize),
    } };
  }

  async function jpegs(): Promise<SampleStore> {
    const source = tfrecord(at('source.tfrecord'));
    const encoded = await Promise.all(Array.from({ length: 5 }, (_, i) => codec.encode(picture(i, 16, 24), 'jpeg')));
    await source.write(each(encoded.map((image, i) => ({ key: `${i}.jpg`, label: i % 2, image, features: new Map() }))));
    return source;
  }

  it.each<[string, () => WritableStore]>([
    ['TFRecord', () => tfrecord(at('out.tfrecord'))], ['LMDB', () => lmdb(at('out'))], ['image files', () => images(at('out'))], ['tar shards', () => webdataset(at('out.tar'))],
  ])('has nothing to do for JPEGs into %s and back', async (_, target) => {
    const { calls, codec: counted } = counting();
    const there = await convertStores(await jpegs(), target(), { codec: counted });
    const back = await convertStores(target(), tfrecord(at('back.tfrecord')), { codec: counted });
    for (const report of [there, back]) expect(report).toMatchObject({ samples: 5, copied: 5 });
    expect(calls).toEqual({ inspect: 0, decode: 0, encode: 0, resize: 0 });
  });

  it('has nothing to do for tensors either, between stores that hold them', async () => {
    const { calls, codec: counted } = counting();
    const source = tfrecord(at('source.tfrecord'));
    await source.write(each([0, 1, 2].map((i) => ({ key: `k${i}`, label: i, image: picture(i, 5, 7), features: new Map() }))));
    await convertStores(source, lmdb(at('db')), { codec: counted });
    await convertStores(lmdb(at('db')), npy(at('out.npz')), { codec: counted, allow: ['label'] });
    expect(calls).toEqual({ inspect: 0, decode: 0, encode: 0, resize: 0 });
  });

  it('decodes each image once for pixels, and encodes each once for files', async () => {
    const { calls, codec: counted } = counting();
    await convertStores(await jpegs(), npy(at('out.npz')), { codec: counted, allow: ['label'] });
    expect(calls).toMatchObject({ decode: 5, encode: 0, resize: 0 });
    await convertStores(npy(at('out.npz')), images(at('out')), { codec: counted });
    expect(calls).toMatchObject({ decode: 5, encode: 5, resize: 0 });
  });
});

test('a class that is called like a number keeps its own label through image files', async () => {
  const samples = ['1', '2', '3'].map((className, label): Sample => ({ key: `${label}.png`, label, className, image: picture(label, 4, 5), features: new Map() }));
  await tfrecord(at('numbers.tfrecord')).write(each(samples));
  await convert(at('numbers.tfrecord'), at('numbers'), '--to', 'images');
  await convert(at('numbers'), at('again.tfrecord'), '--from', 'images');
  const read: (readonly [number | undefined, string | undefined])[] = [];
  for await (const { label, className } of tfrecord(at('again.tfrecord')).read()) read.push([label, className]);
  expect(read.sort()).toEqual([[0, '1'], [1, '2'], [2, '3']]);
});
