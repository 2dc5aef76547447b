import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { DType, Sample } from '@imgstore/core';
import { npy, readNpy, writeNpy } from '../src/index.js';
import { all, each, failureOf, temporaryFolder } from './helpers/files.js';
import { contentOf, sample, tensor } from './helpers/samples.js';

const { path } = temporaryFolder();

const dtypes: readonly DType[] = ['bool', 'uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float32', 'float64'];
const five = (shape = [3, 4, 3], rest: (ordinal: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: 5 }, (_, ordinal) => sample(ordinal, tensor(shape, { seed: ordinal }), rest(ordinal)));

describe('a folder', () => {
  it('is replaced only where it holds nothing but arrays', async () => {
    const store = npy(path('mine'));
    await store.write(each([sample(0, tensor([2, 2]))]));
    await store.write(each([sample(1, tensor([2, 2]))]), { overwrite: true });
    mkdirSync(path('mine/notes'));
    writeFileSync(path('mine/notes/thesis.tex'), 'precious');
    const error = await failureOf(store.write(each([sample(2, tensor([2, 2]))]), { overwrite: true }));
    expect(error).toMatchObject({ code: 'EXISTS', message: expect.stringContaining('the folder holds "notes/thesis.tex", which is no array') });
    expect(readFileSync(path('mine/notes/thesis.tex'), 'utf8')).toBe('precious');
    expect(await contentOf(store)).toMatchObject([{ image: { shape: [2, 2] } }]);
  });

  it('is not replaced with arrays in it that reading passes over', async () => {
    const store = npy(path('hidden'));
    await store.write(each([sample(0, tensor([2, 2]))]));
    writeFileSync(path('hidden/.mine.npy'), 'precious');
    expect(await failureOf(store.write(each([]), { overwrite: true }))).toMatchObject({ code: 'EXISTS', message: expect.stringContaining('the folder holds ".mine.npy"') });
    expect(readFileSync(path('hidden/.mine.npy'), 'utf8')).toBe('precious');
  });
});

describe('a stack in a .npy file', () => {
  it.each(dtypes)('of %s comes back as it was written', async (dtype) => {
    const written = [0, 1, 2].map((ordinal) => sample(ordinal, tensor([2, 3, 3], { dtype, seed: ordinal })));
    const store = npy(path(`stack-${dtype}.npy`));
    const summary = await store.write(each(written));
    expect(summary.samples).toBe(3);
    expect(await contentOf(store)).toEqual(written);
    expect((await readNpy(path(`stack-${dtype}.npy`))).shape).toEqual([3, 2, 3, 3]);
  });

  it('holds gray images without an axis for channels, and planes by option', async () => {
    const gray = five([4, 6]);
    await npy(path('gray.npy')).write(each(gray));
    expect(await contentOf(npy(path('gray.npy')))).toEqual(gray);
    const planes = [0, 1].map((ordinal) => sample(ordinal, tensor([3, 4, 5], { layout: 'CHW', color: 'bgr', seed: ordinal })));
    await npy(path('planes.npy'), { layout: 'CHW', color: 'bgr' }).write(each(planes));
    expect(await contentOf(npy(path('planes.npy'), { layout: 'CHW', color: 'bgr' }))).toEqual(planes);
  });

  it('holds labels in a second file', async () => {
    const written = five([2, 2], (ordinal) => ({ label: ordinal * 1000 - 7 }));
    const store = npy(path('labelled.npy'), { labels: path('labels.npy') });
    const { files } = await store.write(each(written));
    expect(files.map((file) => file.path)).toEqual([path('labelled.npy'), path('labels.npy')]);
    expect(await contentOf(store)).toEqual(written);
    expect(await readNpy(path('labels.npy'))).toMatchObject({ dtype: 'int64', shape: [5] });
  });

  it('refuses labels of another number, naming both files', async () => {
    await npy(path('few.npy')).write(each(five([2, 2])));
    await writeNpy(path('four.npy'), { dtype: 'uint8', shape: [4], data: new Uint8Array(4) });
    const failure = await failureOf(all(npy(path('few.npy'), { labels: path('four.npy') }).read()));
    expect(failure.code).toBe('MISMATCH');
    expect(failure.message).toBe(`${path('four.npy')}: there are 4 labels, and 5 images in ${path('few.npy')}`);
  });

  it('holds no samples at all', async () => {
    const store = npy(path('empty.npy'));
    await store.write(each([]));
    expect(await contentOf(store)).toEqual([]);
    expect(await store.describe()).toMatchObject({ count: 0, keys: 'ordinal' });
  });

  it('gives ranges, skips and single samples as a whole reading does', async () => {
    const written = five();
    const store = npy(path('ranges.npy'));
    await store.write(each(written));
    const whole = await all(store.read());
    expect(await all(store.read({ skip: 3 }))).toEqual(whole.slice(3));
    const ranges = await store.split({ count: 2 });
    expect(ranges).toEqual([{ start: 0, end: 2, first: 0, count: 2 }, { start: 2, end: 5, first: 2, count: 3 }]);
    const parts = await Promise.all(ranges.map((range) => all(store.read({ range }))));
    expect(parts.flat()).toEqual(whole);
    for (const key of ['00000004', '4']) expect(await store.get(key)).toEqual(whole[4]);
    for (const key of ['00000005', '5']) expect(await store.get(key)).toBeUndefined();
    expect(await all(store.keys())).toEqual(whole.map(({ key }) => key));
    await store.close();
  });

  it('reads rows in Fortran order, big-endian, across the places where they are gathered', async () => {
    const { file, expected } = fortranStack(7, [3, 2, 3]);
    await writeRaw('fortran.npy', file);
    expect((await contentOf(npy(path('fortran.npy')))).map(({ image }) => image?.kind === 'tensor' && [...image.data])).toEqual(expected);
  });

  it('refuses a sample of another shape, naming both', async () => {
    const mixed = [sample(0, tensor([2, 2])), sample(1, tensor([2, 3]))];
    const failure = await failureOf(npy(path('mixed.npy')).write(each(mixed)));
    expect(failure.code).toBe('MISMATCH');
    expect(failure.message).toContain('(key "00000001"): the image is uint8 (2, 3) HW gray, and uint8 (2, 2) HW gray in the sample of key "00000000"');
    expect(readdirSync(path('.')).filter((name) => name.includes('mixed'))).toEqual([]);
  });

  it.each([
    ['a label', { label: 1 }], ['a class name', { className: 'cat' }], ['a feature', { features: new Map([['f', { kind: 'int64' as const, values: BigInt64Array.of(1n) }]]) }],
    ['an encoded image', { image: { kind: 'encoded' as const, format: 'png', bytes: new Uint8Array(8) } }],
    ['another layout', { image: tensor([3, 2, 2], { layout: 'CHW', color: 'rgb' }) }],
    ['other colours', { image: tensor([2, 2, 3], { color: 'bgr' }) }],
  ])('refuses %s, and leaves nothing', async (_, rest: Partial<Sample>) => {
    const failure = await failureOf(npy(path('outside.npy')).write(each([sample(0, tensor([2, 2]), rest)])));
    expect(failure.code).toBe('LOSSY');
    expect(readdirSync(path('.')).filter((name) => name.includes('outside'))).toEqual([]);
  });

  it.each([[[7]], [[2, 2, 2, 2, 2]], [[]]])('refuses an array of shape %j as samples', async (shape) => {
    await writeNpy(path('rank.npy'), { dtype: 'uint8', shape, data: new Uint8Array(shape.reduce((a, b) => a * b, 1)) }, { overwrite: true });
    expect((await failureOf(all(npy(path('rank.npy')).read()))).code).toBe('UNSUPPORTED');
    expect((await failureOf(all(npy(path('rank.npy'), { arrays: 'samples' }).read()))).code).toBe('UNSUPPORTED');
  });

  it('is one image where it has two axes, or by option', async () => {
    await writeNpy(path('one.npy'), { dtype: 'uint16', shape: [2, 3], data: new Uint8Array(12) });
    expect((await contentOf(npy(path('one.npy'))))[0]).toMatchObject({ key: '00000000', image: { shape: [2, 3], layout: 'HW', dtype: 'uint16' } });
    await writeNpy(path('colour.npy'), { dtype: 'uint8', shape: [2, 3, 3], data: new Uint8Array(18) });
    expect(await contentOf(npy(path('colour.npy'), { arrays: 'samples' }))).toHaveLength(1);
    expect(await contentOf(npy(path('colour.npy')))).toHaveLength(2);
    expect((await npy(path('colour.npy')).describe()).notes).toEqual([expect.stringContaining('read as a stack of 2 images of 3 x 3')]);
  });
});

describe('a folder of .npy files', () => {
  const keys = ['a', 'b/c', 'b/ä ö', '.hidden', 'x.npy', 'x.npy/y', 'A-1_2.png', '-dash', 'end.', '100%', '__proto__', 'ÿ'.repeat(20)];

  it('keeps every key, sorted, and mixes sizes and dtypes', async () => {
    const written = keys.map((key, at) => sample(at, tensor([1 + at, 3], { dtype: at % 2 ? 'float32' : 'uint8', seed: at }), { key }));
    const store = npy(path('folder'));
    await store.write(each(written));
    const sorted = [...written].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    expect(await contentOf(store)).toEqual(sorted);
    expect(await store.describe()).toMatchObject({ count: keys.length, keys: 'stored', ordered: true });
    for (const { key, image } of written) expect(await store.get(key)).toMatchObject({ key, image });
    await store.close();
  });

  it.each(['', '/a', 'a/', 'a//b', 'x'.repeat(201), '\u00ff'.repeat(21)])('refuses the key %j', async (key) => {
    const store = npy(path('refused'));
    expect(store.accepts.key.allows?.test(key)).toBe(false);
    expect((await failureOf(store.write(each([sample(0, tensor([2, 2]), { key })])))).code).toBe('LOSSY');
  });

  it('never writes above itself', async () => {
    await npy(path('jail/inner')).write(each([sample(0, tensor([2, 2]), { key: '../../escaped' })]));
    expect(readdirSync(path('jail'))).toEqual(['inner']);
    expect((await contentOf(npy(path('jail/inner')))).map(({ key }) => key)).toEqual(['../../escaped']);
  });

  it('refuses two samples of one key', async () => {
    const failure = await failureOf(npy(path('twice')).write(each([sample(0, tensor([2, 2]), { key: 'k' }), sample(1, tensor([2, 2]), { key: 'k' })])));
    expect(failure.code).toBe('MISMATCH');
  });

  it('is read past a bad file when that is asked for', async () => {
    const store = npy(path('bad'));
    await store.write(each(['a', 'b', 'c'].map((key, at) => sample(at, tensor([2, 2]), { key }))));
    await writeRaw('bad/b.npy', Buffer.from('nonsense'));
    expect(await failureOf(all(store.read()))).toMatchObject({ code: 'CORRUPT', file: `${path('bad')}/b.npy`, key: 'b' });
    const errors: string[] = [];
    const found = await all(store.read({ onBadSample: (error) => errors.push(error.code) }));
    expect([found.map(({ key }) => key), errors]).toEqual([['a', 'c'], ['CORRUPT']]);
  });

  it('is no store when it holds other files only, and an empty one when it holds nothing', async () => {
    await npy(path('nothing')).write(each([]));
    expect(await contentOf(npy(path('nothing')))).toEqual([]);
    await writeRaw('nothing/readme.txt', Buffer.from('text'));
    expect((await failureOf(all(npy(path('nothing')).read()))).code).toBe('NOT_A_STORE');
  });
});

async function writeRaw(name: string, bytes: Uint8Array): Promise<void> {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path(name), bytes);
}

/** A big-endian int16 stack in Fortran order by hand, and the bytes of its images. */
function fortranStack(count: number, shape: readonly [number, number, number]): { readonly file: Uint8Array; readonly expected: readonly number[][] } {
  const [height, width, channels] = shape;
  const header = `{'descr': '>i2', 'fortran_order': True, 'shape': (${count}, ${height}, ${width}, ${channels}), }`.padEnd(117) + '\n';
  const file = Buffer.alloc(10 + 118 + count * height * width * channels * 2);
  file.write('\x93NUMPY\x01\x00', 'latin1');
  file.writeUInt16LE(118, 8);
  file.write(header, 10);
  const expected: number[][] = [];
  for (let n = 0; n < count; n++) {
    const bytes: number[] = [];
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        for (let c = 0; c < channels; c++) {
          const value = n * 1000 + h * 100 + w * 10 + c;
          file.writeInt16BE(value, 128 + 2 * (n + count * (h + height * (w + width * c))));
          bytes.push(value & 0xff, value >> 8);
        }
      }
    }
    expected.push(bytes);
  }
  return { file, expected };
}
