import { mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { npy, readNpy } from '../src/index.js';
import { all, failureOf, temporaryFolder } from './helpers/files.js';
import { contentOf } from './helpers/samples.js';

const { path, file } = temporaryFolder();

/** An IDX file by hand. */
function idx(type: number, shape: readonly number[], elements: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, elements]);
}

const digits = idx(8, [3, 2, 2], Uint8Array.from({ length: 12 }, (_, at) => at));
const labels = idx(8, [3], Uint8Array.of(5, 0, 4));

describe('IDX', () => {
  it.each([['plain', digits, labels], ['compressed', gzipSync(digits), gzipSync(labels)]])('%s is a stack, with labels from a second file', async (name, images, names) => {
    const store = npy(file(`${name}-images-idx3-ubyte`, images), { labels: file(`${name}-labels-idx1-ubyte`, names) });
    expect((await contentOf(store)).map(({ key, label, image }) => [key, label, image?.kind === 'tensor' && [...image.data]])).toEqual([
      ['00000000', 5, [0, 1, 2, 3]], ['00000001', 0, [4, 5, 6, 7]], ['00000002', 4, [8, 9, 10, 11]],
    ]);
    expect((await store.get('00000002'))?.label).toBe(4);
    expect((await store.describe()).count).toBe(name === 'plain' ? 3 : undefined);
    await store.close();
  });

  it('is big-endian', async () => {
    expect(await readNpy(idx(0x0b, [2], Uint8Array.of(1, 2, 255, 254)))).toEqual({ dtype: 'int16', shape: [2], data: Uint8Array.of(2, 1, 254, 255) });
    expect(await readNpy(idx(0x0e, [1], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))).toEqual({ dtype: 'float64', shape: [1], data: Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1) });
  });

  it.each([
    ['is a byte short', digits.subarray(0, -1), 'TRUNCATED'], ['is a byte long', Buffer.concat([digits, Buffer.alloc(1)]), 'CORRUPT'],
    ['is cut in its header', digits.subarray(0, 9), 'TRUNCATED'], ['claims 2^96 elements', idx(8, [0xffff_ffff, 0xffff_ffff, 0xffff_ffff], Buffer.alloc(9)), 'LIMIT'],
    ['is a cut stream', gzipSync(digits).subarray(0, 30), 'TRUNCATED'], ['is short in its stream', gzipSync(digits.subarray(0, 20)), 'TRUNCATED'],
    ['is long in its stream', gzipSync(Buffer.concat([digits, Buffer.alloc(1)])), 'CORRUPT'],
    ['claims much in its stream', gzipSync(idx(8, [2 ** 30, 2 ** 10], Buffer.alloc(9))), 'LIMIT'],
  ])('that %s is refused', async (_, bytes, code) => {
    expect((await failureOf(readNpy(bytes))).code).toBe(code);
    expect((await failureOf(all(npy(file('bad-idx3-ubyte', bytes)).read()))).code).toMatch(/^(TRUNCATED|CORRUPT|LIMIT|UNSUPPORTED)$/);
  });

  it('with a wrong checksum in its stream is refused', async () => {
    const bytes = gzipSync(digits);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
    expect((await failureOf(readNpy(bytes))).message).toMatch(/the gzip stream is damaged/);
  });
});

describe('the folder of MNIST', () => {
  const test = { images: idx(8, [2, 2, 2], Uint8Array.of(20, 21, 22, 23, 24, 25, 26, 27)), labels: idx(8, [2], Uint8Array.of(7, 2)) };
  const foldered = (folder: string, files: Readonly<Record<string, Uint8Array | string>>): string => {
    mkdirSync(path(folder));
    for (const [name, bytes] of Object.entries(files)) file(`${folder}/${name}`, bytes);
    return path(folder);
  };
  const expected = [['00000000', 5, 0], ['00000001', 0, 4], ['00000002', 4, 8], ['00000003', 7, 20], ['00000004', 2, 24]];
  const told = async (location: string): Promise<unknown> => (await contentOf(npy(location))).map(({ key, label, image }) => [key, label, image?.kind === 'tensor' && image.data[0]]);

  it.each([['plain', '-', false], ['compressed', '-', true], ['with dots in its names', '.', false]] as const)('%s is read as the images of training, then those of the test, with their labels', async (name, mark, isCompressed) => {
    const pack = (bytes: Uint8Array): Uint8Array => (isCompressed ? gzipSync(bytes) : bytes);
    const end = isCompressed ? '.gz' : '';
    const folder = foldered(`mnist ${name}`, {
      [`t10k-images${mark}idx3-ubyte${end}`]: pack(test.images), [`t10k-labels${mark}idx1-ubyte${end}`]: pack(test.labels),
      [`train-images${mark}idx3-ubyte${end}`]: pack(digits), [`train-labels${mark}idx1-ubyte${end}`]: pack(labels), 'README.txt': 'http',
    });
    const store = npy(folder);
    expect(await told(folder)).toEqual(expected);
    expect(await store.describe()).toEqual({
      keys: 'ordinal', ...!isCompressed && { count: 5 }, bytes: isCompressed ? expect.any(Number) : 16 + 12 + 16 + 8,
      image: { dtype: 'uint8', shape: [2, 2], layout: 'HW', color: 'gray' },
      notes: [
        `train-images${mark}idx3-ubyte${end}: 3 images, with the labels in train-labels${mark}idx1-ubyte${end}`,
        `t10k-images${mark}idx3-ubyte${end}: 2 images, with the labels in t10k-labels${mark}idx1-ubyte${end}`,
        `the images of the test (t10k-images${mark}idx3-ubyte${end}) come behind those of train-images${mark}idx3-ubyte${end}, and a shuffle, or a split by fractions, mixes them: name the file instead of the folder for its images alone`,
      ],
    });
    expect((await all(store.keys())).length).toBe(5);
    expect((await store.get('00000003'))?.label).toBe(7);
    await store.close();
    const ranges = await store.split({ count: 2 });
    expect(ranges).toHaveLength(isCompressed ? 1 : 2);
    const whole = await all(store.read());
    expect((await Promise.all(ranges.map((range) => all(store.read({ range }))))).flat()).toEqual(whole);
    for (const skip of [1, 3, 4, 5, 9]) expect(await all(store.read({ skip }))).toEqual(whole.slice(skip));
    expect(whole[3]?.origin).toMatchObject({ file: expect.stringMatching(/t10k-images/), record: 0 });
  });

  it('takes a file that is there plain and compressed once, and says what it leaves out', async () => {
    const folder = foldered('mnist twice', { 'train-images-idx3-ubyte': digits, 'train-images-idx3-ubyte.gz': gzipSync(digits), 't10k-labels-idx1-ubyte': test.labels });
    expect(await told(folder)).toEqual([['00000000', undefined, 0], ['00000001', undefined, 4], ['00000002', undefined, 8]]);
    expect((await npy(folder).describe()).notes).toEqual([
      'train-images-idx3-ubyte: 3 images, without a file of labels beside it', 'left out: t10k-labels-idx1-ubyte, train-images-idx3-ubyte.gz',
    ]);
  });

  it('is refused where labels are not as many as images, where a file is damaged, and where there are no images', async () => {
    const few = foldered('mnist few', { 'train-images-idx3-ubyte': digits, 'train-labels-idx1-ubyte': test.labels });
    expect(await failureOf(all(npy(few).read()))).toMatchObject({ code: 'MISMATCH', file: `${few}/train-labels-idx1-ubyte` });
    const cut = foldered('mnist cut', { 'train-images-idx3-ubyte': digits, 't10k-images-idx3-ubyte': test.images.subarray(0, -1) });
    expect(await failureOf(all(npy(cut).read()))).toMatchObject({ code: 'TRUNCATED', file: `${cut}/t10k-images-idx3-ubyte` });
    const labelled = foldered('mnist labels', { 'train-labels-idx1-ubyte': labels });
    expect(await failureOf(all(npy(labelled).read()))).toMatchObject({ code: 'NOT_A_STORE' });
    expect(await failureOf(all(npy(labelled, { form: 'idx' }).read()))).toMatchObject({ code: 'NOT_A_STORE' });
    expect(await failureOf(all(npy(few, { labels: 'y' }).read()))).toMatchObject({ code: 'BAD_OPTION' });
  });

  it('is not needed: one file of images has the labels beside it too, and those that are named before them', async () => {
    const folder = foldered('mnist one', { 'a-images-idx3-ubyte.gz': gzipSync(digits), 'a-labels-idx1-ubyte': labels, 'other-labels': idx(8, [3], Uint8Array.of(1, 1, 1)) });
    const images = `${folder}/a-images-idx3-ubyte.gz`;
    expect((await contentOf(npy(images))).map(({ label }) => label)).toEqual([5, 0, 4]);
    expect((await npy(images).describe()).notes).toEqual(['a-images-idx3-ubyte.gz: 3 images, with the labels in a-labels-idx1-ubyte']);
    expect((await contentOf(npy(images, { labels: `${folder}/other-labels` }))).map(({ label }) => label)).toEqual([1, 1, 1]);
    expect(await failureOf(all(npy(`${folder}/a-labels-idx1-ubyte`).read()))).toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('CIFAR', () => {
  const record = (head: readonly number[], seed: number): Uint8Array => Uint8Array.from([...head, ...Array.from({ length: 3072 }, (_, at) => (at + seed) % 256)]);

  it.each<readonly [string, Readonly<Record<string, Uint8Array | string>>]>([
    ['cifar10', { 'batches.meta.txt': 'airplane\nautomobile\n', 'data_batch_1.bin': record([1], 0), 'data_batch_2.bin': record([0], 1), 'test_batch.bin': record([1], 2), 'readme.html': '' }],
    ['cifar100', { 'fine_label_names.txt': 'airplane\nautomobile\n', 'test.bin': record([9, 1], 2), 'train.bin': Buffer.concat([record([9, 1], 0), record([9, 0], 1)]) }],
  ])('as a folder, %s, is the batches of training, then the test', async (form, files) => {
    mkdirSync(path(form));
    for (const [name, bytes] of Object.entries(files)) file(`${form}/${name}`, bytes);
    const found = await contentOf(npy(path(form)));
    expect(found.map(({ key, className, image }) => [key, className, image?.kind === 'tensor' && image.data[0]])).toEqual([['00000000', 'automobile', 0], ['00000001', 'airplane', 1], ['00000002', 'automobile', 2]]);
    expect(await npy(path(form)).describe()).toMatchObject({ count: 3, classes: ['airplane', 'automobile'], preset: form });
    file(`${form}/test${form === 'cifar10' ? '_batch' : ''}.bin`, record([1, 1, 1], 2));
    expect(await failureOf(all(npy(path(form)).read()))).toMatchObject({ code: 'TRUNCATED' });
  });

  it('is no folder without its files', async () => {
    mkdirSync(path('no-cifar'));
    expect(await failureOf(all(npy(path('no-cifar'), { form: 'cifar100' }).read()))).toMatchObject({ code: 'NOT_A_STORE' });
  });

  it('10 has a label before the planes, and names in a file beside it', async () => {
    file('batches.meta.txt', 'airplane\nautomobile\n\n');
    const store = npy(file('data_batch_1.bin', Buffer.concat([record([1], 0), record([0], 7)])), { form: 'cifar10' });
    const found = await contentOf(store);
    expect(found).toMatchObject([
      { key: '00000000', label: 1, className: 'automobile', image: { dtype: 'uint8', shape: [3, 32, 32], layout: 'CHW', color: 'rgb' } },
      { key: '00000001', label: 0, className: 'airplane' },
    ]);
    expect(found[1]?.image?.kind === 'tensor' && [...found[1].image.data.subarray(0, 3)]).toEqual([7, 8, 9]);
    expect(await store.describe()).toMatchObject({ count: 2, classes: ['airplane', 'automobile'], preset: 'cifar10' });
    expect((await all(store.read({ skip: 1 }))).map(({ origin }) => origin?.offset)).toEqual([3073]);
  });

  it('100 has a coarse label too', async () => {
    const [found] = await contentOf(npy(file('train.bin', record([3, 77], 0)), { form: 'cifar100' }));
    expect(found).toMatchObject({ label: 77 });
    expect(found?.features.get('coarse_label')).toEqual({ kind: 'int64', values: BigInt64Array.of(3n) });
    expect(found?.image?.kind === 'tensor' && found.image.data[0]).toBe(0);
  });

  it('of half a record is refused, and is never written', async () => {
    expect((await failureOf(all(npy(file('half.bin', record([1], 0).subarray(1)), { form: 'cifar10' }).read()))).code).toBe('TRUNCATED');
    expect((await failureOf(npy(path('new.bin'), { form: 'cifar10' }).write(npy(path('train.bin'), { form: 'cifar100' }).read()))).code).toBe('BAD_OPTION');
  });
});
