import { images } from '../src/index.js';
import { all, each, failureOf, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

const { path, file } = temporaryFolder();
const png = imageBytes();
let count = 0;

/** A manifest of that form beside images a.png to d.png. */
function manifest(text: string | Uint8Array, name = 'rows.csv'): string {
  const folder = `manifest-${count++}`;
  for (const image of ['a.png', 'b.png', 'c.png', 'd/e.png']) file(`${folder}/${image}`, png);
  return file(`${folder}/${name}`, text);
}

const rows = (...values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('a CSV manifest', () => {
  it('takes integers of any length beyond 64 bits for texts', async () => {
    const digits = '7'.repeat(1_000_000);
    const [sample] = await tellAll(images(manifest(`file_name,long,least,beyond\na.png,${digits},-9223372036854775808,-9223372036854775809\n`)));
    expect((await tellAll(images(manifest(`file_name,x\na.png,${digits}x\n`))))[0]?.features).toEqual({ x: ['bytes', `${digits}x`] });
    expect(sample?.features).toEqual({ long: ['bytes', digits], least: ['int64', -(2n ** 63n)], beyond: ['bytes', '-9223372036854775809'] });
  });

  it('takes whole numbers with a point for labels, as pandas writes them where a cell is empty, and says so', async () => {
    const location = manifest('file_name,label\na.png,1.0\nb.png,\nc.png,-2.\n');
    expect(await tellAll(images(location))).toEqual([{ key: 'a.png', label: 1 }, { key: 'b.png' }, { key: 'c.png', label: -2 }]);
    expect((await images(location).describe()).notes).toEqual(['labels are the numbers in the column "label"', 'labels are written as fractions, e.g. in row 1: 1.0 is label 1']);
    expect(await tellAll(images(manifest(rows({ file_name: 'a.png', label: 3 }).replace('3', '3.0'), 'rows.jsonl')))).toEqual([{ key: 'a.png', label: 3 }]);
  });

  it('says that a column of labels is empty in all rows', async () => {
    expect((await images(manifest('file_name,label,x\na.png,,1\n')).describe()).notes).toEqual(['the column "label" is empty in all rows: samples have no label']);
  });

  it('hints at a column that may hold the paths where none is called so', async () => {
    expect(await failureOf(images(manifest('label,id\ncat,a.png\n')).describe())).toMatchObject({ code: 'MISMATCH', hint: 'columns: label, id; if "id" holds the paths: --src-opt fileColumn=id' });
  });

  it.each([{ images: [{ id: 1, file_name: 'a.png' }], annotations: [], categories: [] }, { info: {}, images: [], categories: [] }])('says of the JSON of COCO what it is, and what to make of it', async (coco) => {
    const error = { code: 'UNSUPPORTED', what: 'one JSON object with the lists images, annotations and categories, as COCO has it, is no manifest', hint: expect.stringContaining('{"file_name": "a.jpg", "label": 3}') as string };
    expect(await failureOf(images(manifest(JSON.stringify(coco), 'instances.json')).describe())).toMatchObject(error);
  });

  it('has no labels in a column of fractions, or without such a column, and says so', async () => {
    const fractions = manifest('file_name,label\na.png,1\nb.png,0.5\n');
    expect(await tellAll(images(fractions))).toEqual([{ key: 'a.png', features: { label: ['float64', 1] } }, { key: 'b.png', features: { label: ['float64', 0.5] } }]);
    expect((await images(fractions).describe()).notes).toEqual(['the column "label" holds no labels but fractions (row 2), so it is a feature']);
    expect((await images(manifest('file_name,x\na.png,1\n')).describe()).notes).toEqual(['there is no column "label" nor "class": samples have no label; options labelColumn and classColumn name others']);
    expect(await failureOf(images(manifest('file_name,label\na.png,1.5\nb.png,cat\n')).describe())).toMatchObject({ code: 'MISMATCH' });
  });

  it('keeps numbers that float64 does not hold as texts, and says where digits are lost', async () => {
    const location = manifest('file_name,label,far,long\na.png,1,1e400,0.12345678901234567890\nb.png,1,2,0.5\n');
    expect((await tellAll(images(location))).map(({ features }) => features)).toEqual([{ far: ['bytes', '1e400'], long: ['float64', 0.12345678901234568] }, { far: ['bytes', '2'], long: ['float64', 0.5] }]);
    expect((await images(location).describe()).notes).toContain('numbers in the column "long" have more digits than float64 holds: they are rounded');
    const json = manifest('{"file_name": "a.png", "far": 1e400}\n', 'rows.jsonl');
    expect((await tellAll(images(json)))[0]?.features).toEqual({ far: ['bytes', '1e400'] });
    expect(await failureOf(all(images(manifest('{"file_name": "a.png", "far": 1e39, "kinds": {"far": "float32"}}\n', 'rows.jsonl')).read()))).toMatchObject({ code: 'CORRUPT' });
  });

  it('reads numbers with spaces around them, and says of a column of classes that it holds numbers', async () => {
    expect(await tellAll(images(manifest('file_name,label,x\na.png, 1 ,\t2\nb.png, 2,3\n')))).toEqual([{ key: 'a.png', label: 1, features: { x: ['int64', 2n] } }, { key: 'b.png', label: 2, features: { x: ['int64', 3n] } }]);
    expect((await images(manifest('file_name,class\na.png,1\n')).describe()).notes).toEqual(['the column "class" holds no names, so it is a feature; option labelColumn takes its numbers for labels']);
  });

  it('tells of each row where all of them are bad', async () => {
    const bad: string[] = [];
    expect(await all(images(manifest('file_name,label\na.png,1,2\nb.png\n')).read({ onBadSample: ({ code }) => bad.push(code) }))).toEqual([]);
    expect(bad).toEqual(['CORRUPT', 'CORRUPT']);
  });

  it('may end its rows with CR alone', async () => {
    const location = manifest('file_name,label\ra.png,1\rb.png,2\r');
    expect(await tellAll(images(location))).toEqual([{ key: 'a.png', label: 1 }, { key: 'b.png', label: 2 }]);
    expect((await images(location).get('b.png'))?.label).toBe(2);
  });

  it('has features of one kind in each column, which all of its cells decide', async () => {
    const location = manifest([
      'file_name,label,whole,number,text,mixed,code,big,empty', 'a.png,3,1,0.5,"one, ""two""\nthree",7,007,9223372036854775807,', 'b.png,-1,-2,3,é,x,010,-9223372036854775808,', 'c.png,,,1e-3,,,1,1,', '',
    ].join('\r\n'));
    expect(await tellAll(images(location))).toEqual([
      { key: 'a.png', label: 3, features: { whole: ['int64', 1n], number: ['float64', 0.5], text: ['bytes', 'one, "two"\nthree'], mixed: ['bytes', '7'], code: ['bytes', '007'], big: ['int64', 2n ** 63n - 1n] } },
      { key: 'b.png', label: -1, features: { whole: ['int64', -2n], number: ['float64', 3], text: ['bytes', 'é'], mixed: ['bytes', 'x'], code: ['bytes', '010'], big: ['int64', -(2n ** 63n)] } },
      { key: 'c.png', features: { number: ['float64', 0.001], code: ['bytes', '1'], big: ['int64', 1n] } },
    ]);
    expect(await images(location).describe()).toEqual({
      count: 3, keys: 'stored', ordered: true, notes: ['labels are the numbers in the column "label"'],
      features: new Map([['whole', 'int64'], ['number', 'float64'], ['text', 'bytes'], ['mixed', 'bytes'], ['code', 'bytes'], ['big', 'int64']]),
    });
  });

  it.each([['tabs', 'file_name\tlabel\na.png\t1\n', 'rows.tsv'], ['semicolons', 'file_name;label\na.png;1\n', 'rows.csv'], ['a byte order mark', '\ufefffile_name,label\na.png,1\n', 'rows.csv'], ['no line end', 'label,file_name\n1,a.png', 'rows'],
    ['another name for the path', 'label,path\n1,a.png\n', 'rows.csv']])('may have %s', async (_, text, name) => {
    expect(await tellAll(images(manifest(text, name)))).toEqual([{ key: 'a.png', label: 1 }]);
  });

  it('gives names of classes the places of their sorted list, or those of labels.txt', async () => {
    const location = manifest('file_name,label\na.png,dog\nb.png,cat\nc.png,dog\n');
    expect(await tellAll(images(location))).toEqual([{ key: 'a.png', label: 1, className: 'dog' }, { key: 'b.png', label: 0, className: 'cat' }, { key: 'c.png', label: 1, className: 'dog' }]);
    expect(await images(location).describe()).toMatchObject({ classes: ['cat', 'dog'], notes: ['labels are the places of the names in the column "label" in their sorted order: 0 "cat", 1 "dog"'] });
    const labels = file(`labels-${count}.txt`, '5:dog\n6:eel\n');
    expect(await failureOf(all(images(location, { labels }).read()))).toMatchObject({ code: 'MISMATCH', message: expect.stringContaining(`row 2: the class "cat" is not in ${labels}`) });
    expect((await images(location, { labels: file('more.txt', '5:dog\n6:cat\n') }).describe()).notes).toEqual([`labels are those of ${path('more.txt')}`]);
  });

  it('has labels and names side by side, in columns of any name', async () => {
    const location = manifest('p,y,what\na.png,4,cat\nb.png,2,dog\n');
    const options = { fileColumn: 'p', labelColumn: 'y', classColumn: 'what' };
    expect(await tellAll(images(location, options))).toEqual([{ key: 'a.png', label: 4, className: 'cat' }, { key: 'b.png', label: 2, className: 'dog' }]);
    expect(await failureOf(all(images(location, { ...options, labelColumn: 'z' }).read()))).toMatchObject({ code: 'MISMATCH', message: expect.stringContaining('no column "z"'), hint: 'columns: p, y, what' });
    expect((await failureOf(images(location).describe())).message).toContain('no column "file_name"');
    expect(await tellAll(images(location, { fileColumn: 'p', classColumn: 'what' }))).toEqual([
      { key: 'a.png', label: 0, className: 'cat', features: { y: ['int64', 4n] } }, { key: 'b.png', label: 1, className: 'dog', features: { y: ['int64', 2n] } },
    ]);
  });

  it('refuses a column of labels that holds numbers and texts: one of them is a slip', async () => {
    const location = manifest('file_name,label\na.png,1\nb.png,l\n');
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'MISMATCH', file: location, message: expect.stringContaining('the column "label" holds numbers (row 1) and texts (row 2)') });
  });

  it('keeps a column of labels with fractions as a feature', async () => {
    expect(await tellAll(images(manifest('file_name,label\na.png,0.5\nb.png,2\n')))).toEqual([{ key: 'a.png', features: { label: ['float64', 0.5] } }, { key: 'b.png', features: { label: ['float64', 2] } }]);
  });

  it.each([
    ['a.png,1,2\n', 'CORRUPT', 'row 2: 3 values, and the header names 2 columns'], ['a.png\n', 'CORRUPT', 'row 2: 1 values'], [',1\n', 'CORRUPT', 'row 2: no path in the column "file_name"'],
    ['missing.png,1\n', 'NOT_FOUND', 'row 2: no such file'],
  ])('tells of the row %j', async (row, code, message) => {
    const location = manifest(`file_name,label\nb.png,0\n${row}c.png,1\n`);
    const bad: string[] = [];
    const good = await all(images(location).read({ onBadSample: (error) => bad.push(`${error.code} ${error.what}`) }));
    expect([good.map(({ key }) => key), bad]).toEqual([['b.png', 'c.png'], [expect.stringContaining(`${code} ${message}`)]]);
  });

  it('tells of a row that is not UTF-8', async () => {
    const location = manifest(Buffer.concat([Buffer.from('file_name,x\na.png,1\nb.png,'), Buffer.from([0xff, 0x0a]), Buffer.from('c.png,2\n')]));
    const bad: string[] = [];
    expect((await all(images(location).read({ onBadSample: ({ what }) => bad.push(what) }))).length).toBe(2);
    expect(bad).toEqual(['row 2: not UTF-8']);
  });

  it.each([
    ['file_name,x\na.png,"1\nb.png,2\n', 'CORRUPT', /no CSV: Quote Not Closed/], ['file_name,x\na.png,"1"2\n', 'CORRUPT', /no CSV: Invalid Closing Quote/], ['', 'CORRUPT', /an empty table/],
    ['file_name,x,x\na.png,1,2\n', 'CORRUPT', /two columns are called "x"/], [Buffer.from([0xff, 0x2c, 0x0a]), 'CORRUPT', /the header: not UTF-8/],
  ])('refuses %j as a whole', async (text, code, message) => {
    expect(await failureOf(all(images(manifest(text)).read({ onBadSample: () => undefined })))).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses a row above the limit', async () => {
    expect((await failureOf(all(images(manifest(`file_name,x\na.png,${'y'.repeat(200_000)}\n`), { limits: { record: 100_000 } }).read()))).code).toBe('LIMIT');
  });

  it('refuses a row whose values are above the limit together', async () => {
    const value = 'y'.repeat(60_000);
    expect(await failureOf(all(images(manifest(`file_name,x,y\na.png,${value},${value}\n`), { limits: { record: 100_000 } }).read()))).toMatchObject({ code: 'LIMIT', message: expect.stringContaining('a row: more than 100000 bytes') });
  });

  it.each([['empty', ''], ['text', 'x'], ['in quotes', '"x"']])('refuses a header of more than 10,005 columns, and not its rows of so many values (%s)', async (_, value) => {
    const more = (count: number): string => `,${value}`.repeat(count);
    expect(await failureOf(all(images(manifest(`file_name${more(10_005)}\n`)).read()))).toMatchObject({ code: 'LIMIT', message: expect.stringContaining('more than 10005 columns') });
    const names = Array.from({ length: 10_004 }, (__, at) => `,c${at}`).join('');
    const store = images(manifest(`file_name${names}\na.png${more(10_004)}\n`));
    expect((await all(store.read())).map(({ features }) => features.size)).toEqual([value === '' ? 0 : 10_004]);
  });

  it('tells of a row of very many values', async () => {
    const location = manifest(`file_name,x\na.png,1\nb.png${',2'.repeat(300_000)}\nc.png,3\n`);
    const bad: string[] = [];
    const good = await all(images(location).read({ onBadSample: (error) => bad.push(`${error.code} ${error.what}`) }));
    expect([good.map(({ key }) => key), bad]).toEqual([['a.png', 'c.png'], ['LIMIT row 2: more than 10005 columns']]);
  });

  it('is read where there are more empty lines than a row may have bytes', async () => {
    const store = images(manifest(`file_name,x\na.png,1\n${'\n'.repeat(800_000)}b.png,2\n`), { limits: { record: 1000 } });
    expect((await all(store.read())).map(({ key }) => key)).toEqual(['a.png', 'b.png']);
  });

  it('is found by key, and read in ranges, whatever its quotes hold', async () => {
    const store = images(manifest('file_name,text\na.png,"x\ny"\n\nb.png,"p,q"\nc.png,z\n'));
    for (const [key, text] of [['c.png', 'z'], ['a.png', 'x\ny'], ['b.png', 'p,q']] as const) {
      const { values } = (await store.get(key))?.features.get('text') ?? { values: [] };
      expect(Buffer.from(values[0] as Uint8Array).toString()).toBe(text);
    }
    expect(await store.get('d.png')).toBeUndefined();
    const [, second] = await store.split({ count: 3 });
    expect((await all(store.read({ range: second! }))).map(({ key }) => key)).toEqual(['b.png']);
    await store.close();
  });
});

describe('a JSONL manifest', () => {
  it('has features of the kinds that JSON says, exact', async () => {
    const location = manifest(`${rows({ file_name: 'a.png', label: 2, whole: 1, number: 1, flag: true, text: '7', box: [0.5, 1], words: ['x', 'y'], nested: [[1, 2], [3]], object: { a: 1 }, none: null, list: [] })
    }{"file_name": "b.png", "big": 9223372036854775807, "huge": 18446744073709551616, "number": 1.0, "whole": 2, "list": [3], "mixed": [1, "a"]}\n`, 'rows.jsonl');
    expect(await tellAll(images(location))).toEqual([
      { key: 'a.png', label: 2, features: {
        whole: ['int64', 1n], number: ['float64', 1], flag: ['int64', 1n], text: ['bytes', '7'], box: ['float64', 0.5, 1], words: ['bytes', 'x', 'y'], nested: ['bytes', '[[1,2],[3]]'], object: ['bytes', '{"a":1}'], list: ['int64'],
      } },
      { key: 'b.png', features: { big: ['int64', 2n ** 63n - 1n], huge: ['bytes', '18446744073709551616'], number: ['float64', 1], whole: ['int64', 2n], list: ['int64', 3n], mixed: ['bytes', '[1, "a"]'] } },
    ]);
  });

  it('says which columns become texts of JSON, or 1 and 0', async () => {
    const location = manifest(rows({ file_name: 'a.png', label: 1, object: { a: 1 }, nested: [[1]], flag: true, flags: [true, false], plain: [1] }), 'rows.jsonl');
    expect((await images(location).describe()).notes).toEqual([
      'labels are the numbers in the column "label"', 'the columns "object", "nested" hold nested JSON, which becomes a text: that of the JSON', 'the columns "flag", "flags" hold true and false, which become 1 and 0',
    ]);
  });

  it('takes true and false for the labels 1 and 0, and a text in a column "kinds" for a feature', async () => {
    expect(await tellAll(images(manifest(rows({ file_name: 'a.png', label: true, kinds: 'x' }, { file_name: 'b.png', label: false }), 'rows.jsonl')))).toEqual([{ key: 'a.png', label: 1, features: { kinds: ['bytes', 'x'] } }, { key: 'b.png', label: 0 }]);
  });

  it('says nothing of the order of keys where its rows name their paths in different columns', async () => {
    const location = manifest(rows({ path: 'a.png' }, { file: 'b.png', path: 'c.png' }), 'rows.jsonl');
    expect((await images(location, { fileColumn: 'path' }).describe()).ordered).toBe(true);
    expect((await images(location).describe()).ordered).toBeUndefined();
  });

  it('keeps cells of a column that are not alike as they are', async () => {
    const location = manifest(rows({ file_name: 'a.png', x: 1 }, { file_name: 'b.png', x: 'one' }), 'rows.jsonl');
    expect(await tellAll(images(location))).toEqual([{ key: 'a.png', features: { x: ['int64', 1n] } }, { key: 'b.png', features: { x: ['bytes', 'one'] } }]);
    expect((await images(location).describe()).features).toBeUndefined();
  });

  it('refuses an integer beyond 2^53 in a column with fractions', async () => {
    const location = manifest('{"file_name": "a.png", "x": 9007199254740993}\n{"file_name": "b.png", "x": 0.5}\n', 'rows.jsonl');
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'MISMATCH', message: expect.stringContaining('line 1: the integer 9007199254740993 in a column that has fractions too') });
  });

  it.each([['{"file_name": "a.png"', 'CORRUPT', 'line 2: no JSON: "," or "}" expected at character 22, found the end'], ['[1]', 'CORRUPT', 'line 2: no JSON object'], ['{"file_name": 3.5}', 'NOT_FOUND', 'line 2: no such file'],
    ['{"file_name": true}', 'CORRUPT', 'line 2: no path in the column "file_name"'], [`{"file_name": "a.png", "x": ${'['.repeat(100)}${']'.repeat(100)}}`, 'LIMIT', 'line 2: JSON more than 64 deep'],
    [`{"file_name": "a.png", ${Array.from({ length: 10_005 }, (_, at) => `"${at}": 0`).join(', ')}}`, 'LIMIT', 'line 2: more than 10005 columns'],
    [`{"file_name": "a.png", "x": [${'"",'.repeat(1_000_000)}0]}`, 'LIMIT', 'line 2: JSON of more than 1000000 values']])('tells of the line %.60s', async (line, code, message) => {
    const location = manifest(`{"file_name": "a.png"}\n${line}\n{"file_name": "b.png"}\n`, 'rows.jsonl');
    const bad: string[] = [];
    const good = await all(images(location).read({ onBadSample: (error) => bad.push(`${error.code} ${error.what}`) }));
    expect([good.map(({ key }) => key), bad]).toEqual([['a.png', 'b.png'], [`${code} ${message}`]]);
  });

  it('takes keys from its own column', async () => {
    const store = images(manifest(rows({ file_name: 'a.png', key: 'first' }, { file_name: 'b.png', key: 7 }), 'rows.jsonl'));
    expect((await tellAll(store)).map(({ key }) => key)).toEqual(['first', '7']);
    expect((await store.get('first'))?.origin?.file).toMatch(/a\.png$/);
    await store.close();
  });

  it.each([
    [{ x: 'AQ=', kinds: { x: 'bytes' } }, 'base64'], [{ x: 1.5, kinds: { x: 'int64' } }, 'an integer of 64 bits'], [{ x: ['1'], kinds: { x: 'int64' } }, 'an integer of 64 bits'], [{ x: 'nan', kinds: { x: 'float32' } }, 'a number'],
    [{ x: 1, kinds: { x: 'int8' } }, 'kinds are bytes, int64, float32, float64'],
  ])('refuses %j', async (row, message) => {
    expect(await failureOf(all(images(manifest(rows({ file_name: 'a.png', ...row }), 'rows.jsonl')).read()))).toMatchObject({ code: 'CORRUPT', message: expect.stringContaining(message) });
  });
});

describe('a manifest in a folder', () => {
  it.each([['metadata.jsonl', rows({ file_name: 'b.png', x: 1 }, { file_name: 'd/e.png', x: 2 }, { file_name: 'a.png', x: 3 })], ['metadata.csv', 'file_name,x\nb.png,1\nd/e.png,2\na.png,3\n']])('%s says what the samples are, and their order; folders say their classes', async (name, text) => {
    const location = manifest(text, name).replace(`/${name}`, '');
    expect(await tellAll(images(location))).toEqual([{ key: 'b.png', features: { x: ['int64', 1n] } }, { key: 'd/e.png', label: 0, className: 'd', features: { x: ['int64', 2n] } }, { key: 'a.png', features: { x: ['int64', 3n] } }]);
    expect(await images(location).describe()).toMatchObject({
      count: 3, classes: ['d'], notes: ['labels are the places of the folders in their sorted order: 0 "d", the only one; where it is no class, the option layout=flat gives no labels', `samples are the rows of ${name}, in its order`, `4 images are in the folder, and 3 in ${name}: those that it does not name are left out`],
    });
    expect((await tellAll(images(location, { layout: 'flat' })))[1]).toEqual({ key: 'd/e.png', features: { x: ['int64', 2n] } });
  });

  it('decides over the folders where it has labels', async () => {
    const location = manifest(rows({ file_name: 'd/e.png', label: 5 }, { file_name: 'a.png', label: 6 }), 'metadata.jsonl').replace('/metadata.jsonl', '');
    expect((await tellAll(images(location))).map(({ label }) => label)).toEqual([5, 6]);
  });

  it('must be the only one', async () => {
    const location = manifest('file_name\na.png\n', 'metadata.csv').replace('/metadata.csv', '');
    file(`${location.slice(path('').length)}/metadata.jsonl`, rows({ file_name: 'a.png' }));
    expect(await failureOf(images(location).describe())).toMatchObject({ code: 'MISMATCH', message: expect.stringContaining('there are metadata.jsonl and metadata.csv; which one counts?') });
    expect(await tellAll(images(`${location}/metadata.csv`))).toEqual([{ key: 'a.png' }]);
  });

  it('without labels takes the only folder, which has all images, for no class, and says how it would be one', async () => {
    const location = path('lone');
    file('lone/images/0001.png', png);
    file('lone/metadata.jsonl', rows({ file_name: 'images/0001.png', text: 'x', long: 0.5 }).replace('0.5', '0.12345678901234567890'));
    expect(await tellAll(images(location))).toMatchObject([{ key: 'images/0001.png' }]);
    expect((await tellAll(images(location)))[0]).not.toHaveProperty('label');
    const { notes, classes } = await images(location).describe();
    expect([classes, notes]).toEqual([undefined, [
      'the folder "images" holds all images, so it is no class and samples have no label; option layout=classes makes it one', expect.stringContaining('they are rounded'), 'samples are the rows of metadata.jsonl, in its order',
    ]]);
    expect((await tellAll(images(location, { layout: 'classes' })))[0]).toMatchObject({ label: 0, className: 'images' });
  });

  it('that we write for one class with features is read back with its label, whatever the folder is called', async () => {
    for (const [name, sample] of Object.entries({ named: { label: 4, className: 'images' }, digits: { label: 7 }, none: {} })) {
      const written = { key: name === 'digits' ? '7/a.png' : 'images/a.png', image: { kind: 'encoded' as const, format: 'png' as const, bytes: png }, ...sample, features: new Map([['x', { kind: 'int64' as const, values: BigInt64Array.of(1n) }]]) };
      await images(path(`own-${name}`)).write(each([written]));
      expect(await tellAll(images(path(`own-${name}`)))).toEqual([{ key: written.key, ...sample, features: { x: ['int64', 1n] } }]);
    }
  });

  it('without labels gives the class of each row that is a file, however its path is written, and tells of the others what they are', async () => {
    const names = ['./a.png', './d/e.png', 'd/../b.png', 'f/../d/e.png', '.h/g.png', 'gone/0.png', '/abs/x.png', '../up/a.png', 'D2/e.png'];
    const location = manifest(rows(...names.map((file_name) => ({ file_name }))), 'metadata.jsonl').replace('/metadata.jsonl', '');
    file(`${location.slice(path('').length)}/.h/g.png`, png);
    file(`${location.slice(path('').length)}/f/g.png`, png);
    file('up/a.png', png);
    const bad: string[] = [];
    const good = await all(images(location).read({ onBadSample: ({ code, key }) => bad.push(`${code} ${key}`) }));
    expect(good.map(({ key, label, className }) => [key, label, className])).toEqual([['./a.png', undefined, undefined], ['./d/e.png', 0, 'd'], ['d/../b.png', undefined, undefined], ['f/../d/e.png', 0, 'd'], ['.h/g.png', undefined, undefined]]);
    expect(bad).toEqual(['NOT_FOUND gone/0.png', 'NOT_FOUND /abs/x.png', 'UNSUPPORTED ../up/a.png', 'NOT_FOUND D2/e.png']);
    expect((await all(images(location, { outside: true }).read({ onBadSample: () => undefined }))).at(-1)).toMatchObject({ key: '../up/a.png' });
  });
});

describe('paths of a manifest', () => {
  it('that are ids get the ending of the option extension, which is hinted where it helps; keys stay ids', async () => {
    const location = manifest('id,label\na,cat\nd/e,dog\n', 'rows.csv');
    expect(await failureOf(all(images(location, { fileColumn: 'id' }).read()))).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('--src-opt extension=.png') });
    const store = images(location, { fileColumn: 'id', extension: '.png' });
    expect((await tellAll(store)).map(({ key, label }) => [key, label])).toEqual([['a', 0], ['d/e', 1]]);
    expect((await store.get('d/e'))?.origin?.file).toMatch(/\/d\/e\.png$/);
    expect(() => images(location, { extension: 'png' })).toThrow(/"extension" is "png", expected a dot and letters/);
  });

  it('that are not there get a hint of root only where it was not given, and root=/ where they are absolute', async () => {
    const location = manifest('file_name\nmissing.png\n', 'rows.csv');
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('root=DIR') });
    expect((await failureOf(all(images(location, { root: path('') }).read()))).hint).toBeUndefined();
    const absolute = manifest(`file_name\n${path('')}/up/a.png\n`, 'rows.csv');
    const failure = await failureOf(all(images(absolute).read()));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('--src-opt root=/') });
    expect(failure.file).not.toContain('//');
  });
});
