import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { escapeKey, isIndexedStore, isSplittableStore, isWritableStore } from '@imgstore/core';
import type { ImgstoreError, Sample, TensorImage } from '@imgstore/core';
import { interceptOperations } from '@imgstore/core/files';
import { decodeDatum, lmdb, readEntries } from '../src/index.js';
import { all, digestOf, failureOf, fixtureBytes, fixturePath, fixtures, temporaryFolder } from './helpers/fixtures.js';
import { load, numbered } from './helpers/bulk.js';

const { path, file } = temporaryFolder();

async function* streamOf(samples: readonly Sample[]): AsyncGenerator<Sample> {
  yield* samples;
}

function sample(key: string, fields: Partial<Sample> = {}): Sample {
  const image: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 2], layout: 'CHW', color: 'gray', data: Uint8Array.of(1, 2) };
  return { key, image, features: new Map(), ...fields };
}

describe('an LMDB store', () => {
  it('is made without I/O and can do all that a store can', () => {
    const store = lmdb('/nowhere/at/all');
    expect([isWritableStore(store), isIndexedStore(store), isSplittableStore(store)]).toEqual([true, true, true]);
    expect(store).toMatchObject({ format: 'lmdb', location: '/nowhere/at/all' });
  });

  it('refuses options that it does not know', () => {
    expect(() => lmdb('x', { colour: 'rgb' } as object)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', hint: expect.stringContaining('color') }));
    expect(() => lmdb('')).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  it('says what it accepts by where and how it is written', () => {
    expect(lmdb('out').accepts).toEqual({
      image: 'required', encoded: 'any', tensor: { dtypes: ['uint8', 'float32'], layouts: ['CHW'], colors: ['gray', 'gray-alpha', 'bgr', 'bgra'], maxBytes: 2147483647 },
      key: { kind: 'bytes', maxBytes: 511, unique: true, sorted: true, allows: /^[^]/ }, label: { min: -2147483648, max: 2147483647, absent: 'it is left out, and Caffe reads 0' },
      classes: true, classNeedsLabel: true, features: 'none', borrow: true,
    });
    expect(lmdb('out.mdb').accepts.classes).toBe(false);
    expect(['', 'a', '\n'].map((key) => lmdb('out').accepts.key.allows?.test(key))).toEqual([false, true, true]);
    expect(lmdb('out.mdb', { subdir: true }).accepts.classes).toBe(true);
    expect(lmdb('out', { color: 'rgb' }).accepts.tensor?.colors).toEqual(['gray', 'gray-alpha', 'rgb', 'rgba']);
  });
});

describe('reading an LMDB store', () => {
  const many = lmdb(fixturePath('many'));

  it('gives samples in the order of their keys, with where they were read', async () => {
    const samples = await all(many.read());
    expect(samples.map(({ key }) => key)).toEqual(Array.from({ length: 300 }, (_, index) => String(index).padStart(5, '0')));
    expect(samples[41]).toMatchObject({ label: 1, origin: { file: fixturePath('many'), record: 41 } });
    const { offset = 0 } = samples[41]?.origin ?? {};
    expect(decodeDatum(fixtureBytes('many').subarray(offset, offset + 50).subarray(0, 46))).toMatchObject({ channels: 1, height: 6 });
  });

  it('can be read again, and skips samples at the front', async () => {
    expect((await all(many.read({ skip: 297 }))).map(({ key, origin }) => [key, origin?.record])).toEqual([['00297', 297], ['00298', 298], ['00299', 299]]);
    expect(await all(many.read({ skip: 1000 }))).toEqual([]);
  });

  it('adds what it has consumed to the progress, in the end all bytes of the description', async () => {
    for (const name of ['many', 'overflow', 'format2', 'long-keys']) {
      const progress = { bytes: 0, samples: 0 };
      const bad: ImgstoreError[] = [];
      const store = lmdb(fixturePath(name));
      await all(store.read({ progress, onBadSample: (error) => bad.push(error) }));
      const { bytes, count } = await store.describe();
      expect(progress.bytes).toBe(bytes);
      expect(progress.samples + bad.length).toBe(count);
    }
  });

  it('leaves out a bad sample that is told, and none of its neighbours', async () => {
    const bytes = fixtureBytes('raw');
    const at = bytes.indexOf(Buffer.from([0x08, 3, 0x10, 7, 0x18, 7])); // the third sample is 3 x 7 x 7
    bytes[at + 1] = 4;
    const location = file('bad.mdb', bytes);
    const told: { readonly error: ImgstoreError; readonly raw: Uint8Array | undefined }[] = [];
    const samples = await all(lmdb(location).read({ onBadSample: (error, raw) => told.push({ error, raw }) }));
    expect(samples.map(({ origin }) => origin?.record)).toEqual([0, 1, 3, 4, 5]);
    expect(told).toHaveLength(1);
    expect(told[0]?.error).toMatchObject({ code: 'MISMATCH', key: '00000002_pic/2.png', record: 2, file: location, offset: at });
    expect(told[0]?.raw?.[1]).toBe(4);
    const failure = await failureOf(all(lmdb(location).read()));
    expect(failure.message).toBe(`${location}, record 2 at byte ${at} (key "00000002_pic/2.png"): the Datum of 4 x 7 x 7 holds 147 bytes, expected 196`);
  });

  it('gives the samples before a bad one before it throws', async () => {
    const seen: string[] = [];
    await expect((async () => {
      for await (const { key } of lmdb(path('bad.mdb')).read()) seen.push(key);
    })()).rejects.toMatchObject({ code: 'MISMATCH' });
    expect(seen).toEqual(['00000000_pic/0.png', '00000001_pic/1.png']);
  });

  it('refuses a named sub-database by its name', async () => {
    expect(await failureOf(all(lmdb(fixturePath('sub-database')).read()))).toMatchObject({ code: 'UNSUPPORTED', key: 'train', what: expect.stringContaining('sub-database "train"') });
  });

  it('refuses values with versions of npm lmdb', async () => {
    const bytes = fixtureBytes('format2');
    for (const meta of [0, 4096]) bytes.writeUInt16LE(0x100, meta + 96 + 4);
    expect(await failureOf(all(lmdb(file('versions.mdb', bytes)).read()))).toMatchObject({ code: 'UNSUPPORTED', what: expect.stringContaining('useVersions') });
  });

  it('says what is at a path that is no database', async () => {
    mkdirSync(path('leveldb'));
    for (const name of ['CURRENT', 'MANIFEST-000004']) writeFileSync(path(`leveldb/${name}`), '');
    mkdirSync(path('bare'));
    expect(await failureOf(all(lmdb(path('nothing')).read()))).toMatchObject({ code: 'NOT_FOUND', location: path('nothing') });
    expect(await failureOf(all(lmdb(path('bare')).read()))).toMatchObject({ code: 'NOT_A_STORE', what: expect.stringContaining('no data.mdb') });
    expect(await failureOf(lmdb(path('leveldb')).describe())).toMatchObject({ code: 'NOT_A_STORE', what: expect.stringContaining('LevelDB') });
  });

  it('closes its file after the end, a break and an error', async () => {
    let open = 0;
    const stop = interceptOperations((name) => {
      if (name === 'open') open++;
      if (name === 'close') open--;
    });
    try {
      await all(many.read());
      for await (const _ of many.read()) break;
      await failureOf(all(lmdb(path('bad.mdb')).read()));
      await many.describe();
      await many.split({ count: 3 });
      await many.get('00007');
      await many.close();
      expect(open).toBe(0);
    } finally {
      stop();
    }
  });

  it('says what failed when any of its reads fails', async () => {
    let fails = Infinity;
    let reads = 0;
    const stop = interceptOperations((name) => {
      if (name === 'read' && ++reads >= fails) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    });
    try {
      await all(many.read());
      const needed = reads;
      expect(needed).toBeGreaterThan(4);
      for (fails = 1; fails <= needed; fails++) {
        reads = 0;
        expect(await failureOf(all(many.read()))).toMatchObject({ code: 'IO', cause: { code: 'EIO' } });
      }
    } finally {
      stop();
    }
  });
});

describe('describing an LMDB store', () => {
  it('says count, bytes, keys and order, and that colours are assumed', async () => {
    expect(await lmdb(fixturePath('raw')).describe()).toEqual({
      count: 6, bytes: 12_288, keys: 'stored', ordered: true, preset: 'caffe', image: { dtype: 'uint8', layout: 'CHW', shape: [null, null, 7] },
      notes: ['Datum does not record the channel order: bgr assumed, as convert_imageset writes it; use --src-opt color=rgb if this store was written as RGB'],
    });
    expect(await lmdb(fixturePath('raw'), { color: 'bgr' }).describe()).not.toHaveProperty('notes');
  });

  it('says of images only what was seen of all of them', async () => {
    expect((await lmdb(fixturePath('float')).describe()).image).toEqual({ dtype: 'float32', layout: 'CHW', shape: [null, 4, 3] });
    expect(await lmdb(fixturePath('encoded')).describe()).not.toHaveProperty('image');
    expect(await lmdb(fixturePath('many')).describe()).not.toHaveProperty('image');
    expect(await lmdb(fixturePath('empty')).describe()).toEqual({ count: 0, bytes: 8192, keys: 'stored', ordered: true });
  });

  it('says of a database without Datums what its values are', async () => {
    expect(await lmdb(fixturePath('sub-database')).describe()).toMatchObject({ notes: [expect.stringContaining('bgr assumed'), expect.stringContaining('sub-database "train"')].slice(1) });
    expect((await lmdb(fixturePath('long-keys')).describe()).preset).toBeUndefined();
  });

  it('does not say that keys ascend where the database has an order of its own', async () => {
    const bytes = fixtureBytes('raw');
    for (const meta of [0, 4096]) bytes.writeUInt16LE(2, meta + 88 + 4);
    const store = lmdb(file('reversed.mdb', bytes));
    expect(await store.describe()).not.toHaveProperty('ordered');
    expect(await all(store.read())).toHaveLength(6);
    expect(await failureOf(store.get('x'))).toMatchObject({ code: 'UNSUPPORTED' });
    expect(await failureOf(store.split({ count: 2 }))).toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('random access', () => {
  it.each(fixtures.filter(({ entries, name }) => entries > 0 && name !== 'sub-database'))('finds every key of $name and no other', async ({ name }) => {
    const store = lmdb(fixturePath(name), { axes: 'chw' });
    const read = new Map<string, unknown>();
    for await (const { key, image } of store.read({ onBadSample: (error) => read.set(error.key ?? '', error.code) })) read.set(key, image);
    const keys = await all(store.keys());
    expect(keys).toEqual((await all(readEntries(fixturePath(name)))).map((entry) => escapeKey(entry.key)));
    expect(new Set(keys)).toEqual(new Set(read.keys()));
    for (const key of keys.filter((_, index) => index % 7 === 0)) {
      const expected = read.get(key);
      if (typeof expected === 'string') expect(await failureOf(store.get(key))).toMatchObject({ code: expected, key });
      else expect((await store.get(key))?.image).toEqual(expected);
      expect(await store.get(`${key}?`)).toBeUndefined();
    }
    expect(await store.get('')).toBeUndefined();
    await store.close();
  });

  it('has keys that are not UTF-8 under their escaped names', async () => {
    const store = lmdb(fixturePath('binary-keys'));
    const keys = await all(store.keys());
    expect(keys).toContain('caf\\xe9');
    expect(keys).toContain('\\x5cx41');
    expect(await store.get('caf\\xe9')).toMatchObject({ key: 'caf\\xe9', label: 2 });
    await store.close();
  });

  it('opens again after it was closed, and when the database was changed', async () => {
    const location = file('changing.mdb', fixtureBytes('many'));
    const store = lmdb(location);
    expect(await store.get('00007')).toMatchObject({ label: 7 });
    await store.close();
    expect(await store.get('00008')).toMatchObject({ label: 8 });
    writeFileSync(location, fixtureBytes('raw'));
    expect(await store.get('00008')).toBeUndefined();
    expect(await store.get('00000001_pic/1.png')).toMatchObject({ label: 0 });
    await store.close();
  });

  it('reads a few pages, not the database', async () => {
    const { bytes } = await load(Array.from({ length: 5000 }, (_, index) => numbered(index, 100)), {});
    const store = lmdb(file('large.mdb', bytes));
    await failureOf(store.get('00000001')); // values that are no Datum: the page was found
    let reads = 0;
    const stop = interceptOperations((name) => {
      if (name === 'read') reads++;
    });
    await failureOf(store.get('00003456'));
    stop();
    await store.close();
    expect(reads).toBeLessThanOrEqual(12); // three levels, and the meta pages before and after
  });
});

describe('splitting', () => {
  it.each(['many', 'many-unordered', 'format2', 'format3', 'raw', 'binary-keys'])('covers %s exactly, in order, with any number of parts', async (name) => {
    const store = lmdb(fixturePath(name), { axes: 'chw' });
    const whole: string[] = [];
    const onBadSample = (into: string[]) => (error: ImgstoreError): void => void into.push(`${error.record}:${error.key}`);
    for await (const { key, origin } of store.read({ onBadSample: onBadSample(whole) })) whole.push(`${origin?.record}:${key}`);
    for (const count of whole.length < 10 ? [1, 5, 400] : [2, 7]) {
      const ranges = JSON.parse(JSON.stringify(await store.split({ count }))) as Awaited<ReturnType<typeof store.split>>;
      expect(ranges).toHaveLength(Math.min(count, whole.length));
      const parts: string[] = [];
      for (const range of ranges) {
        const before = parts.length;
        expect(range.first).toBe(before);
        for await (const { key, origin } of store.read({ range, onBadSample: onBadSample(parts) })) parts.push(`${origin?.record}:${key}`);
        expect(parts.length - before).toBe(range.count);
      }
      expect(parts).toEqual(whole);
    }
  });

  it('cuts at floor(i * n / N)', async () => {
    expect((await lmdb(fixturePath('many')).split({ count: 7 })).map(({ first }) => first)).toEqual([0, 42, 85, 128, 171, 214, 257]);
  });

  it('takes as many parts as the bytes ask for', async () => {
    expect(await lmdb(fixturePath('many')).split({ targetBytes: 8192 })).toHaveLength(3);
    expect(await lmdb(fixturePath('many')).split({ targetBytes: 2 ** 40 })).toHaveLength(1);
  });

  it('makes one empty range of an empty database', async () => {
    const store = lmdb(fixturePath('empty'));
    const ranges = await store.split({ count: 4 });
    expect(ranges).toEqual([{ start: '', end: '', first: 0, count: 0 }]);
    expect(await all(store.read({ range: ranges[0] ?? { start: 0, end: 0, first: 0 } }))).toEqual([]);
  });

  it('skips within a range', async () => {
    const store = lmdb(fixturePath('many'));
    const [, range] = await store.split({ count: 3 });
    if (range === undefined) throw new Error('no range');
    expect((await all(store.read({ range, skip: 98 }))).map(({ key }) => key)).toEqual(['00198', '00199']);
  });

  it('refuses a range that is not from key to key, or whose samples are gone', async () => {
    const store = lmdb(fixturePath('many'));
    expect(await failureOf(all(store.read({ range: { start: 0, end: 1, first: 0 } })))).toMatchObject({ code: 'BAD_OPTION' });
    expect(await failureOf(all(store.read({ range: { start: '00001', end: '00003', first: 1, count: 5 } })))).toMatchObject({ code: 'CHANGED' });
    expect(await failureOf(store.split({ count: 0 }))).toMatchObject({ code: 'BAD_OPTION' });
  });
});

describe('writing an LMDB store', () => {
  it.each(['raw', 'encoded', 'float', 'my-datum', 'many', 'binary-keys'])('keeps the pixels, labels, encoded bytes and keys of %s', async (name) => {
    const source = lmdb(fixturePath(name), { axes: 'chw' });
    const expected = await all(source.read());
    for (const location of [path(`copy-of-${name}`), path(`copy-of-${name}.mdb`)]) {
      const target = lmdb(location);
      const summary = await target.write(source.read({ borrow: true }), { source: await source.describe() });
      const data = location.endsWith('.mdb') ? location : `${location}/data.mdb`;
      expect(summary).toEqual({ samples: expected.length, bytes: readFileSync(data).length, files: [{ path: data, samples: expected.length, bytes: readFileSync(data).length }] });
      const read = await all(lmdb(location, { axes: 'chw' }).read());
      expect(read.map(({ origin: _, ...rest }) => rest)).toEqual(expected.map(({ origin: _, ...rest }) => rest));
    }
    expect(readdirSync(path(`copy-of-${name}`))).toEqual(['data.mdb']);
  });

  it('writes raw pixels with encoded=false, and encoded ones with their dimensions', async () => {
    for await (const { value } of readEntries(path('copy-of-raw'))) expect(Buffer.from(value.subarray(-2)).toString('hex')).toBe('3800');
    const [first] = await all(readEntries(path('copy-of-encoded')));
    expect(decodeDatum(first?.value ?? new Uint8Array())).toMatchObject({ channels: 3, height: 6, width: 9, encoded: true });
  });

  it('puts keys in order, whatever the order of the samples, into the same bytes', async () => {
    const samples = ['b', 'a', 'ab', '\\xff', '', 'é'].filter((key) => key !== '').map((key, label) => sample(key, { label }));
    await lmdb(path('sorted')).write(streamOf(samples));
    const sorted = await all(lmdb(path('sorted')).read());
    expect(sorted.map(({ key }) => key)).toEqual(['a', 'ab', 'b', 'é', '\\xff']);
    await lmdb(path('sorted.mdb'), { subdir: true }).write(streamOf(sorted), { source: { keys: 'stored', ordered: true } });
    expect(await digestOf(path('sorted.mdb'))).toEqual(await digestOf(path('sorted')));
  });

  it.each(['1', '2', '3'] as const)('writes data format %s', async (dataFormat) => {
    const location = path(`format-${dataFormat}`);
    await lmdb(location, { dataFormat }).write(lmdb(fixturePath('many')).read());
    expect(readFileSync(`${location}/data.mdb`).readUInt32LE(dataFormat === '1' ? 20 : 28)).toBe(Number(dataFormat));
    expect(await all(lmdb(location).keys())).toHaveLength(300);
  });

  it('keeps class names in a folder, and gives them back', async () => {
    const samples = [sample('a', { label: 2, className: 'red fox' }), sample('b', { label: 0, className: 'café' }), sample('c', { label: 7 })];
    const summary = await lmdb(path('classes')).write(streamOf(samples), { source: { keys: 'stored', classes: ['café', 'hen'] } });
    expect(summary.files.map(({ path: name }) => name)).toEqual([path('classes/data.mdb'), path('classes/labels.txt')]);
    expect(readFileSync(path('classes/labels.txt'), 'utf8')).toBe('café\nhen\nred fox\n');
    const store = lmdb(path('classes'));
    expect((await all(store.read())).map(({ className }) => className)).toEqual(['red fox', 'café', undefined]);
    expect(await store.describe()).toMatchObject({ classes: ['café', 'hen', 'red fox'] });
    expect(await store.get('a')).toMatchObject({ className: 'red fox' });
    await store.close();
  });

  it('reads the names of classes beside data.mdb also where that file is named, but not beside a file of another name', async () => {
    mkdirSync(path('beside'));
    for (const name of ['data.mdb', 'other.mdb']) writeFileSync(path(`beside/${name}`), fixtureBytes('many'));
    writeFileSync(path('beside/labels.txt'), 'cat\ndog\n');
    expect(await lmdb(path('beside/data.mdb')).describe()).toEqual(await lmdb(path('beside')).describe());
    expect(await lmdb(path('beside/data.mdb')).describe()).toMatchObject({ classes: ['cat', 'dog'] });
    expect((await lmdb(path('beside/other.mdb')).describe()).classes).toBeUndefined();
  });

  it('refuses a sample whose class name is not that of the list, and says that it was the list', async () => {
    const samples = [sample('a', { label: 1, className: 'duck' })];
    const error = await failureOf(lmdb(path('contrary')).write(streamOf(samples), { source: { keys: 'stored', classes: ['café', 'hen'] } }));
    expect(error).toMatchObject({ code: 'MISMATCH', key: 'a', what: 'label 1 is called "duck", and "hen" in the list of classes' });
    expect(existsSync(path('contrary'))).toBe(false);
  });

  it('refuses a list of class names that is none', async () => {
    mkdirSync(path('odd'));
    writeFileSync(path('odd/data.mdb'), fixtureBytes('raw'));
    writeFileSync(path('odd/labels.txt'), Uint8Array.of(0xff, 0xfe, 0x41));
    expect(await failureOf(all(lmdb(path('odd')).read()))).toMatchObject({ code: 'CORRUPT', file: path('odd/labels.txt') });
  });

  it('refuses a list of class names of more than a million lines or 16 MiB', async () => {
    mkdirSync(path('vast'));
    writeFileSync(path('vast/data.mdb'), fixtureBytes('raw'));
    for (const content of ['\n'.repeat(1_000_001), 'x'.repeat(2 ** 24 + 1)]) {
      writeFileSync(path('vast/labels.txt'), content);
      expect(await failureOf(lmdb(path('vast')).describe())).toMatchObject({ code: 'LIMIT', file: path('vast/labels.txt') });
    }
  });

  const onPosix = process.platform === 'win32' ? it.skip : it;
  onPosix.each<[string, string, (list: string) => void]>([
    ['a pipe', 'UNSUPPORTED', (list) => { execFileSync('mkfifo', [list]); }], ['a folder', 'UNSUPPORTED', (list) => { mkdirSync(list); }],
    ['a device', 'UNSUPPORTED', (list) => { symlinkSync('/dev/zero', list); }], ['a link that leads nowhere', 'NOT_FOUND', (list) => { symlinkSync('nowhere', list); }],
  ])('refuses %s in the place of the list of class names (not on Windows)', async (name, code, make) => {
    const folder = path(name.replaceAll(' ', '-'));
    mkdirSync(folder);
    writeFileSync(`${folder}/data.mdb`, fixtureBytes('raw'));
    make(`${folder}/labels.txt`);
    expect(await failureOf(lmdb(folder).describe())).toMatchObject({ code, file: `${folder}/labels.txt` });
  });

  it.each<[string, Sample, string, string]>([
    ['an empty key', sample(''), 'LOSSY', 'empty key'],
    ['a key of 512 bytes', sample('é'.repeat(256)), 'LOSSY', '512 bytes'],
    ['a key with half a surrogate pair', sample('\ud800'), 'LOSSY', 'surrogate'],
    ['a class name without a label', sample('k', { className: 'hen' }), 'LOSSY', 'no label'],
    ['a feature', sample('k', { features: new Map([['caption', { kind: 'bytes', values: [] }]]) }), 'LOSSY', 'a feature'],
    ['a label beyond int32', sample('k', { label: 2 ** 40 }), 'LOSSY', 'int32'],
    ['a key that was there', sample('first'), 'MISMATCH', 'first'],
  ])('refuses %s, and leaves nothing behind', async (_, bad, code, what) => {
    const failure = await failureOf(lmdb(path('refused/db')).write(streamOf([sample('first'), bad])));
    expect(failure).toMatchObject({ code, format: 'lmdb', message: expect.stringContaining(what) });
    expect(readdirSync(path('.')).filter((name) => name.includes('refused'))).toEqual([]);
  });

  it('refuses a class name in a single file', async () => {
    expect(await failureOf(lmdb(path('named.mdb')).write(streamOf([sample('k', { label: 1, className: 'hen' })])))).toMatchObject({ code: 'LOSSY', hint: expect.stringContaining('folder') });
  });

  it('does not touch what is there unless it may, and then replaces it whole', async () => {
    const store = lmdb(path('twice'));
    await store.write(streamOf([sample('a')]));
    expect(await failureOf(store.write(streamOf([sample('b')])))).toMatchObject({ code: 'EXISTS' });
    expect(await all(store.keys())).toEqual(['a']);
    await store.write(streamOf([sample('b')]), { overwrite: true });
    expect(await all(store.keys())).toEqual(['b']);
  });


  it('does not replace a folder that holds more than a database', async () => {
    const location = path('photos');
    await lmdb(location).write(streamOf([sample('a')]));
    writeFileSync(`${location}/holiday.jpg`, 'mine');
    expect(await failureOf(lmdb(location).write(streamOf([sample('b')]), { overwrite: true }))).toMatchObject({ code: 'EXISTS', what: expect.stringContaining('holiday.jpg') });
    expect(readFileSync(`${location}/holiday.jpg`, 'utf8')).toBe('mine');
  });

  it('does not replace a single file that has its lock beside it', async () => {
    file('locked.mdb-lock', '');
    expect(await failureOf(lmdb(path('locked.mdb')).write(streamOf([])))).toMatchObject({ code: 'EXISTS', file: path('locked.mdb-lock') });
  });

  it('is not written in parts', async () => {
    expect(await failureOf(lmdb(path('part')).write(streamOf([]), { part: { index: 0, count: 2, first: 0 } }))).toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('stops at its signal and leaves nothing behind', async () => {
    const controller = new AbortController();
    async function* endless(): AsyncGenerator<Sample> {
      for (let index = 0; ; index++) {
        if (index === 10) controller.abort(new Error('enough'));
        yield sample(String(index));
      }
    }
    await expect(lmdb(path('stopped')).write(endless(), { signal: controller.signal })).rejects.toThrow('enough');
    expect(readdirSync(path('.')).filter((name) => name.includes('stopped'))).toEqual([]);
  });

  it('passes on what its source throws, as it is', async () => {
    const cause = new Error('source');
    async function* failing(): AsyncGenerator<Sample> {
      yield sample('a');
      throw cause;
    }
    await expect(lmdb(path('failed')).write(failing())).rejects.toBe(cause);
  });
});
