import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { EncodedImage, FeatureValue, Sample } from '@imgstore/core';
import { images } from '../src/index.js';
import type { ImagesOptions } from '../src/index.js';
import { all, each, failureOf, imageBytes, sha256, temporaryFolder, tellAll, told, tree } from './helpers/files.js';

const { path, file } = temporaryFolder();
let count = 0;

const image = (name = 'gray8-5x9.png', format = 'png'): EncodedImage => ({ kind: 'encoded', format, bytes: imageBytes(name) });
const png = image();

const sample = (key: string, rest: Partial<Sample> = {}): Sample => ({ key, image: png, features: new Map(), ...rest });
const bytes = (...texts: readonly (string | Uint8Array)[]): FeatureValue => ({ kind: 'bytes', values: texts.map((text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text)) });

/** A folder of these samples. */
async function write(samples: readonly Sample[], options: ImagesOptions = {}, source: Parameters<ReturnType<typeof images>['write']>[1] = {}): Promise<string> {
  const location = path(`out-${count++}`);
  await images(location, options).write(each(samples), source);
  return location;
}

const names = (location: string): readonly string[] => Object.keys(tree(location));
const metadata = (location: string): unknown[] => readFileSync(`${location}/metadata.jsonl`, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown);

/** That reading gives what was written. */
async function expectAll(location: string, samples: readonly Sample[]): Promise<void> {
  expect(await tellAll(images(location))).toEqual(samples.map(told));
}

describe('a sample', () => {
  it('goes into the folder of its class, which its key need not name again', async () => {
    const samples = [sample('cat/a.png', { label: 0, className: 'cat' }), sample('cat/x/b.png', { label: 0, className: 'cat' }), sample('dog/a.png', { label: 4, className: 'dog' })];
    const location = await write(samples);
    expect(tree(location)).toEqual({ 'cat/a.png': expect.any(String), 'cat/x/b.png': expect.any(String), 'dog/a.png': expect.any(String), 'labels.txt': 'cat\n\n\n\ndog\n' });
    expect(sha256(readFileSync(`${location}/cat/a.png`))).toBe(sha256(png.bytes));
    await expectAll(location, samples);
  });

  it.each([['class3/a.png', 3, 'class3/a.png'], ['3/a.png', 3, '3/a.png'], ['003/a.png', 3, '003/a.png'], ['a.png', 3, 'class3/a.png'], ['a.png', -3, 'class-3/a.png']])('of key %s and label %d without a name is at %s', async (key, label, at) => {
    const location = await write([sample(key, { label })]);
    expect(names(location).filter((name) => name.endsWith('.png'))).toEqual([at]);
    expect(names(location).includes('metadata.jsonl')).toBe(at !== key);
    await expectAll(location, [sample(key, { label })]);
  });

  it('of a class whose folder would be read otherwise has its label in the manifest', async () => {
    const samples = [sample('a', { label: 3, className: 'class7' }), sample('b', { label: 7 }), sample('c', { label: 8, className: 'Cat' }), sample('d', { label: 9, className: 'cat' }), sample('e', { label: 1, className: 'labels.txt' }), sample('f', { label: 2, className: '../x' })];
    const location = await write(samples);
    expect(names(location)).toEqual(expect.arrayContaining(['Cat/c.png', 'class7/a.png', expect.stringMatching(/^cat~[0-9a-f]{12}\/d\.png$/), '%2E.%2Fx/f.png', expect.stringMatching(/^labels\.txt~[0-9a-f]{12}\/e\.png$/), 'b.png']));
    await expectAll(location, samples);
  });

  it('of two labels with one name is told apart', async () => {
    const samples = [sample('b', { label: 2, className: 'cat' }), sample('a', { label: 1, className: 'cat' })];
    const location = await write(samples);
    await expectAll(location, samples);
  });

  it('without a label goes into the root', async () => {
    const samples = [sample('a.png'), sample('train/b.png'), sample('cat/c.png', { label: 1, className: 'cat' })];
    const location = await write(samples);
    expect(names(location)).toEqual(['a.png', 'cat/c.png', 'labels.txt', 'metadata.jsonl', 'train%2Fb.png']);
    await expectAll(location, samples);
  });

  it.each([
    ['a.JPEG', 'rgb-0-95-5x9.jpg', 'a.JPEG'], ['a', 'rgb-0-95-5x9.jpg', 'a.jpg'], ['a.png', 'rgb-0-95-5x9.jpg', 'a.png.jpg'], ['a.jpg', 'gray8-5x9.png', 'a.jpg.png'], ['a.tiff', 'rgb-raw-5x9.tif', 'a.tiff'], ['a', 'rgb-raw-5x9.tif', 'a.tif'],
    ['a', 'rgb-lossy-5x9.webp', 'a.webp'], ['a', 'gray-5x9.gif', 'a.gif'], ['a', 'rgb-5x9.bmp', 'a.bmp'], ['a', 'rgb-5x9.avif', 'a.avif'], ['.jpg', 'rgb-0-95-5x9.jpg', '%2Ejpg.jpg'], ['', 'gray8-5x9.png', '%.png'], ['a.', 'gray8-5x9.png', 'a%2E.png'],
  ])('of key %j from %s becomes %s', async (key, name, at) => {
    const location = await write([sample(key, { image: image(name, 'jpeg') })]);
    expect(names(location)).toContain(at);
    expect((await tellAll(images(location))).map((one) => one.key)).toEqual([key]);
  });

  it('whose key would leave the folder, or is awkward, stays in it', async () => {
    const samples = ['../../escape', '/absolute', 'a//b', './a', 'a/..', 'con', 'x'.repeat(300), 'a\0b', `${'d/'.repeat(20)}e`, 'UPPER', 'upper', 'u\u0308', '\u00fc', 'a'].map((key) => sample(key, { label: 1, className: 'cat' }));
    const location = await write(samples);
    expect(names(location).filter((name) => name.endsWith('.png')).every((name) => /^cat\/[^/]+\.png$/.test(name))).toBe(true);
    expect(existsSync(path('escape.png'))).toBe(false);
    await expectAll(location, samples);
  });

  it('has a name of its own where another is like it, also on a system that does not tell upper from lower case', async () => {
    const samples = [sample('A/x.png', { label: 0 }), sample('a/X.PNG', { label: 0 }), sample('same'), sample('same'), sample('same'), sample('SAME'), sample('dir.png', { label: 0 }), sample('dir.png/x', { label: 0 })];
    const location = await write(samples);
    const found = names(location);
    expect(new Set(found.map((name) => name.toLowerCase())).size).toBe(found.length);
    await expectAll(location, samples);
    expect((await images(location).get('same'))?.origin?.file).toBe(`${location}/same.png`);
  });

  it.each<readonly [string, Partial<Sample>, RegExp]>([
    ['a tensor', { image: { kind: 'tensor', dtype: 'uint8', shape: [1, 1], layout: 'HW', data: new Uint8Array(1) } }, /not encoded/], ['bytes that are no image', { image: { kind: 'encoded', format: 'jpeg', bytes: new Uint8Array(100) } }, /no image that could be read again/],
    ['another format', { image: { kind: 'encoded', format: 'heif', bytes: png.bytes } }, /of the format heif/], ['a name without label', { className: 'cat' }, /without its label/],
  ])('with %s is refused by key', async (_, rest, message) => {
    const location = path(`refused-${count++}`);
    expect(await failureOf(images(location).write(each([sample('a'), { ...sample('bad', rest), origin: { file: 'x.tfrecord', record: 3 } }])))).toMatchObject({ code: 'LOSSY', key: 'bad', file: 'x.tfrecord', record: 3, message: expect.stringMatching(message) });
    expect(existsSync(location)).toBe(false);
  });

  it('whose label has two names is refused', async () => {
    expect(await failureOf(write([sample('a', { label: 1, className: 'cat' }), sample('b', { label: 1, className: 'dog' })]))).toMatchObject({ code: 'MISMATCH', key: 'b' });
  });
});

describe('metadata.jsonl', () => {
  it('is not there when the folders say all', async () => {
    for (const samples of [[sample('a.png'), sample('b.png')], [sample('class0/a.png', { label: 0 }), sample('class1/a.png', { label: 1 })], []]) expect(names(await write(samples))).not.toContain('metadata.jsonl');
  });

  it('keeps the order of samples, when that is not the order of their names', async () => {
    const samples = [sample('b.png'), sample('a.png')];
    const location = await write(samples);
    expect(readFileSync(`${location}/metadata.jsonl`, 'utf8')).toBe('{"file_name": "b.png"}\n{"file_name": "a.png"}\n');
    await expectAll(location, samples);
    expect((await images(location).describe()).ordered).toBeUndefined();
  });

  it('keeps keys, labels and names', async () => {
    const samples = [sample('00000000', { label: 5, className: 'five' }), sample('00000001')];
    const location = await write(samples);
    expect(metadata(location)).toEqual([{ file_name: 'five/00000000.png', key: '00000000', label: 5, class: 'five' }, { file_name: '00000001.png', key: '00000001' }]);
    await expectAll(location, samples);
  });

  it('is plain JSON where that says everything: one value alone, several in a list', async () => {
    const samples = [
      sample('a.png', { features: new Map([['area', { kind: 'int64', values: BigInt64Array.of(2n ** 63n - 1n) }], ['score', { kind: 'float64', values: Float64Array.of(1) }], ['text', bytes('né\n')], ['tags', bytes('x')]]) }),
      sample('b.png', { features: new Map([['area', { kind: 'int64', values: BigInt64Array.of(-7n) }], ['score', { kind: 'float64', values: Float64Array.of(-0) }], ['tags', bytes('y', 'z')]]) }),
    ];
    const location = await write(samples);
    expect(readFileSync(`${location}/metadata.jsonl`, 'utf8')).toBe(
      '{"file_name": "a.png", "area": 9223372036854775807, "score": 1.0, "text": "né\\n", "tags": ["x"]}\n{"file_name": "b.png", "area": -7, "score": -0.0, "tags": ["y", "z"]}\n');
    await expectAll(location, samples);
    expect((await images(location).describe()).features).toEqual(new Map([['area', 'int64'], ['score', 'float64'], ['text', 'bytes'], ['tags', 'bytes']]));
  });

  it('says the kind of what JSON cannot say', async () => {
    const samples = [
      sample('a.png', { features: new Map<string, FeatureValue>([
        ['box', { kind: 'float32', values: Float32Array.of(0.1, 16777216, -0, NaN) }], ['far', { kind: 'float64', values: Float64Array.of(Infinity) }], ['mask', bytes(Uint8Array.of(0xff, 0x00))], ['none', { kind: 'int64', values: new BigInt64Array(0) }],
        ['label', { kind: 'int64', values: BigInt64Array.of(7n) }], ['label_', bytes('x')], ['mixed', { kind: 'int64', values: BigInt64Array.of(1n) }], ['__proto__', bytes('p')], ['kinds', bytes('k')],
      ]) }),
      sample('b.png', { features: new Map<string, FeatureValue>([['mixed', { kind: 'float32', values: Float32Array.of(1) }], ['far', { kind: 'float64', values: Float64Array.of(-Infinity) }]]) }),
    ];
    const location = await write(samples);
    expect(metadata(location)[0]).toEqual(JSON.parse(`{"file_name": "a.png", "box": [0.1, 16777216.0, -0.0, "NaN"], "far": "Infinity", "mask": "/wA=", "none": [], "label_": 7, "label__": "eA==", "mixed": 1, "__proto__": "p", "kinds_": "aw==",
      "kinds": {"box": "float32", "far": "float64", "mask": "bytes", "none": "int64", "label_": "int64", "label__": "bytes", "mixed": "int64", "kinds_": "bytes"}}`));
    await expectAll(location, samples);
    expect((await images(location).describe()).features?.get('label')).toBe('int64');
  });

  it('holds more names of features than are remembered', async () => {
    const several = sample('many.png', { features: new Map(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, bytes(`${at}`)])) });
    const samples = [sample('a.png', { label: 1, className: 'cat', features: new Map([['other', bytes('x')], ['another', bytes('y')]]) }), several];
    await expectAll(await write(samples), samples);
  });

  it('of a flat folder has all labels', async () => {
    const samples = [sample('x/a.png', { label: 1, className: 'cat' }), sample('x/b.png'), sample('y/c.png', { label: 0 })];
    const location = await write(samples, { layout: 'flat' });
    expect(names(location)).toEqual(['labels.txt', 'metadata.jsonl', 'x/a.png', 'x/b.png', 'y/c.png']);
    expect(metadata(location)).toEqual([{ file_name: 'x/a.png', label: 1, class: 'cat' }, { file_name: 'x/b.png', label: null }, { file_name: 'y/c.png', label: 0 }]);
    await expectAll(location, samples);
  });
});

describe('labels.txt', () => {
  it('has the names of the source, also of classes without a sample', async () => {
    const location = await write([sample('dog/a.png', { label: 1, className: 'dog' })], {}, { source: { keys: 'stored', classes: ['cat', 'dog', '', 'eel'] } });
    expect(readFileSync(`${location}/labels.txt`, 'utf8')).toBe('cat\ndog\n\neel\n');
    expect((await images(location).describe()).classes).toEqual(['cat', 'dog', '', 'eel']);
  });
});

describe('a folder', () => {
  it('gives the same tree when it is read and written', async () => {
    for (const name of ['cat/a.jpg', 'cat/b c (1).jpeg', 'dog/ä/ü.JPG', 'dog/100% é.png']) file(`first/${name}`, imageBytes(name.endsWith('png') ? 'gray8-5x9.png' : 'rgb-0-95-5x9.jpg'));
    await images(path('second')).write(images(path('first')).read());
    expect(tree(path('second'))).toEqual({ ...tree(path('first')), 'labels.txt': 'cat\ndog\n' });
    await images(path('third')).write(images(path('second')).read());
    expect(tree(path('third'))).toEqual(tree(path('second')));
  });

  it('has the same bytes whenever it is written', async () => {
    const samples = Array.from({ length: 50 }, (_, at) => sample(`k${(at * 37) % 50}`, { label: at % 3, features: new Map([['at', { kind: 'int64', values: BigInt64Array.of(BigInt(at)) }]]) }));
    expect(tree(await write(samples))).toEqual(tree(await write(samples)));
  });

  it('is summed up with every file', async () => {
    const location = path('summed');
    const summary = await images(location).write(each([sample('b.png'), sample('a.png', { label: 0, className: 'cat' })]));
    expect(summary.files.map(({ path: at, samples }) => [at.slice(location.length + 1), samples])).toEqual([['b.png', 1], ['cat/a.png', 1], ['labels.txt', 0], ['metadata.jsonl', 0]]);
    for (const { path: at, bytes: size } of summary.files) expect(statSync(at).size).toBe(size);
    expect(summary).toMatchObject({ samples: 2, bytes: summary.files.reduce((sum, { bytes: size }) => sum + size, 0) });
  });

  it('is replaced as a whole where that was asked for, and not with anything else in it', async () => {
    const location = await write([sample('a.png'), sample('cat/b.png', { label: 0, className: 'cat' })]);
    await images(location).write(each([sample('c.png')]), { overwrite: true });
    expect(names(location)).toEqual(['c.png']);
    file(`${location.slice(path('').length)}/sub/thesis.doc`, 'years of work');
    expect(await failureOf(images(location).write(each([]), { overwrite: true }))).toMatchObject({ code: 'EXISTS', location, message: expect.stringContaining('the folder holds "sub/thesis.doc", which is no image, and would be removed with it') });
    expect(names(location)).toEqual(['c.png', 'sub/thesis.doc']);
  });

  it('is replaced with all that reading it takes for a part of it', async () => {
    const location = await write([sample('a.png')]);
    const folder = location.slice(path('').length);
    for (const name of ['README.md', 'LICENSE', '.DS_Store', 'cat/metadata.csv', 'labels.txt']) file(`${folder}/${name}`, 'x');
    file(`${folder}/cat/no extension`, png.bytes);
    await images(location).write(each([sample('c.png')]), { overwrite: true });
    expect(names(location)).toEqual(['c.png']);
    for (const name of ['.git/config', 'notes', '.hidden.png']) {
      file(`${folder}/${name}`, 'x');
      expect(await failureOf(images(location).write(each([]), { overwrite: true }))).toMatchObject({ code: 'EXISTS', message: expect.stringContaining(JSON.stringify(name)) });
      rmSync(`${location}/${name.split('/')[0]}`, { recursive: true });
    }
  });

  it('is not written in parts', async () => {
    expect(await failureOf(images(path('part')).write(each([]), { part: { index: 0, count: 2, first: 0 } }))).toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('is found by key after it was written with a manifest', async () => {
    const samples = Array.from({ length: 200 }, (_, at) => sample(`key ${(at * 7) % 200}`, { label: at % 5 }));
    const store = images(await write(samples));
    expect((await store.get('key 199'))?.label).toBe(samples.find(({ key }) => key === 'key 199')?.label);
    expect(await store.get('key 200')).toBeUndefined();
    expect((await all(store.keys())).slice(0, 2)).toEqual(['key 0', 'key 7']);
    await store.close();
  });
});
