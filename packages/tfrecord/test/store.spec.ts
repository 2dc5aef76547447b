import { copyFileSync, writeFileSync } from 'node:fs';
import { interceptOperations } from '@imgstore/core/files';
import { encodeExample, readRecords, readSamples, tfrecord } from '@imgstore/tfrecord';
import { example, file, temporaryFiles, upTo } from './helpers/files.js';
import { collect, collectUntilError, concat, frame, pieces } from './helpers/records.js';
import { bytes, features, int64, pngHeader } from './helpers/samples.js';

const { path, put } = temporaryFiles();

describe('the description', () => {
  const keyless = (name: string, image: Uint8Array): Uint8Array => frame(encodeExample({ features: features({ [name]: bytes(image) }) }));

  it('is not taken from the first records where later ones may differ', async () => {
    const location = put('mixed', concat(...upTo(300).map(() => keyless('image/encoded', pngHeader(1, 1))), file(0, 1)));
    const description = await tfrecord(location).describe();
    expect(description).toMatchObject({ keys: 'stored', preset: 'slim' });
    expect(description).not.toHaveProperty('count');
    expect(description).not.toHaveProperty('image');
  });

  it('says that keys are ordinals where the dialect has none', async () => {
    const location = put('keyless-set', concat(...upTo(300).map(() => keyless('image/encoded', pngHeader(1, 1)))));
    expect(await tfrecord(location, { preset: 'slim' }).describe()).toMatchObject({ keys: 'ordinal', preset: 'slim' });
    expect(await tfrecord(location).describe()).toMatchObject({ keys: 'stored' });
    expect(await tfrecord(put('seeds', concat(...upTo(300).map(() => keyless('png_bytes', pngHeader(1, 1)))))).describe()).toMatchObject({ keys: 'ordinal' });
  });
});

describe('reading', () => {
  const location = (): string => path('set');
  beforeAll(() => {
    put('set/train-00000-of-00003.tfrecord', file(0, 2));
    put('set/train-00001-of-00003.tfrecord', new Uint8Array(0));
    put('set/train-00002-of-00003.tfrecord', file(2, 5));
  });

  it('gives each sample its origin', async () => {
    const samples = await collect(tfrecord(location()).read());
    expect(samples.map(({ origin }) => [origin?.file?.slice(-24), origin?.record])).toEqual([
      ['train-00000-of-00003.tfrecord'.slice(-24), 0], ['train-00000-of-00003.tfrecord'.slice(-24), 1],
      ...upTo(3).map((record) => ['train-00002-of-00003.tfrecord'.slice(-24), record]),
    ]);
    expect(samples[0]?.origin?.offset).toBe(0);
  });

  it.each([0, 1, 2, 3, 4, 5, 9])('skips %i samples across files', async (skip) => {
    expect((await collect(tfrecord(location()).read({ skip }))).map(({ label }) => label)).toEqual(upTo(5).slice(skip));
  });

  it('numbers keyless records through the whole store, skipped ones too', async () => {
    const keyless = put('keyless/a', concat(...upTo(3).map(() => frame(encodeExample({ features: features({ png_bytes: bytes(pngHeader(1, 1)) }) })))));
    copyFileSync(keyless, path('keyless/b'));
    expect((await collect(tfrecord(path('keyless')).read({ skip: 2 }))).map(({ key }) => key)).toEqual(['00000002', '00000003', '00000004', '00000005']);
  });

  it('can be done again, and reads twice at once', async () => {
    const store = tfrecord(location());
    const [a, b] = await Promise.all([collect(store.read()), collect(store.read())]);
    expect(a).toEqual(b);
    expect(await collect(store.read())).toEqual(a);
  });

  it('counts bytes and samples', async () => {
    const progress = { bytes: 0, samples: 0 };
    await collect(tfrecord(location()).read({ progress }));
    expect(progress).toEqual({ bytes: file(0, 5).length, samples: 5 });
  });

  it('gives bytes that stay, unless they are borrowed', async () => {
    const many = put('many/m', concat(...upTo(600).map((index) => frame(example(index)))));
    const owned = await collect(tfrecord(many).read());
    expect(owned.map(({ image }) => image?.kind === 'encoded' && image.bytes[19]! + 256 * image.bytes[18]!)).toEqual(upTo(600).map((index) => index + 1));
    let index = 0;
    for await (const { image } of tfrecord(many).read({ borrow: true })) expect(image?.kind === 'encoded' && image.bytes[19]! + 256 * image.bytes[18]!).toBe(++index);
  });

  it('goes through large records with one window, in few reads', async () => {
    const image = (size: number): Uint8Array => concat(pngHeader(1, 1), new Uint8Array(size));
    const large = put('large/l', concat(...[10, 3_000_000, 20, 1_500_000].map((size) => frame(encodeExample({ features: features({ png_bytes: bytes(image(size)) }) })))));
    let reads = 0;
    const restore = interceptOperations((name) => {
      if (name === 'read') reads++;
    });
    try {
      const samples = await collect(tfrecord(large).read());
      expect(samples.map((read) => read.image?.kind === 'encoded' && read.image.bytes.length - pngHeader(1, 1).length)).toEqual([10, 3_000_000, 20, 1_500_000]);
    } finally {
      restore();
    }
    expect(reads).toBeLessThan(12);
  });

  it('closes its file when it is left early', async () => {
    const open = new Set<string>();
    const restore = interceptOperations((name, of) => {
      if (name === 'open') open.add(of);
      if (name === 'close') open.delete(of);
    });
    try {
      for await (const _ of tfrecord(location()).read()) break;
    } finally {
      restore();
    }
    expect([...open]).toEqual([]);
  });

  it('says CHANGED when the file is not the one that was opened', async () => {
    const growing = put('growing/g', file(0, 3));
    const samples = tfrecord(growing).read()[Symbol.asyncIterator]();
    await samples.next();
    writeFileSync(growing, file(0, 4));
    await samples.next();
    await samples.next();
    await expect(samples.next()).rejects.toMatchObject({ code: 'CHANGED' });
  });

  it('stops with the reason of its signal before the next sample', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    let seen = 0;
    await expect((async () => {
      for await (const _ of tfrecord(location()).read({ signal: controller.signal })) {
        seen++;
        controller.abort(reason);
      }
    })()).rejects.toBe(reason);
    expect(seen).toBe(1);
  });
});

describe('a bad record', () => {
  const good = file(0, 4);
  const start = file(0, 1).length;
  const cases: readonly [string, Uint8Array, string][] = [
    ['a wrong data checksum', Uint8Array.from(good, (byte, at) => (at === start + 20 ? byte ^ 1 : byte)), 'CORRUPT'],
    ['a payload that is no Example', concat(file(0, 1), frame(Uint8Array.of(0x0a, 99)), file(2, 4)), 'CORRUPT'],
    ['an image that is none', concat(file(0, 1), frame(encodeExample({ features: features({ 'image/encoded': bytes('nothing') }) })), file(2, 4)), 'UNSUPPORTED'],
  ];

  it.each(cases)('with %s stops the reading, after the records before it', async (_name, content, code) => {
    const { values, error } = await collectUntilError(tfrecord(put('bad/b', content)).read());
    expect(values.map(({ label }) => label)).toEqual([0]);
    expect(error).toMatchObject({ code, file: path('bad/b'), record: 1 });
  });

  it.each(cases)('with %s is told and passed over, and never harms its neighbours', async (_name, content, code) => {
    const told: unknown[] = [];
    const samples = await collect(tfrecord(put('bad/c', content)).read({ onBadSample: (error, raw) => told.push([error.code, error.record, raw!.length > 0]) }));
    expect(samples.map(({ label }) => label)).toEqual([0, 2, 3]);
    expect(told).toEqual([[code, 1, true]]);
  });

  it('whose length is damaged stops the reading always: where the next one begins is not known', async () => {
    const told: unknown[] = [];
    const content = Uint8Array.from(good, (byte, at) => (at === start ? byte ^ 1 : byte));
    await expect(collect(tfrecord(put('bad/d', content)).read({ onBadSample: (error) => told.push(error) }))).rejects.toMatchObject({ code: 'CORRUPT', record: 1 });
    expect(told).toEqual([]);
  });

  it('does not hide what describe() can say', async () => {
    expect(await tfrecord(put('bad/e', cases[1]![1])).describe()).toMatchObject({ preset: 'default', keys: 'stored' });
  });
});

describe('describe()', () => {
  it('knows everything of a store of one window', async () => {
    expect(await tfrecord(put('describe/a', file(0, 3))).describe()).toEqual({
      count: 3, bytes: file(0, 3).length, keys: 'stored', preset: 'default', image: { format: 'png' }, features: new Map(), notes: [],
      roles: { image: 'image/encoded', label: 'image/class/label', className: 'image/class/text', key: 'image/filename' },
    });
  });

  it('knows that an empty file has no samples', async () => {
    expect(await tfrecord(put('describe/empty', new Uint8Array(0))).describe()).toEqual({ count: 0, bytes: 0, keys: 'ordinal', features: new Map(), notes: [] });
  });

  it('does not guess a count', async () => {
    expect((await tfrecord(put('describe/b', concat(...upTo(300).map((index) => frame(example(index)))))).describe()).count).toBeUndefined();
  });

  it('gives sizes that vary as null, features and kinds that were seen, and what is assumed', async () => {
    const raw = (height: number): Uint8Array => frame(encodeExample({ features: features({
      image_raw: bytes(new Uint8Array(height * 6)), height: int64(height), width: int64(2), depth: int64(3), label: int64(1), extra: bytes('x') }) }));
    expect(await tfrecord(put('describe/c', concat(raw(1), raw(2)))).describe()).toMatchObject({
      preset: 'mnist-howto', keys: 'ordinal', image: { dtype: 'uint8', layout: 'HWC', color: 'rgb', shape: [null, 2, 3] }, features: new Map([['extra', 'bytes']]),
      notes: ['the colour order is not recorded: rgb assumed (option color)'],
    });
    expect((await tfrecord(path('describe/c'), { color: 'bgr' }).describe()).notes).toEqual([]);
  });
});

describe('sources that are no path', () => {
  const content = file(0, 3);
  const web = (): ReadableStream<Uint8Array> => new ReadableStream({
    start(controller) {
      controller.enqueue(content.subarray(0, 50));
      controller.enqueue(content.subarray(50));
      controller.close();
    },
  });

  it.each([
    ['a Uint8Array', () => content], ['a Blob', () => new Blob([content])], ['a ReadableStream', web], ['an async iterable', () => pieces(content, 11)],
  ] as const)('are read: %s', async (_name, source) => {
    expect((await collect(tfrecord(source()).read())).map(({ label }) => label)).toEqual([0, 1, 2]);
    expect(await collect(readRecords(source()))).toHaveLength(3);
    expect((await collect(readSamples(source(), { limit: 2 }))).map(({ label }) => label)).toEqual([0, 1]);
  });

  it('can be read once when they are streams', async () => {
    const store = tfrecord(web());
    expect(await store.describe()).toEqual({ keys: 'stored' });
    expect(await collect(store.read())).toHaveLength(3);
    await expect(collect(store.read())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('can be read again, and described, when they are not', async () => {
    for (const source of [content, new Blob([content])]) {
      const store = tfrecord(source);
      expect(await store.describe()).toMatchObject({ count: 3, bytes: content.length });
      expect(await collect(store.read())).toHaveLength(3);
      expect(await collect(store.read())).toHaveLength(3);
    }
  });

  it('release a stream that is left early', async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(content), cancel: () => void (cancelled = true) });
    for await (const _ of readSamples(source, { limit: 5 }));
    expect(cancelled).toBe(true);
  });

  it.each([[42], [null], [{}]])('are refused when they are none: %j', async (source) => {
    await expect(collect(readRecords(source as never))).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });
});

describe('options', () => {
  it.each([
    [{ presset: 'seed' }, /presset.*known/], [{ preset: 'sead' }, /expected one of/], [{ shards: 0 }, /"shards"/], [{ shards: 1.5 }, /"shards"/],
    [{ level: 10, compression: 'gzip' }, /"level"/], [{ level: 1 }, /needs option "compression"/], [{ limits: { record: -1 } }, /limits.record/],
  ])('%j are refused', (options, said) => {
    expect(() => tfrecord('x', options as never)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(said) }));
  });
});
