import { mkdirSync } from 'node:fs';
import { interceptOperations } from '@imgstore/core/files';
import adapter from '../src/adapter.js';
import * as everything from '../src/index.js';
import { images } from '../src/index.js';
import { all, failureOf, imageBytes, probeOf, temporaryFolder } from './helpers/files.js';

const { path, file } = temporaryFolder();

it('exports exactly this', () => {
  expect(Object.keys(everything).sort()).toEqual(['images']);
});

describe('detect', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['flat', { 'a.jpg': '', 'b.txt': '' }, 'names of images (1 of 2), e.g. a.jpg'],
    ['classes', { 'cat/a.jpeg': '', 'notes': '' }, 'class folders, e.g. cat with a.jpeg'],
    ['manifest', { 'metadata.csv': 'file_name\n', 'x/y/a.jpg': '' }, 'a folder with metadata.csv'],
    ['deep', { 'train/cat/a.png': '', 'val/cat/b.png': '' }, 'class folders, e.g. train with cat/a.png'],
    ['late', { 'aaa/readme': '', 'bbb/a.png': '' }, 'class folders, e.g. bbb with a.png'],
  ])('knows a folder that is %s', async (name, files, evidence) => {
    for (const [below, text] of Object.entries(files)) file(`${name}/${below}`, text);
    expect(await adapter.detect(probeOf(path(name)))).toEqual({ certain: false, evidence });
  });

  it.each([
    ['list.txt', 'cat/a.jpg 0\ncat/b c.JPEG 1\n', 'lines of the path of an image and a label'],
    ['table.csv', '\ufefflabel,"file_name"\n1,a.jpg\n', 'a table with the column file_name'],
    ['rows.jsonl', '{"file_name": "a.jpg", "label": 1}\n', 'JSON objects with "file_name"'],
    ['kaggle.csv', 'label;image\n1;a.jpg\n', 'a table with the column image'], ['keys.jsonl', '{"label": 1, "path": "x/a.png"}\n', 'JSON objects with "path"'],
    ['cut', 'a/b.png 7\n'.repeat(10_000), 'lines of the path of an image and a label'],
  ])('knows %s', async (name, text, evidence) => {
    expect(await adapter.detect(probeOf(file(name, text)))).toEqual({ certain: false, evidence });
  });

  it.each([
    ['prose.txt', 'see a.jpg\nand then more\n'], ['list of words', 'one 1\ntwo 2\n'], ['other.csv', 'name,label\ncat,1\n'], ['other.json', '{"file": "a.txt"}\n'], ['ids.csv', 'image,label\nx1,cat\n'],
    ['empty', ''], ['binary', '\0\0a.jpg 1\n'], ['image.png', Buffer.from(imageBytes()).toString('latin1')],
  ])('does not know %s', async (name, text) => {
    expect(await adapter.detect(probeOf(file(`other/${name}`, Buffer.from(text, 'latin1'))))).toBeUndefined();
  });

  it('does not know an empty folder, nor one of texts', async () => {
    mkdirSync(path('nothing'));
    file('texts/a.txt', '');
    expect([await adapter.detect(probeOf(path('nothing'))), await adapter.detect(probeOf(path('texts')))]).toEqual([undefined, undefined]);
  });
});

describe('the store', () => {
  it('is made without any file operation, and leaves no file open', async () => {
    file('open/cat/a.png', imageBytes());
    file('open/metadata.jsonl', '{"file_name": "cat/a.png"}\n');
    file('open.csv', 'file_name\nopen/cat/a.png\n');
    let open = 0;
    let operations = 0;
    const forget = interceptOperations((name) => {
      operations++;
      if (name === 'open') open++;
      if (name === 'close') open--;
    });
    try {
      for (const location of [path('open'), path('open.csv'), path('open/cat/a.png')]) {
        operations = 0;
        const store = images(location);
        expect(operations).toBe(0);
        for await (const _ of store.read()) break;
        await all(store.keys());
        await store.describe();
        const [key = ''] = await all(store.keys());
        expect((await store.get(key))?.image).toMatchObject({ format: 'png' });
        expect(await store.getRaw?.(key)).toEqual(imageBytes());
        for (const other of ['nothing', '../open.csv', '\ud800', 'x'.repeat(5000)]) expect([await store.get(other), await store.getRaw?.(other)]).toEqual([undefined, undefined]);
        await store.close();
        expect(open).toBe(0);
      }
    } finally {
      forget();
    }
  });

  it.each<readonly [object, RegExp]>([
    [{ layout: 'tree' }, /expected one of classes, flat/], [{ labels: '' }, /"labels" is empty/], [{ limits: { record: -1 } }, /limits\.record is -1/],
    [{ lables: 'y' }, /"lables" is not known/], [{ outside: 'yes' }, /expected true or false/],
  ])('refuses the options %j', (options, message) => {
    expect(() => images('folder', options)).toThrow(message);
  });

  it('refuses an empty location', () => {
    expect(() => images('')).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  it('says where nothing is', async () => {
    expect(await failureOf(all(images(path('missing')).read()))).toMatchObject({ code: 'NOT_FOUND', location: path('missing'), format: 'images' });
    expect(await failureOf(images('/dev/null').describe())).toMatchObject({ code: 'UNSUPPORTED', location: '/dev/null' });
  });

  it.each<readonly [string, object, RegExp]>([
    ['open', { root: 'x' }, /"root" belongs to a list or a manifest/], ['open', { boxes: 'x' }, /"boxes" belongs to a folder without a manifest, and there is metadata\.jsonl/],
    ['open.csv', { metadata: 'x' }, /"metadata" belongs to a folder/], ['open/cat', { labelColumn: 'x' }, /"labelColumn" belongs to a list or a manifest/],
  ])('refuses for %s the options %j', async (name, options, message) => {
    expect(await failureOf(images(path(name), options).describe())).toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(message) });
  });

  it('reads one image as one sample, whose key is its name', async () => {
    const store = images(path('open/cat/a.png'));
    expect((await all(store.read())).map(({ key, image }) => [key, image?.kind])).toEqual([['a.png', 'encoded']]);
    expect([await store.split({ count: 3 }), await store.describe()]).toEqual([[{ start: 0, end: 1, first: 0, count: 1 }], { count: 1, keys: 'stored', ordered: true }]);
    expect(await all(store.read({ skip: 1 }))).toEqual([]);
  });
});
