import { readFileSync } from 'node:fs';
import type { EncodedImage, FeatureValue, Sample } from '@imgstore/core';
import { webdataset } from '../src/index.js';
import { all, each, failureOf, temporaryFolder } from './helpers/files.js';
import { bytes, contentOf, jpeg, png, sample } from './helpers/samples.js';
import { archive } from './helpers/tar.js';

const { path, file } = temporaryFolder();

/** The one sample of an archive with these members of the key `k`. */
async function decoded(members: Readonly<Record<string, string | Uint8Array>>, options = {}): Promise<Omit<Sample, 'origin' | 'key'>> {
  const location = file('decoded.tar', archive(...Object.entries(members).map(([ext, data]) => ({ name: `k.${ext}`, data }))));
  const [found, ...others] = await contentOf(webdataset(location, options));
  expect(others).toEqual([]);
  const { key, ...rest } = found!;
  expect(key).toBe('k');
  return rest;
}

/** The members of the one sample that is written, as text. */
async function encoded(one: Sample): Promise<Readonly<Record<string, string>>> {
  const location = path('encoded.tar');
  await webdataset(location).write(each([one]), { overwrite: true });
  expect(await contentOf(webdataset(location))).toEqual([one]);
  const file_ = readFileSync(location);
  const members: Record<string, string> = {};
  for (let at = 0; file_[at] !== 0;) {
    const name = file_.subarray(at, at + 100).toString().replace(/\0[^]*$/, '');
    const size = parseInt(file_.subarray(at + 124, at + 135).toString(), 8);
    members[name] = file_.subarray(at + 512, at + 512 + size).toString();
    at += 512 + 512 * Math.ceil(size / 512);
  }
  return members;
}

const image = (format: string, data: Uint8Array): EncodedImage => ({ kind: 'encoded', format, bytes: Uint8Array.from(data) });

describe('the image of a sample', () => {
  it.each([
    ['the one there is', { png: png() }, 'png'],
    ['the first of jpg, jpeg, png, ..., wherever it stands', { png: png(), jpg: jpeg }, 'jpg'],
    ['one without more dots in its extension', { 'a.jpg': jpeg, png: png() }, 'png'],
    ['the first by its letters where all have dots', { 'target.png': png(1), 'input.png': png(2) }, 'input.png'],
  ])('is %s; others are features', async (_, members: Readonly<Record<string, Uint8Array>>, chosen) => {
    const found = await decoded(members);
    expect(found.image?.kind === 'encoded' && Buffer.compare(found.image.bytes, members[chosen]!)).toBe(0);
    expect([...found.features.keys()]).toEqual(Object.keys(members).filter((ext) => ext !== chosen));
  });

  it('is the one that the option names, or none', async () => {
    const members = { jpg: jpeg, 'seg.png': png(5) };
    expect((await decoded(members, { image: 'seg.png' })).image).toEqual(image('png', png(5)));
    expect(await decoded(members, { image: 'webp' })).toMatchObject({ features: new Map([['jpg', bytes(jpeg)], ['seg.png', bytes(png(5))]]) });
  });

  it('has the format that its bytes say', async () => {
    expect((await decoded({ jpg: png() })).image).toEqual(image('png', png()));
    expect((await decoded({ ppm: 'P6 1 1 255 abc' })).image).toEqual(image('ppm', Buffer.from('P6 1 1 255 abc')));
  });

  it.each([[{ png: '' }, 'CORRUPT', 'the image is empty'], [{ jpg: 'not one' }, 'UNSUPPORTED', 'the bytes are no image known here; they begin 6e 6f 74 20 6f 6e 65'], [{ ppm: 'P9 ' }, 'UNSUPPORTED', 'the bytes are no image known here; they begin 50 39 20']])('is refused as %j', async (members, code, what) => {
    expect(await failureOf(decoded(members))).toMatchObject({ code, what, key: 'k', record: 0, offset: 0, file: path('decoded.tar') });
  });

  it('is written with an extension that its format has, the same whatever it was', async () => {
    expect(Object.keys(await encoded(sample('k', { image: image('jpeg', jpeg) })))).toEqual(['k.jpg']);
    expect(Object.keys(await encoded(sample('k', { image: image('pgm', Buffer.from('P5 1 1 255 a')) })))).toEqual(['k.pgm']);
  });

  it('is refused when its bytes are of another format', async () => {
    expect(await failureOf(encoded(sample('k', { image: image('jpeg', png()) })))).toMatchObject({ code: 'CORRUPT', key: 'k', what: 'the image is said to be jpeg, and its bytes are png' });
  });
});

describe('the label and the class', () => {
  it.each<[string, Partial<Sample>]>([
    ['7', { label: 7 }], [' -3\n', { label: -3 }], ['+0', { label: 0 }], ['-0', { label: 0 }], ['9007199254740991', { label: 2 ** 53 - 1 }],
    ['cat', { className: 'cat' }], ['größer Hund\r\n', { className: 'größer Hund' }],
  ])('are read from %j in cls', async (text, expected) => {
    expect(await decoded({ cls: text })).toEqual({ ...expected, features: new Map() });
  });

  it.each(['9007199254740992', '1.5', '3 4', '[1, 2]', '', '\xff', 'two\nlines'])('are not read from %j in cls, which stays a feature', async (text) => {
    const data = Buffer.from(text, 'latin1');
    const found = await decoded({ cls: data, png: png() });
    expect(found).toEqual({ image: image('png', png()), features: new Map([['cls', bytes(data)]]) });
    expect((await encoded({ key: 'k', ...found }))['k.cls']).toBe(data.toString());
  });

  it.each(['cat', '3', '', 'line\n', 'cr\r', 'crlf\r\n', ' x '])('%j is a name in a member of its own', async (className) => {
    const members = await encoded(sample('k', { label: 5, className }));
    expect(members['k.cls']).toBe('5');
    expect(members['k.classname.txt']?.startsWith(className)).toBe(true);
  });

  it('in members of their own go before a name in cls', async () => {
    expect(await decoded({ cls: 'dog', 'classname.txt': 'cat\n' })).toEqual({ className: 'cat', features: new Map([['cls', bytes('dog')]]) });
    expect(await decoded({ cls: '5', 'classname.txt': '\xff\n' })).toMatchObject({ label: 5, className: 'ÿ' });
  });
});

describe('features', () => {
  const features = new Map<string, FeatureValue>([
    ['json', bytes('{"caption": "a cat", "id": 12345678901234567890}')], ['txt', bytes('a cat')], ['seg.png', bytes(png(3))], ['area', bytes(Uint8Array.of(0xff, 0))],
    ['Upper', bytes('text')], ['two', bytes('a', 'b')], ['raw/two', bytes(Uint8Array.of(0xff), 'x')], ['none', bytes()],
    ['int', { kind: 'int64', values: BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 0n) }],
    ['bbox', { kind: 'float32', values: Float32Array.of(0.1, 1, -0, 1e-45, NaN, Infinity, -Infinity, 3.4028234663852886e38) }],
    ['wide', { kind: 'float64', values: Float64Array.of(1 / 3, 1e21, 5e-324, 1e300, -7) }], ['0', { kind: 'float32', values: Float32Array.of() }], ['__proto__', { kind: 'int64', values: BigInt64Array.of() }],
    ['imgstore.json', bytes('{}')], ['cls', bytes('5')], ['classname.txt', bytes('x')], ['__key__', bytes('y')], ['a..b', bytes('z')], ['jpg', bytes(jpeg)],
  ]);

  it('of one value under the name of an extension are members; all others are in one that Python reads as JSON', async () => {
    const members = await encoded(sample('k', { features }));
    expect(Object.keys(members)).toEqual(['k.area', 'k.imgstore.json', 'k.json', 'k.png', 'k.seg.png', 'k.txt']);
    expect(members['k.imgstore.json']).toBe('{"0": {"float32": []}, "Upper": {"text": ["text"]}, "__key__": {"text": ["y"]}, "__proto__": {"int64": []}, "a..b": {"text": ["z"]}, '
      + '"bbox": {"float32": [0.1, 1.0, -0.0, 1e-45, "NaN", "Infinity", "-Infinity", 3.4028235e+38]}, "classname.txt": {"text": ["x"]}, '
      + `"cls": {"text": ["5"]}, "imgstore.json": {"text": ["{}"]}, "int": {"int64": [9223372036854775807, -9223372036854775808, 9007199254740993, 0]}, "jpg": {"base64": ["${jpeg.toString('base64')}"]}, `
      + '"none": {"text": []}, "raw/two": {"base64": ["/w==", "eA=="]}, "two": {"text": ["a", "b"]}, "wide": {"float64": [0.3333333333333333, 1e+21, 5e-324, 1e+300, -7.0]}}');
  });

  it('that are images are members only beside an image that goes before them', async () => {
    const webp = new Map([['webp', bytes('RIFF')]]);
    expect(Object.keys(await encoded(sample('k', { features: webp })))).toEqual(['k.png', 'k.webp']);
    expect(Object.keys(await encoded({ key: 'k', features: webp }))).toEqual(['k.imgstore.json']);
  });

  it('that are none leave a member all the same where there is nothing else', async () => {
    expect(await encoded({ key: 'k', features: new Map() })).toEqual({ 'k.imgstore.json': '{}' });
  });

  it.each([
    '{"a": [1]}', '{"a":{"int64":[1]}}', '{"a": {"int64": [1]}, "a": {"int64": [2]}}', '{"b": {"int64": [1]}, "a": {"int64": [1]}}', '{"a": {"int64": [9223372036854775808]}}',
    '{"a": {"float32": [0.10000000149011612]}}', '{"a": {"float64": [1]}}', '{"a": {"base64": ["AA"]}}', '{"a": {"text": ["\\ud800"]}}', '{"a": {"int64": [1,]}}', '{"a": {"int64": [1]}} ', '[]', '{', '', 'null',
  ])('%j under our name is not ours, and stays as it is', async (text) => {
    const found = await decoded({ 'imgstore.json': text, png: png() });
    expect(found.features).toEqual(new Map([['imgstore.json', bytes(text)]]));
    await encoded({ key: 'k', ...found });
  });

  it('that a member has too stay as they are', async () => {
    const text = '{"txt": {"text": ["a"]}}';
    expect((await decoded({ 'imgstore.json': text, txt: 'b' })).features).toEqual(new Map([['imgstore.json', bytes(text)], ['txt', bytes('b')]]));
  });
});

it('says which key comes again behind others, as where tar took files in the order of a folder', async () => {
  const names = ['a.jpg', 'b.jpg', 'c.jpg', 'b.cls', 'a.cls', 'd.jpg', 'd.cls'];
  const notes: string[] = [];
  const location = file('apart.tar', archive(...names.map((name) => ({ name, data: name.endsWith('cls') ? '1' : jpeg }))));
  const found = await all(webdataset(location).read({ onNote: (text, key) => notes.push(`${key}: ${text}`) }));
  expect(found.map(({ key, label }) => [key, label])).toEqual([['a', undefined], ['b', undefined], ['c', undefined], ['b', 1], ['a', 1], ['d', 1]]);
  expect(notes).toEqual(['b', 'a'].map((key) => `${key}: members of one key that are not neighbours are several samples; tar --sort=name puts them together`));
});

it('says in its description that the first samples have no label', async () => {
  const location = file('unlabelled.tar', archive({ name: 'cat/1.jpg', data: jpeg }, { name: 'dog/2.jpg', data: jpeg }));
  expect((await webdataset(location).describe()).notes).toEqual(['the first samples have no label: it is the member KEY.cls, and folders in an archive are part of the key']);
});

it('describes what the members are', async () => {
  await webdataset(path('described.tar')).write(each([sample('a', { label: 1, className: 'cat', features: new Map([['txt', bytes('x')]]) }), sample('b', { features: new Map([['n', { kind: 'int64', values: BigInt64Array.of(1n) }]]) })]));
  expect(await webdataset(path('described.tar')).describe()).toEqual({
    count: 2, bytes: 10_240, keys: 'stored', image: { format: 'png' }, roles: { image: 'png', label: 'cls', className: 'classname.txt' },
    features: new Map([['txt', 'bytes'], ['n', 'int64']]), notes: [],
  });
  expect((await all(webdataset(path('described.tar')).read()))[1]?.origin).toEqual({ file: path('described.tar'), record: 1, offset: 4 * 1024 });
});
