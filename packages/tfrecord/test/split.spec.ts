import type { Sample, StoreRange } from '@imgstore/core';
import { encodeExample, tfrecord } from '@imgstore/tfrecord';
import { file, temporaryFiles, upTo } from './helpers/files.js';
import { collect, concat, frame } from './helpers/records.js';
import { bytes, features, pngHeader } from './helpers/samples.js';

const { path, put } = temporaryFiles();

describe('split()', () => {
  const location = (): string => path('split');
  const all = async (ranges: readonly StoreRange[]): Promise<Sample[]> => {
    const parts: Sample[] = [];
    for (const range of ranges) parts.push(...await collect(tfrecord(location()).read({ range: JSON.parse(JSON.stringify(range)) as StoreRange })));
    return parts;
  };
  beforeAll(() => {
    put('split/a', file(0, 7));
    put('split/b', new Uint8Array(0));
    put('split/c', file(7, 8));
    put('split/d', file(8, 20));
  });

  it.each([1, 2, 3, 7, 20, 50])('into %i covers the store exactly, in order, with the same ordinals', async (count) => {
    const ranges = await tfrecord(location()).split({ count });
    expect(ranges.length).toBeLessThanOrEqual(count);
    expect(ranges.map(({ first }) => first)).toEqual([...new Set(upTo(count).map((index) => Math.floor((index * 20) / count)))]);
    const whole = await collect(tfrecord(location()).read());
    const parts = await all(ranges);
    expect(parts.map(({ key, label, image }) => ({ key, label, image }))).toEqual(whole.map(({ key, label, image }) => ({ key, label, image })));
    expect(ranges.reduce((sum, { count: records }) => sum + records!, 0)).toBe(20);
  });

  it.each([1, 200, 1000, 1e9])('into ranges of about %i bytes covers the store exactly', async (targetBytes) => {
    const parts = await all(await tfrecord(location()).split({ targetBytes }));
    expect(parts.map(({ label }) => label)).toEqual(upTo(20));
  });

  it('skips within a range, and keeps the ordinals of keyless records', async () => {
    const keyless = put('split-keyless/a', concat(...upTo(10).map(() => frame(encodeExample({ features: features({ png_bytes: bytes(pngHeader(1, 1)) }) })))));
    const [, range] = await tfrecord(keyless).split({ count: 2 });
    expect((await collect(tfrecord(keyless).read({ range: range!, skip: 3 }))).map(({ key }) => key)).toEqual(['00000008', '00000009']);
  });

  it('never cuts a compressed file', async () => {
    const folder = path('split-gzip');
    for (const [name, from, to] of [['a', 0, 5], ['b', 5, 9]] as const) {
      await tfrecord(`${folder}/${name}`, { compression: 'gzip' }).write(tfrecord(put('split-plain', file(from, to))).read());
    }
    const ranges = await tfrecord(folder).split({ count: 4 });
    expect(ranges.map(({ first, count }) => [first, count])).toEqual([[0, 5], [5, 4]]);
    const read = await Promise.all(ranges.map((range) => collect(tfrecord(folder).read({ range }))));
    expect(read.flat().map(({ label }) => label)).toEqual(upTo(9));
  });

  it('by bytes cuts at the first record at or after each multiple, and only before a compressed file', async () => {
    const folder = path('split-mixed');
    put('split-mixed/a', file(0, 6));
    await tfrecord(`${folder}/b`, { compression: 'gzip' }).write(tfrecord(put('split-plain', file(6, 9))).read());
    put('split-mixed/c', file(9, 12));
    const size = file(0, 1).length;
    const ranges = await tfrecord(folder).split({ targetBytes: 2 * size });
    expect(ranges.slice(0, 4).map(({ start, first }) => [start, first])).toEqual([[0, 0], [2 * size, 2], [4 * size, 4], [6 * size, 6]]);
    expect(ranges.filter(({ first }) => first > 6 && first < 9)).toEqual([]);
    expect(ranges.reduce((sum, { count }) => sum + count!, 0)).toBe(12);
  });

  it.each([{ count: 0 }, { count: 2.5 }, { targetBytes: 0 }, { targetBytes: -1 }])('%j is refused', async (wanted) => {
    await expect(tfrecord(location()).split(wanted)).rejects.toMatchObject({ code: 'BAD_OPTION', format: 'tfrecord', location: location() });
  });

  it('into far more ranges than there are records gives one for each record', async () => {
    expect(await tfrecord(location()).split({ count: Number.MAX_SAFE_INTEGER })).toHaveLength(20);
    expect(await tfrecord(location()).split({ targetBytes: 1 })).toHaveLength(20);
  });

  it('of an empty store has no range', async () => {
    expect(await tfrecord(put('split-empty', new Uint8Array(0))).split({ count: 3 })).toEqual([]);
  });

  it('finds damage of a header', async () => {
    await expect(tfrecord(put('split-bad', file(0, 3).subarray(0, -1))).split({ count: 2 })).rejects.toMatchObject({ code: 'TRUNCATED' });
  });
});
