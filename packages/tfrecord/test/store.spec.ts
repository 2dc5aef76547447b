import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Sample, StoreRange } from '@imgstore/core';
import { interceptOperations } from '@imgstore/core/files';
import { encodeExample, readRecords, readSamples, tfrecord } from '@imgstore/tfrecord';
import { collect, collectUntilError, concat, frame, pieces, stream, temporaryFolder, text } from './helpers/records.js';
import { bytes, features, int64, jpeg, png, pngHeader, sample, tensor } from './helpers/samples.js';

const path = temporaryFolder();
const example = (index: number): Uint8Array => encodeExample({
  features: features({ 'image/encoded': bytes(pngHeader(index + 1, 2)), 'image/class/label': int64(index), 'image/class/text': bytes(`c${index}`), 'image/filename': bytes(`k${index}`) }),
});
const file = (from: number, to: number): Uint8Array => concat(...Array.from({ length: to - from }, (_, index) => frame(example(from + index))));

function put(name: string, content: Uint8Array): string {
  const full = path(name);
  mkdirSync(full.slice(0, full.lastIndexOf('/')), { recursive: true });
  writeFileSync(full, content);
  return full;
}

const labels = async (location: string): Promise<(number | undefined)[]> => (await collect(tfrecord(location).read())).map(({ label }) => label);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a location', () => {
  beforeAll(() => {
    put('set/train-00000-of-00003.tfrecord', file(0, 2));
    put('set/train-00001-of-00003.tfrecord', new Uint8Array(0));
    put('set/train-00002-of-00003.tfrecord', file(2, 5));
    put('set/notes.txt', text('not a TFRecord'));
    put('bare/train-00000-of-00002', file(0, 2));
    put('bare/train-00001-of-00002', file(2, 3));
    put('broken/train-00000-of-00003', file(0, 2));
    put('broken/train-00002-of-00003', file(2, 3));
    put('one-based/t-00001-of-00002', file(0, 1));
    put('one-based/t-00002-of-00002', file(1, 2));
    put('mixed/a.tfrecord', file(0, 2));
    put('mixed/b.tfrecord', concat(text('x'), file(2, 3)));
    put('odd/c', file(0, 1));
    put('empty/readme', text('nothing here'));
    put('both/t-00000-of-00001.tfrecord', file(0, 1));
    put('both/t-00000-of-00001', file(0, 1));
    put('side/t-00000-of-00001.tfrecord', file(0, 1));
    put('side/t-00000-of-00001.idx', text('0 1\n'));
  });

  it.each([
    ['a folder: its TFRecords, sorted', 'set', 5], ['a pattern', 'set/train-*.tfrecord', 5], ['NAME@N', 'set/train@3', 5], ['NAME.EXTENSION@N', 'set/train.tfrecord@3', 5],
    ['a set without an extension', 'bare/train@2', 3], ['a folder of one', 'bare', 3], ['a set that counts from 1', 'one-based', 2], ['a file with any name', 'odd', 1],
    ['a set with other files of its name', 'side/t@1', 1],
  ])('is %s', async (_name, location, count) => {
    expect(await labels(path(location))).toEqual(upTo(count));
  });

  it('is one shard by its own name, which the description says', async () => {
    const store = tfrecord(path('broken/train-00002-of-00003'));
    expect((await collect(store.read())).map(({ key, label }) => [key, label])).toEqual([['k2', 2]]);
    expect((await store.describe()).notes).toEqual(['shard 3 of 3 alone']);
  });

  it('is a file URL', async () => {
    expect(await collect(tfrecord(pathToFileURL(path('odd/c'))).read())).toHaveLength(1);
  });

  it.each(['broken', 'broken/*', 'broken/train@3'])('is refused when a shard is missing: %s', async (location) => {
    await expect(labels(path(location))).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('train-00001-of-00003 is missing') });
  });

  it.each([
    ['nothing/at/all', 'NOT_FOUND'], ['set/x@3', 'NOT_FOUND'], ['set/*.none', 'NOT_FOUND'], ['empty', 'NOT_A_STORE'], ['both/t@1', 'MISMATCH'], ['empty/readme', 'CORRUPT'],
  ])('%s is refused with %s', async (location, code) => {
    await expect(labels(path(location))).rejects.toMatchObject({ code });
    await expect(tfrecord(path(location)).describe()).rejects.toMatchObject({ code });
  });

  it('does not pass over a damaged file of a folder', async () => {
    const { values, error } = await collectUntilError(tfrecord(path('mixed')).read());
    expect(values).toHaveLength(2);
    expect(error).toMatchObject({ code: 'CORRUPT', file: path('mixed/b.tfrecord'), record: 0, offset: 0 });
  });

  it('is made without I/O', () => {
    expect(tfrecord(path('nothing')).location).toBe(path('nothing'));
  });
});

describe('reading', () => {
  const location = (): string => path('set');

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

  it('stops with the reason of its signal', async () => {
    const reason = new Error('enough');
    await expect(collect(tfrecord(location()).read({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
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

  it('of an empty store has no range', async () => {
    expect(await tfrecord(put('split-empty', new Uint8Array(0))).split({ count: 3 })).toEqual([]);
  });

  it('finds damage of a header', async () => {
    await expect(tfrecord(put('split-bad', file(0, 3).subarray(0, -1))).split({ count: 2 })).rejects.toMatchObject({ code: 'TRUNCATED' });
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

describe('writing', () => {
  it('makes exactly the file that was named', async () => {
    const target = path('write/named.anything');
    const summary = await tfrecord(target).write(stream(sample('a', { image: png() }), sample('b', { image: jpeg() })));
    expect(readdirSync(path('write'))).toEqual(['named.anything']);
    expect(summary).toEqual({ samples: 2, bytes: readFileSync(target).length, files: [{ path: target, samples: 2, bytes: readFileSync(target).length }] });
  });

  it('cuts shards at floor(i*n/N), contiguous, empty ones too', async () => {
    for (const [count, shards] of [[5, 3], [3, 3], [1, 3], [0, 2], [700, 4]] as const) {
      const target = path(`shards-${count}-${shards}/t`);
      const source = stream(...upTo(count).map((index) => sample(`k${index}`, { image: png(), label: index })));
      const summary = await tfrecord(target, { shards }).write(source, { source: { keys: 'stored', count } });
      expect(summary.files.map(({ samples }) => samples)).toEqual(upTo(shards).map((index) => Math.floor(((index + 1) * count) / shards) - Math.floor((index * count) / shards)));
      expect(summary.files.map((written) => written.path)).toEqual(upTo(shards).map((index) => `${target}-0000${index}-of-0000${shards}.tfrecord`));
      expect(await labels(`${target}@${shards}`)).toEqual(upTo(count));
    }
  });

  it('writes part by part the same bytes as all at once', async () => {
    const samples = upTo(10).map((index) => sample(index % 2 ? `k${index}` : `0000000${index}`, { image: png(), label: index }));
    await tfrecord(path('parts-whole/t'), { shards: 3 }).write(stream(...samples), { source: { keys: 'stored', count: 10 } });
    for (const [index, [from, to]] of [[0, 3], [3, 6], [6, 10]].entries()) {
      await tfrecord(path('parts/t'), { shards: 3 }).write(stream(...samples.slice(from, to)), { part: { index, count: 3, first: from! }, source: { keys: 'stored', count: 10 } });
    }
    for (const name of readdirSync(path('parts-whole'))) expect(readFileSync(path(`parts/${name}`))).toEqual(readFileSync(path(`parts-whole/${name}`)));
    expect(readdirSync(path('parts'))).toHaveLength(3);
  });

  it('refuses more or fewer samples than the shards were cut for, and leaves nothing', async () => {
    for (const [said, given] of [[3, 2], [2, 3]] as const) {
      const write = tfrecord(path('count/t'), { shards: 2 }).write(stream(...upTo(given).map((index) => sample(`k${index}`))), { source: { keys: 'stored', count: said } });
      await expect(write).rejects.toMatchObject({ code: 'MISMATCH', message: expect.stringContaining(`said ${said} samples`) });
    }
    expect(() => readdirSync(path('count'))).toThrow();
  });

  it('needs to be told how many samples there are before it cuts shards', async () => {
    expect(tfrecord('x', { shards: 2 }).accepts.count).toBe(true);
    expect(tfrecord('x').accepts.count).toBeUndefined();
    await expect(tfrecord(path('x'), { shards: 2 }).write(stream())).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('keeps what is there until it may replace it', async () => {
    const target = path('exists/t');
    await tfrecord(target).write(stream(sample('a')));
    await expect(tfrecord(target).write(stream(sample('b')))).rejects.toMatchObject({ code: 'EXISTS' });
    expect((await collect(tfrecord(target).read()))[0]?.key).toBe('a');
    await tfrecord(target).write(stream(sample('b')), { overwrite: true });
    expect((await collect(tfrecord(target).read()))[0]?.key).toBe('b');
  });

  it('leaves nothing, and closes its source, when the source fails', async () => {
    let closed = false;
    async function* failing(): AsyncGenerator<ReturnType<typeof sample>> {
      try {
        yield sample('a');
        throw new Error('source');
      } finally {
        closed = true;
      }
    }
    for (const options of [{}, { compression: 'gzip' }] as const) await expect(tfrecord(path('failing/t'), options).write(failing())).rejects.toThrow('source');
    expect(closed).toBe(true);
    expect(() => readdirSync(path('failing'))).toThrow();
  });

  it('leaves nothing when any file operation fails, plain or compressed', async () => {
    for (const options of [{}, { compression: 'zlib' }] as const) {
      let operations = 0;
      const run = async (failAt: number): Promise<unknown> => {
        operations = 0;
        const restore = interceptOperations(() => {
          if (operations++ === failAt) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        });
        try {
          return await tfrecord(path('io/t'), options).write(stream(sample('a', { image: png() })), { overwrite: true }).then(() => undefined, (error: unknown) => error);
        } finally {
          restore();
        }
      };
      expect(await run(Infinity)).toBeUndefined();
      const before = readFileSync(path('io/t'));
      const total = operations;
      expect(total).toBeGreaterThan(5);
      for (let failAt = 0; failAt < total; failAt++) {
        const error = await run(failAt);
        if (error !== undefined) expect(error).toMatchObject({ code: expect.stringMatching(/IO|EXISTS/) });
        expect(readFileSync(path('io/t'))).toEqual(before);
      }
    }
  });

  it('leaves the ordinal keys out, and writes every other', async () => {
    const target = path('keys/t');
    await tfrecord(target).write(stream(sample('00000000'), sample('00000007'), sample('00000002'), sample('a')), { source: { keys: 'stored' } });
    const records = await collect(readRecords(target));
    expect(records.map(({ data }) => data.length > 0)).toEqual([false, true, false, true]);
    await tfrecord(target).write(stream(sample('00000010'), sample('real')), { source: { keys: 'ordinal' }, overwrite: true });
    expect((await collect(tfrecord(target).read())).map(({ key }) => key)).toEqual(['00000000', 'real']);
  });

  it('stops with the reason of its signal', async () => {
    const reason = new Error('enough');
    await expect(tfrecord(path('abort/t')).write(stream(sample('a')), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('takes borrowed samples', async () => {
    const shared = new Uint8Array(pngHeader(1, 1).length);
    async function* borrowed(): AsyncGenerator<ReturnType<typeof sample>> {
      for (let index = 1; index <= 5; index++) {
        shared.set(pngHeader(index, 1));
        yield sample(`k${index}`, { image: { kind: 'encoded', format: 'png', bytes: shared } });
        shared.fill(0);
      }
    }
    expect(tfrecord('x').accepts.borrow).toBe(true);
    await tfrecord(path('borrowed/t')).write(borrowed());
    const read = await collect(tfrecord(path('borrowed/t')).read());
    expect(read.map(({ image }) => image?.kind === 'encoded' && image.bytes[19])).toEqual([1, 2, 3, 4, 5]);
  });

  it('writes records larger than its buffer', async () => {
    const image = tensor([1000, 700, 3]);
    await tfrecord(path('large-write/t')).write(stream(sample('a', { image }), sample('b', { image })));
    const read = await collect(tfrecord(path('large-write/t')).read());
    expect(read.map((copy) => copy.image?.kind === 'tensor' && Buffer.compare(copy.image.data, image.data))).toEqual([0, 0]);
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
