import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIndexedStore } from '@imgstore/core';
import { interceptOperations } from '@imgstore/core/files';
import { encodeExample, tfrecord } from '@imgstore/tfrecord';
import { Offsets } from '../src/offsets.js';
import { example, file, temporaryFiles, upTo } from './helpers/files.js';
import { collect, concat, frame, stream } from './helpers/records.js';
import { bytes, features, png, pngHeader, sample } from './helpers/samples.js';

const { path, put } = temporaryFiles();
const size = (index: number): number => frame(example(index)).length;
const lines = (count: number): string => {
  let offset = 0;
  return upTo(count).map((index) => {
    const line = `${offset} ${size(index)}\n`;
    offset += size(index);
    return line;
  }).join('');
};

/** Which files are opened. */
async function opened(work: () => Promise<unknown>): Promise<string[]> {
  const names: string[] = [];
  const restore = interceptOperations((name, of) => void (name === 'open' && names.push(of)));
  try {
    await work();
  } finally {
    restore();
  }
  return names;
}

it('is a part of the store only where it was asked for, and only of a path', () => {
  expect(isIndexedStore(tfrecord('x'))).toBe(false);
  expect(isIndexedStore(tfrecord('x', { index: true }))).toBe(true);
  for (const source of [file(0, 1), new Blob([]), stream(file(0, 1))]) {
    expect(() => tfrecord(source, { index: true })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  }
  expect(() => tfrecord('x', { index: 'names' as never })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  expect(() => tfrecord('x', { index: true, compression: 'gzip' })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});

describe('records by their ordinals', () => {
  beforeAll(() => {
    put('set/a', file(0, 3));
    put('set/b', new Uint8Array(0));
    put('set/c', file(3, 5));
  });

  it('are found through all files of the store', async () => {
    const store = tfrecord(path('set'), { index: true });
    expect(await collect(store.keys())).toEqual(upTo(5).map((index) => `0000000${index}`));
    const read = await collect(store.read());
    for (const index of [4, 0, 3, 2, 1]) {
      for (const key of [`0000000${index}`, `${index}`, `0${index}`, `000000000${index}`]) expect(await store.get(key)).toEqual(read[index]);
      expect(await store.getRaw!(`0000000${index}`)).toEqual(example(index));
    }
    for (const key of ['00000005', '5', 'k4', '', '-0000001', '-1', '1.0', '1e0', ' 1', '9'.repeat(30)]) expect([await store.get(key), await store.getRaw!(key)]).toEqual([undefined, undefined]);
    await store.close();
  });

  it('are the caller’s for ever, and hold one file open, until the store is closed', async () => {
    const handles = new Set<string>();
    const restore = interceptOperations((name, of) => void (name === 'open' ? handles.add(of) : name === 'close' && handles.delete(of)));
    try {
      const store = tfrecord(path('set'), { index: true });
      const [first, last] = await Promise.all([store.get('00000000'), store.get('00000004')]);
      expect([first?.label, last?.label]).toEqual([0, 4]);
      expect(handles.size).toBe(1);
      await store.close();
      expect(handles.size).toBe(0);
      expect((await store.get('00000001'))?.label).toBe(1);
      await store.close();
    } finally {
      restore();
    }
  });

  it.each(['many.idx', 'many.tfrecord.idx', 'many.tfindex', 'many.index'])('are found through an index that is there: %s', async (name) => {
    const location = put(`there-${name}/many.tfrecord`, file(0, 50));
    put(`there-${name}/${name}`, Buffer.from(lines(50)));
    const store = tfrecord(location, { index: true });
    expect((await store.get('00000049'))?.label).toBe(49);
    await store.close();
    const first = await opened(() => tfrecord(location, { index: true }).get('00000049'));
    expect(first).toContain(path(`there-${name}/${name}`));
  });

  it('take an index without a last line break, and with carriage returns', async () => {
    const location = put('endings/a.tfrecord', file(0, 3));
    for (const text of [lines(3).trimEnd(), lines(3).replaceAll('\n', '\r\n')]) {
      put('endings/a.idx', Buffer.from(text));
      expect((await tfrecord(location, { index: true }).get('00000002'))?.label).toBe(2);
    }
  });

  it.each([
    ['of a shorter file', lines(2)],
    ['of a longer file', lines(4)],
    ['with a gap', lines(3).replace(/^0 /, '1 ')],
    ['that begins later', lines(3).replace(/^.*\n/, '')],
    ['with a size that no frame has', `0 15\n15 ${size(0) - 15}\n`],
    ['with one number in a line', '0\n'],
    ['that is something else', '<html>\n'],
    ['with negative numbers', '-1 5\n'],
    ['with an empty line', `\n${lines(3)}`],
    ['with a number above 2^53', `0 ${'9'.repeat(17)}\n`],
    ['that is empty', ''],
  ])('are not looked for with an index %s', async (_name, text) => {
    const location = put('wrong/a.tfrecord', file(0, 3));
    put('wrong/a.idx', Buffer.from(text));
    await expect(tfrecord(location, { index: true }).get('00000000')).rejects.toMatchObject({ code: 'MISMATCH', file: location, hint: expect.stringContaining('remove the index') });
  });

  it('are not believed to be where an index of the right length says', async () => {
    const location = put('lies/a.tfrecord', file(0, 3));
    put('lies/a.idx', Buffer.from(`0 ${size(0) + size(1)}\n${size(0) + size(1)} ${size(2)}\n`));
    const store = tfrecord(location, { index: true });
    await expect(store.get('00000000')).rejects.toMatchObject({ code: 'MISMATCH', record: 0, offset: 0 });
    expect((await store.get('00000001'))?.label).toBe(2);
    await store.close();
    put('lies/a.idx', Buffer.from(`0 20\n20 ${size(0) + size(1) + size(2) - 20}\n`));
    await expect(tfrecord(location, { index: true }).get('00000001')).rejects.toMatchObject({ code: 'CORRUPT', record: 1, offset: 20 });
  });

  it('are checked like all others, and damage of one does not hide the rest', async () => {
    const content = file(0, 3);
    content[size(0) + 20]! ^= 1;
    const store = tfrecord(put('damaged/a', content), { index: true });
    await expect(store.get('00000001')).rejects.toMatchObject({ code: 'CORRUPT', file: path('damaged/a'), record: 1, offset: size(0) });
    expect((await store.get('00000002'))?.label).toBe(2);
    await store.close();
    await expect(tfrecord(put('damaged/cut', file(0, 3).subarray(0, -1)), { index: true }).get('00000000')).rejects.toMatchObject({ code: 'TRUNCATED', record: 2 });
  });

  it('are refused in a compressed file, by name', async () => {
    await tfrecord(path('packed'), { compression: 'gzip' }).write(stream(sample('a', { image: png() })));
    await expect(tfrecord(path('packed'), { index: true }).get('00000000')).rejects.toMatchObject({ code: 'UNSUPPORTED', file: path('packed'), message: expect.stringContaining('gzip') });
  });

  it('are not looked for in a file that changed', async () => {
    const location = put('changing/a', file(0, 3));
    const store = tfrecord(location, { index: true });
    await store.get('00000000');
    writeFileSync(location, file(1, 5));
    await expect(store.get('00000001')).rejects.toMatchObject({ code: 'CHANGED' });
    await store.close();
    await expect(store.get('00000001')).rejects.toMatchObject({ code: 'CHANGED' });
    await store.close();
  });

  it('can be asked for again when the first time failed', async () => {
    const store = tfrecord(path('late'), { index: true });
    await expect(store.get('00000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    put('late', file(0, 1));
    expect((await store.get('00000000'))?.label).toBe(0);
    await store.close();
  });
});

describe('records by their keys', () => {
  it('are found wherever they are, the first of equal ones', async () => {
    const keyed = (key: string, width: number): Uint8Array => frame(encodeExample({ features: features({ 'image/encoded': bytes(pngHeader(width, 1)), 'image/filename': bytes(key) }) }));
    put('keyed/a', concat(keyed('b', 1), keyed('a', 2)));
    put('keyed/b', concat(keyed('a', 3), frame(encodeExample({ features: features({ 'image/encoded': bytes(pngHeader(4, 1)) }) }))));
    const store = tfrecord(path('keyed'), { index: 'keys' });
    expect(await collect(store.keys())).toEqual(['b', 'a', 'a', '00000003']);
    const read = await collect(store.read());
    expect(await store.get('a')).toEqual(read[1]);
    expect(await store.get('b')).toEqual(read[0]);
    expect(await store.get('00000003')).toEqual(read[3]);
    expect(await store.getRaw!('b')).toHaveLength(keyed('b', 1).length - 16);
    expect([await store.get('00000000'), await store.getRaw!('c')]).toEqual([undefined, undefined]);
    await store.close();
  });
});

it('takes so many records, and says so of more', () => {
  const offsets = new Offsets(2);
  offsets.add(0);
  offsets.add(20);
  expect(() => offsets.add(40)).toThrow(expect.objectContaining({ code: 'LIMIT' }));
});

describe('an index that is written', () => {
  it('says where each record is, beside each file', async () => {
    mkdirSync(path('written'));
    const target = tfrecord(path('written/t'), { shards: 2, index: true });
    await target.write(stream(...upTo(900).map((index) => sample(`k${index}`, { image: png(), label: index }))), { source: { keys: 'stored', count: 900 } });
    for (const index of [0, 1]) {
      const content = readFileSync(path(`written/t-0000${index}-of-00002.tfrecord`));
      const entries = readFileSync(path(`written/t-0000${index}-of-00002.idx`), 'utf8').trimEnd().split('\n').map((line) => line.split(' ').map(Number));
      expect(entries).toHaveLength(450);
      let end = 0;
      for (const [offset = -1, length = -1] of entries) {
        expect([offset, length]).toEqual([end, Number(content.readBigUInt64LE(offset)) + 16]);
        end = offset + length;
      }
      expect(end).toBe(content.length);
    }
    for (const location of [`${path('written/t')}@2`, path('written'), path('written/t-*')]) {
      const store = tfrecord(location, { index: true });
      expect((await store.get('00000899'))?.label).toBe(899);
      expect(await collect(store.keys())).toHaveLength(900);
      await store.close();
    }
  });

  it('stands beside the file that was named', async () => {
    await tfrecord(path('one.tfrecord'), { index: true }).write(stream(sample('a', { image: png() })));
    expect(readFileSync(path('one.idx'), 'utf8')).toBe(`0 ${readFileSync(path('one.tfrecord')).length}\n`);
  });
});
