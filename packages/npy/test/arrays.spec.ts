import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromArrayBuffer } from 'numpy-parser';
import { encodeNpy, listNpz, npy, readNpy, writeNpy } from '../src/index.js';
import { all, each, failureOf } from './helpers/files.js';
import { archives, arrays, fixtureBytes, fixturePath, tellOf } from './helpers/fixtures.js';
import { contentOf, sample, tensor } from './helpers/samples.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-npy-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const stacks = arrays.filter(([name]) => name.startsWith('stack-'));

describe('an array that NumPy wrote', () => {
  it.each(arrays)('%s is read as NumPy reads it', async (name, told) => {
    expect(tellOf(await readNpy(fixturePath(name)))).toEqual(told);
    expect(tellOf(await readNpy(fixtureBytes(name)))).toEqual(told);
  });

  it.each(archives)('%s holds what NumPy reads from it', async (name, told) => {
    expect(await listNpz(fixturePath(name))).toEqual(Object.keys(told));
    for (const [entry, array] of Object.entries(told)) expect(tellOf(await readNpy(fixturePath(name), { entry }))).toEqual(array);
  });

  it.each(stacks)('%s is written again byte for byte, as an array and as a stream of samples of unknown length', async (name) => {
    const bytes = fixtureBytes(name);
    const array = await readNpy(bytes);
    expect(Buffer.from(encodeNpy(array)).equals(bytes)).toBe(true);
    await writeNpy(join(folder, 'array.npy'), array);
    expect(readFileSync(join(folder, 'array.npy')).equals(bytes)).toBe(true);
    await npy(join(folder, 'stack.npy')).write(npy(fixturePath(name)).read({ borrow: true }));
    expect(readFileSync(join(folder, 'stack.npy')).equals(bytes)).toBe(true);
  });

  it.each(['big-endian', 'fortran', 'fortran-big-endian', 'version2', 'version3', 'python2'])('%s holds the samples of the plain one', async (name) => {
    expect(await contentOf(npy(fixturePath(`${name}.npy`)))).toEqual(await contentOf(npy(fixturePath('stack-int16.npy'))));
  });

  it('is refused where it holds objects', async () => {
    const failure = await failureOf(readNpy(fixturePath('objects.npy')));
    expect(failure.message).toBe(`${fixturePath('objects.npy')} at byte 10: the array holds Python objects (a pickle), which are never read`);
    expect(failure.code).toBe('UNSUPPORTED');
  });

  // numpy-parser reads little-endian, C order, version 1, and eight types: the bytes of these stacks. It is wrong with an axis
  // alone, whose shape (3,) it reads as (3, 1), and it takes short data for whole; so only its elements and longer shapes are compared.
  it.each(stacks.filter(([name]) => !/bool|64|float16/.test(name)))('%s is read by numpy-parser with the same elements', async (name, told) => {
    const bytes = fixtureBytes(name);
    const judged = fromArrayBuffer(new Uint8Array(bytes).buffer);
    const array = await readNpy(bytes);
    expect(judged.shape).toEqual(told.shape);
    expect(Buffer.from(judged.data.buffer, judged.data.byteOffset, judged.data.byteLength).equals(Buffer.from(array.data))).toBe(true);
  });
});

describe('a stack in an archive', () => {
  it('is found by the names of its arrays, with its labels', async () => {
    const found = await contentOf(npy(fixturePath('stack.npz')));
    expect(found.map(({ key, label }) => [key, label])).toEqual([['00000000', 7], ['00000001', -1], ['00000002', 0], ['00000003', 2 ** 53 - 1]]);
    expect(found.map(({ image }) => image)).toEqual((await contentOf(npy(fixturePath('stack-uint8.npy')))).map(({ image }) => image));
  });

  it('is written as np.savez writes it', async () => {
    await npy(join(folder, 'stack.npz'), { labels: 'y' }).write(npy(fixturePath('stack.npz')).read());
    expect(readFileSync(join(folder, 'stack.npz')).equals(fixtureBytes('stack.npz'))).toBe(true);
  });

  it('must be named where there are several, and its labels are those that belong to it', async () => {
    const failure = await failureOf(all(npy(fixturePath('keras.npz')).read()));
    expect([failure.code, failure.hint]).toEqual(['BAD_OPTION', 'the option images names it (--src-opt images=NAME); it holds "x_train", "x_test"']);
    expect((await contentOf(npy(fixturePath('keras.npz'), { images: 'x_train' }))).map(({ label }) => label)).toEqual([7, 255, 0, 255]);
    expect((await contentOf(npy(fixturePath('keras.npz'), { images: 'x_test' }))).map(({ label }) => label)).toEqual([7, 255]);
    expect((await failureOf(all(npy(fixturePath('keras.npz'), { images: 'x_test', labels: 'y_train' }).read()))).message)
      .toContain('there are 4 labels, and 2 images in x_test');
  });

  it.each(['none', 'deflate'] as const)('comes back from an archive with compression %s, whatever its length', async (compression) => {
    const store = npy(join(folder, 'labelled.npz'), { images: 'data', labels: 'labels', compression });
    const written = Array.from({ length: 700 }, (_, ordinal) => sample(ordinal, tensor([5, 7, 3], { dtype: 'uint16', seed: ordinal }), { label: ordinal % 10 }));
    await store.write(each(written));
    expect(await contentOf(npy(join(folder, 'labelled.npz')))).toEqual(written);
    expect(await store.get('00000699')).toMatchObject({ key: '00000699', label: 9, image: written[699]?.image });
    expect((await store.split({ count: 3 })).length).toBe(1);
    await store.close();
  });

  it('in Fortran order is read from memory', async () => {
    expect(await contentOf(npy(fixturePath('fortran.npz')))).toEqual(await contentOf(npy(fixturePath('stack-int16.npy'))));
  });

  it('holds no samples at all', async () => {
    const store = npy(join(folder, 'empty.npz'), { labels: 'y' });
    await store.write(each([]));
    expect(await contentOf(store)).toEqual([]);
  });
});

describe('an archive of samples', () => {
  it.each(['none', 'deflate'] as const)('keeps keys, order, sizes and dtypes with compression %s', async (compression) => {
    const keys = ['b', 'a/ä', '../../x', '__proto__', 'C:\\x', 'x.npy', 'k'.repeat(60_000), '\\xff\\xfe'];
    const written = keys.map((key, at) => sample(at, tensor([at + 1, 2, 1], { dtype: at % 2 ? 'float64' : 'bool', seed: at }), { key }));
    const store = npy(join(folder, 'samples.npz'), { compression });
    await store.write(each(written));
    expect(await contentOf(store)).toEqual(written);
    expect((await store.get('x.npy'))?.image).toEqual(written[5]?.image);
    await store.close();
  });

  it('is written as np.savez writes it', async () => {
    await npy(join(folder, 'samples.npz')).write(npy(fixturePath('samples.npz')).read());
    expect(readFileSync(join(folder, 'samples.npz')).equals(fixtureBytes('samples.npz'))).toBe(true);
  });

  it('refuses two samples of one key, naming both', async () => {
    const twice = [0, 1].map((record) => sample(record, tensor([2, 2]), { key: 'k', origin: { file: 'from.tfrecord', record } }));
    const failure = await failureOf(npy(join(folder, 'twice.npz')).write(each(twice)));
    expect([failure.code, failure.message]).toEqual(['MISMATCH', 'from.tfrecord, record 1 (key "k"): the same key as from.tfrecord, record 0; the archive holds each key once']);
  });

  it('is empty when nothing is written', async () => {
    const store = npy(join(folder, 'none.npz'));
    await store.write(each([]));
    expect([await contentOf(store), await listNpz(join(folder, 'none.npz'))]).toEqual([[], []]);
  });
});

describe('readNpy', () => {
  it('wants to know which array of several', async () => {
    const failure = await failureOf(readNpy(fixturePath('stack.npz')));
    expect([failure.code, failure.hint]).toEqual(['BAD_OPTION', 'it holds "x", "y"']);
    expect((await failureOf(readNpy(fixturePath('stack.npz'), { entry: 'z' }))).message).toContain('the archive holds no array "z"');
    expect((await failureOf(readNpy(fixturePath('version2.npy'), { entry: 'x' }))).code).toBe('BAD_OPTION');
  });

  it('refuses an array above the limit, and what writeNpy cannot put together', async () => {
    expect((await failureOf(readNpy(fixturePath('stack-int64.npy'), { limits: { record: 575 } }))).code).toBe('LIMIT');
    expect((await readNpy(fixturePath('stack-int64.npy'), { limits: { record: 576 } })).data).toHaveLength(576);
    expect((await failureOf(writeNpy(join(folder, 'short.npy'), { dtype: 'uint8', shape: [3], data: new Uint8Array(2) }))).code).toBe('MISMATCH');
    expect(() => encodeNpy({ dtype: 'uint8', shape: [-1], data: new Uint8Array(0) })).toThrow('is not possible');
  });

  it('never replaces a file without leave', async () => {
    const path = join(folder, 'there.npy');
    writeFileSync(path, 'mine');
    expect((await failureOf(writeNpy(path, { dtype: 'uint8', shape: [], data: new Uint8Array(1) }))).code).toBe('EXISTS');
    await writeNpy(path, { dtype: 'uint8', shape: [], data: Uint8Array.of(7) }, { overwrite: true });
    expect(await readNpy(path)).toEqual({ dtype: 'uint8', shape: [], data: Uint8Array.of(7) });
  });
});
