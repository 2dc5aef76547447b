import { mkdirSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { compareKeys, unescapeKey } from '@imgstore/core';
import { images } from '../src/index.js';
import { all, failureOf, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

const { path, file } = temporaryFolder();
const png = imageBytes();
let count = 0;

/** A folder with images of these names, and texts. */
function folder(names: readonly string[], texts: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const name = `folder-${count++}`;
  mkdirSync(path(name));
  for (const below of names) file(`${name}/${below}`, png);
  for (const [below, text] of Object.entries(texts)) file(`${name}/${below}`, text);
  return path(name);
}

/** A chunk of PNG without meaning, of so many bytes of data. */
function textChunk(length: number): Buffer {
  const body = Buffer.concat([Buffer.from('tEXt'), Buffer.alloc(length, 'x')]);
  const [size, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, crc]);
}

const labels = async (location: string, options = {}): Promise<unknown> => (await tellAll(images(location, options))).map(({ key, label, className }) => [key, label, className].filter((one) => one !== undefined));

describe('class folders', () => {
  it('called class and a number are these numbers, without names', async () => {
    const location = folder(['class10/a.png', 'class2/a.png', 'class-1/b.png']);
    expect(await labels(location)).toEqual([['class-1/b.png', -1], ['class10/a.png', 10], ['class2/a.png', 2]]);
    const description = await images(location).describe();
    expect(description).toMatchObject({ count: 3, keys: 'stored', ordered: true, notes: ['labels are the numbers in the names of the folders, which are all class and a number'] });
    expect(description.classes).toBeUndefined();
  });

  it('called by digits are these numbers', async () => {
    expect(await labels(folder(['7/a.png', '007/a.png', '10/a.png']))).toEqual([['007/a.png', 7], ['10/a.png', 10], ['7/a.png', 7]]);
  });

  it.each([[['class1', '2'], 'mixed'], [['cat', 'dog'], 'texts'], [['class1', 'class'], 'half numbered'], [['99999999999999999999', '1'], 'too large']])(
    'of names like %j (%s) have the place of the name in the sorted list', async (names) => {
      const sorted = [...names].sort(compareKeys);
      const location = folder(names.map((name) => `${name}/a.png`));
      expect(await labels(location)).toEqual(sorted.map((name, label) => [`${name}/a.png`, label, name]));
      expect((await images(location).describe()).classes).toEqual(sorted);
    });

  it('that hold no image count as classes all the same, as torchvision and Keras count them', async () => {
    const location = folder(['cat/a.png', 'eel/a.png']);
    mkdirSync(`${location}/dog`);
    expect(await labels(location)).toEqual([['cat/a.png', 0, 'cat'], ['eel/a.png', 2, 'eel']]);
    expect((await images(location).describe()).notes).toContain('the folder "dog" has no image and counts as a class all the same, as torchvision and Keras count');
  });

  it('alone are a class, and notes say how to have none, and where a table may say more', async () => {
    const location = folder(['train/a.png', 'train/b.png'], { 'labels.csv': 'id,label\n' });
    expect(await labels(location)).toEqual([['train/a.png', 0, 'train'], ['train/b.png', 0, 'train']]);
    expect((await images(location).describe()).notes).toEqual([
      'labels are the places of the folders in their sorted order: 0 "train", the only one; where it is no class, the option layout=flat gives no labels',
      'a file that is no image is left out, e.g. "labels.csv"; a table that has the labels is read where it is itself the source',
    ]);
    expect(await labels(location, { layout: 'flat' })).toEqual([['train/a.png'], ['train/b.png']]);
  });

  it('are never __MACOSX, which a note tells', async () => {
    const location = folder(['cat/a.png', '__MACOSX/cat/b.png', 'cat/__MACOSX/c.png']);
    expect(await labels(location)).toEqual([['cat/a.png', 0, 'cat']]);
    expect(await images(location).get('__MACOSX/cat/b.png')).toBeUndefined();
    expect((await images(location).describe()).notes).toContain('folders __MACOSX, which macOS puts into archives, are left out');
    expect(await failureOf(images(folder(['train/cat/a.png', 'val/cat/b.png', '__MACOSX/x'])).describe())).toMatchObject({ code: 'NOT_A_STORE' });
    expect(await failureOf(images(folder(['train/cat/a.png', 'val/b.png'])).describe())).toMatchObject({ code: 'NOT_A_STORE' });
  });

  it('are what labels.txt says, whatever they are called', async () => {
    const location = folder(['class1/a.png', 'cat/a.png', 'class9/b.png'], { 'labels.txt': 'dog\n\ncat\nclass1\n' });
    expect(await labels(location)).toEqual([['cat/a.png', 2, 'cat'], ['class1/a.png', 3, 'class1'], ['class9/b.png', 9]]);
    expect(await images(location).describe()).toMatchObject({ classes: ['dog', '', 'cat', 'class1'], notes: ['labels are those of labels.txt'] });
  });

  it('are refused by name where labels.txt does not have them', async () => {
    const location = folder(['cat/a.png', 'dog/a.png'], { 'labels.txt': 'cat\n' });
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'MISMATCH', key: 'dog/a.png', message: expect.stringContaining('the class "dog" is not in labels.txt') });
  });

  it('are found by the name that a class name becomes', async () => {
    const location = folder(['3%3Afour/a.png', 'a b/a.png'], { 'labels.txt': '1:3:four\n2:a b\n' });
    expect(await labels(location)).toEqual([['3%3Afour/a.png', 1, '3:four'], ['a b/a.png', 2, 'a b']]);
  });

  it('are the first folders of a path; images in the root have no label', async () => {
    expect(await labels(folder(['b.png', 'cat/x/y/a.png', 'cat/a.png']))).toEqual([['b.png'], ['cat/a.png', 0, 'cat'], ['cat/x/y/a.png', 0, 'cat']]);
  });

  it('are none with layout=flat', async () => {
    const location = folder(['cat/a.png', 'train/dog/a.png']);
    expect(await labels(location, { layout: 'flat' })).toEqual([['cat/a.png'], ['train/dog/a.png']]);
    expect((await images(location, { layout: 'flat' }).describe()).notes).toEqual([]);
  });

  it('below folders that are all called as parts of a data set are refused, with the part to name', async () => {
    const location = folder(['train/cat/a.png', 'val/cat/b.png']);
    expect(await failureOf(images(location).describe())).toMatchObject({ code: 'NOT_A_STORE', hint: `name one of them: ${location}/train` });
    expect(await labels(`${location}/train`)).toEqual([['cat/a.png', 0, 'cat']]);
    expect(await labels(folder(['train/a.png', 'bus/a.png']))).toEqual([['bus/a.png', 0, 'bus'], ['train/a.png', 1, 'train']]);
  });
});

describe('a walk', () => {
  it('goes by the UTF-8 bytes of whole keys: a folder comes where its slash puts it', async () => {
    const names = ['a/x.png', 'a.png', 'a-b/x.png', 'a b.png', 'é/x.png', '\u{1f600}.png', '\uffee.png', 'B/x.png', 'a/b/x.png', 'a/b.png', 'a0.png'];
    const found = (await tellAll(images(folder(names)))).map(({ key }) => key);
    expect(found).toEqual([...names].sort(compareKeys));
  });

  it('decides by content what a name does not promise, and leaves the rest out with a note', async () => {
    const location = folder(['scan0001', 'photo.dat', 'cat/b.png'], {
      'labels.txt': 'cat\n', 'readme.md': '', 'LICENSE': '', 'Thumbs.db': '', 'cat/desktop.ini': '', '.DS_Store': 'x', '.hidden/a.png': png, 'notes.xml': '<x/>', 'cat/a.json': '{}',
    });
    expect((await tellAll(images(location))).map(({ key }) => key)).toEqual(['cat/b.png', 'photo.dat', 'scan0001']);
    expect(await images(location).describe()).toMatchObject({ count: 3, notes: [expect.any(String), '2 files that are no images are left out, e.g. "cat/a.json"'] });
  });

  it('leaves out what is called as an image behind a dot, with a note', async () => {
    const location = folder(['cat/a.png', 'cat/._a.png', '.b.jpg', '.hidden/c.png', '.profile']);
    expect((await tellAll(images(location))).map(({ key }) => key)).toEqual(['cat/a.png']);
    expect((await images(location).describe()).notes).toContain('2 files that are called as images with a dot in front are left out, e.g. ".b.jpg"');
  });

  (process.platform === 'linux' ? it : it.skip)('has a bad sample for each name that is not UTF-8, and goes on (elsewhere no file has such a name)', async () => {
    const location = folder(['cat/a.png', 'cat/z.png']);
    for (const name of ['caf\xe9.png', 'caf\xe9.txt', 'm\xfc']) writeFileSync(Buffer.concat([Buffer.from(`${location}/cat/`), Buffer.from(name, 'latin1')]), png);
    const store = images(location);
    const bad: unknown[] = [];
    const found = await all(store.read({ onBadSample: ({ code, key, hint, what }) => bad.push([code, key, hint, what]) }));
    expect(found.map(({ key }) => key)).toEqual(['cat/a.png', 'cat/z.png']);
    expect(bad).toEqual([['UNSUPPORTED', 'cat/caf\\xe9.png', 'rename the file', 'the name "caf\\\\xe9.png" is not UTF-8'], ['UNSUPPORTED', 'cat/m\\xfc', 'rename the file', 'the name "m\\\\xfc" is not UTF-8']]);
    expect(await store.describe()).toMatchObject({ count: 4 });
    const ranges = await store.split({ count: 4 });
    for (const [at, range] of ranges.entries()) expect([at, (await all(store.read({ range, onBadSample: () => undefined }))).map(({ key }) => key)]).toEqual([at, at === 0 ? ['cat/a.png'] : at === 3 ? ['cat/z.png'] : []]);
    expect(await failureOf(all(store.read()))).toMatchObject({ code: 'UNSUPPORTED', key: 'cat/caf\\xe9.png' });
  });

  it('gives a name with a backslash a key that is no other, and finds it', async () => {
    const names = ['a\\x41.png', 'a\\x5cx41.png', 'aA.png', 'b\\.png'];
    const store = images(folder(names));
    const found = await all(store.read());
    expect(found.map(({ key }) => [key, Buffer.from(unescapeKey(key)).toString()])).toEqual([['aA.png', 'aA.png'], ['a\\x5cx41.png', 'a\\x41.png'], ['a\\x5cx5cx41.png', 'a\\x5cx41.png'], ['b\\.png', 'b\\.png']]);
    for (const { key } of found) expect((await store.get(key))?.key).toBe(key);
    expect(await store.get('a\\x41.png')).toBeUndefined();
    const list = file('backslash.txt', names.map((name) => `${name} 1\n`).join(''));
    expect((await tellAll(images(list, { root: store.location }))).map(({ key }) => key)).toEqual(['a\\x5cx41.png', 'a\\x5cx5cx41.png', 'aA.png', 'b\\.png']);
    await images(path('backslash copy')).write(store.read());
    expect(await tellAll(images(path('backslash copy')))).toEqual(await tellAll(store));
  });

  it.each(['train', 'data/train'])('refuses a folder with a data set of its own in it, %s, and names that', async (part) => {
    const location = folder([`${part}/0001.png`, 'zoo/0001.png'], { [`${part}/metadata.jsonl`]: '{"file_name": "0001.png", "text": "x"}\n' });
    const refusal = { code: 'NOT_A_STORE', message: expect.stringContaining(`"${part}" in it is a data set of its own, with metadata.jsonl`), hint: expect.stringContaining(`${location}/${part}`) };
    expect(await failureOf(images(location).describe())).toMatchObject(refusal);
    expect(await failureOf(all(images(location).read()))).toMatchObject(refusal);
    expect(await tellAll(images(`${location}/${part}`))).toEqual([{ key: '0001.png', features: { text: ['bytes', 'x'] } }]);
  });

  it('notes manifests in folders below where the layout is stated, and metadata.parquet, which are not read', async () => {
    const location = folder(['cat/a.png'], { 'cat/metadata.csv': 'file_name\n', 'metadata.parquet': 'PAR1' });
    expect((await images(location, { layout: 'classes' }).describe()).notes).toEqual(expect.arrayContaining(['metadata.parquet is not read', 'metadata in folders below is not read: name such a folder itself']));
  });

  it('finds nothing in an empty folder, and refuses one without images', async () => {
    const empty = folder([]);
    expect([await tellAll(images(empty)), await images(empty).describe()]).toEqual([[], { count: 0, keys: 'stored', ordered: true, notes: [] }]);
    const texts = folder([], { 'a.xml': '', 'b/c.xml': '' });
    const expected = { code: 'NOT_A_STORE', location: texts, message: expect.stringContaining('a folder without images, with "a.xml" and 1 more') };
    expect(await failureOf(images(texts).describe())).toMatchObject(expected);
    expect(await failureOf(all(images(texts).read()))).toMatchObject(expected);
  });

  it('gives ranges that are read without looking into the folders before them', async () => {
    const location = folder(Array.from({ length: 30 }, (_, at) => `${'abcdef'[at % 6]}/${at}.png`));
    const store = images(location);
    const ranges = await store.split({ count: 4 });
    expect(ranges.map(({ first, count: length }) => [first, length])).toEqual([[0, 7], [7, 8], [15, 7], [22, 8]]);
    const parts = await Promise.all(ranges.map((range) => all(store.read({ range }))));
    expect(parts.flat().map(({ key }) => key)).toEqual((await tellAll(store)).map(({ key }) => key));
    expect((await store.split({ targetBytes: png.length * 10 })).length).toBe(3);
    expect(await failureOf(all(store.read({ range: { start: 0, end: 1, first: 0 } })))).toMatchObject({ code: 'BAD_OPTION' });
  });
});

describe('an image', () => {
  it('is what its content says, and a name that promises another is noted', async () => {
    const location = folder([], { 'a.jpg': png, 'b.png': png, 'c.TIF': imageBytes('rgb-5x9.avif') });
    const notes: string[] = [];
    const found = await all(images(location).read({ onNote: (text, key) => notes.push(`${key}: ${text}`) }));
    expect(found.map(({ image }) => image?.kind === 'encoded' && image.format)).toEqual(['png', 'png', 'avif']);
    expect(notes).toEqual(['a.jpg: the name promises jpeg, and the file is png: the content counts', 'c.TIF: the name promises tiff, and the file is avif: the content counts']);
  });

  it.each<readonly [string, Uint8Array | string, string, RegExp]>([
    ['a.jpg', '', 'TRUNCATED', /an empty file/], ['a.png', 'not an image at all', 'CORRUPT', /byte 0 .*: no image; it begins 6e 6f 74/], ['a.jpeg', '<!DOCTYPE html><p>404', 'CORRUPT', /an HTML or XML page/],
    ['a.png', 'version https://git-lfs.github.com/spec/v1', 'CORRUPT', /a git-LFS pointer/], ['a.svg', '<?xml version="1.0"?><svg xmlns="x"/>', 'UNSUPPORTED', /SVG is a drawing that may name other files, not pixels; images are JPEG/],
    ['a.ppm', 'P6 1 1 255 abc', 'UNSUPPORTED', /PNM .* is not read/], ['a.gif', '%PDF-1.4', 'UNSUPPORTED', /PDF is pages to be drawn/], ['a.heic', '\0\0\0\x18ftypheic', 'UNSUPPORTED', /HEIF is not read/],
    ['a.jxl', Uint8Array.of(0xff, 0x0a, 1), 'UNSUPPORTED', /JPEG XL/], ['a.jp2', Uint8Array.of(0xff, 0x4f, 0xff, 0x51), 'UNSUPPORTED', /JPEG 2000/], ['a.psd', '8BPS\0\x01', 'UNSUPPORTED', /Photoshop/],
    ['b.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0a), 'CORRUPT', /a PNG image whose first bytes are damaged/],
    ['a.ico', '\0\0\x01\0\x01', 'UNSUPPORTED', /ICO is several images/], ['a.png', png.subarray(0, png.length - 5), 'TRUNCATED', /the image is cut: \d+ bytes are needed, \d+ are left/],
  ])('%s that is none (%#) stops the run, or is told and passed over', async (name, bytes, code, message) => {
    const location = folder(['0.png', 'z.png'], { [name]: bytes });
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code, key: name, location, message: expect.stringMatching(message) });
    const bad: (readonly [string, string | undefined, number | undefined])[] = [];
    const found = await all(images(location).read({ onBadSample: (error, raw) => bad.push([error.code, error.key, raw?.length]) }));
    expect(found.map(({ key }) => key)).toEqual(['0.png', 'z.png']);
    expect(bad).toEqual([[code, name, bytes.length]]);
  });

  it('that is larger than limits.record is refused before it is read', async () => {
    const location = folder(['a.png']);
    expect(await failureOf(all(images(location, { limits: { record: 10 } }).read()))).toMatchObject({ code: 'LIMIT', key: 'a.png', hint: expect.stringContaining('record=') });
  });

  it('that is odd or bad is told of when its turn comes, though more are read at once, and borrowed bytes are right until the next is pulled', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `${String(at).padStart(3, '0')}.png`);
    const location = folder(names);
    names.forEach((name, at) => file(`${location.slice(path('').length)}/${name}`, at === 45 ? imageBytes('rgb-5x9.bmp') : at === 50 ? 'bad' : Buffer.concat([png, Buffer.from([at])])));
    const told: string[] = [];
    let at = 0;
    for await (const { key, image } of images(location).read({ borrow: true, onNote: (_, key) => told.push(key), onBadSample: ({ key }) => told.push(String(key)) })) {
      if (at === 50) at++;
      expect(key).toBe(names[at]);
      expect(image?.kind === 'encoded' && image.bytes.at(-1)).toBe(at === 45 ? imageBytes('rgb-5x9.bmp').at(-1) : at);
      expect(told).toEqual(['045.png', '050.png'].slice(0, at < 45 ? 0 : at < 50 ? 1 : 2));
      at++;
    }
    expect(at).toBe(100);
  });

  it('that grows while it is read is CHANGED', async () => {
    const location = folder(['a.png', 'b.png']);
    const iterator = images(location).read()[Symbol.asyncIterator]();
    const { interceptOperations } = await import('@imgstore/core/files');
    const forget = interceptOperations((name, at) => {
      if (name === 'read' && at.endsWith('b.png')) writeFileSync(at, Buffer.concat([png, png]));
    });
    try {
      expect((await iterator.next()).value).toMatchObject({ key: 'a.png' });
      expect(await failureOf(iterator.next())).toMatchObject({ code: 'CHANGED', key: 'b.png' });
    } finally {
      forget();
    }
  });

  it.each([['gray8-5x9.png', 50], ['rgb-0-95-5x9.jpg', 0], ['rgb-5x9.bmp', 0]])('above 64 KiB that ends as %s should is whole as a head, and one that was cut is not', async (name, padding) => {
    const small = imageBytes(name);
    // A chunk before the last one of PNG, comments of JPEG, more lines of BMP.
    const large = name.endsWith('png') ? Buffer.concat([small.subarray(0, 33), textChunk(70_000 + padding), small.subarray(33)])
      : name.endsWith('jpg') ? Buffer.concat([small.subarray(0, 2), ...Array<Buffer>(2).fill(Buffer.concat([Buffer.from([0xff, 0xfe, 0x9c, 0x42]), Buffer.alloc(40_000, 0x20)])), small.subarray(2)])
        : Buffer.concat([small.subarray(0, 22), Buffer.from(Uint32Array.of(5000).buffer), small.subarray(26, 54), Buffer.alloc(28 * 5000)]);
    const end = name.split('.')[1] ?? '';
    const location = folder([], { [`a.${end}`]: large });
    const head = async (): Promise<number[]> => (await all(images(location).read({ payload: 'head' }))).map(({ image }) => (image?.kind === 'encoded' ? image.bytes.length : 0));
    expect(await head()).toEqual([65_536]);
    writeFileSync(`${location}/a.${end}`, Buffer.concat([large, Buffer.from('behind the end')]));
    expect(await head()).toEqual([65_536]);
    writeFileSync(`${location}/a.${end}`, large.subarray(0, -6));
    expect((await failureOf(head())).code).toBe('TRUNCATED');
  });

  it('above 64 KiB with damage between its header and its end is refused where it is read whole, and given as a head', async () => {
    const damaged = Buffer.concat([png.subarray(0, 33), textChunk(140_000), png.subarray(33)]);
    damaged[70_000] = 0x79;
    const store = images(folder([], { 'a.png': damaged }));
    expect(await all(store.read({ payload: 'head' }))).toHaveLength(1);
    expect((await failureOf(all(store.read()))).code).toBe('CORRUPT');
  });

  it('counts its whole file in progress', async () => {
    const progress = { bytes: 0, samples: 0 };
    await all(images(folder(['a.png', 'b.png'])).read({ progress, borrow: true }));
    expect(progress).toEqual({ bytes: 2 * png.length, samples: 2 });
  });
});
