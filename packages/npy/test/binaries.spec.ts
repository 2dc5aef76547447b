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
    expect((await failureOf(readNpy(bytes))).message).toMatch(/the compressed bytes are damaged/);
  });
});

describe('CIFAR', () => {
  const record = (head: readonly number[], seed: number): Uint8Array => Uint8Array.from([...head, ...Array.from({ length: 3072 }, (_, at) => (at + seed) % 256)]);

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
