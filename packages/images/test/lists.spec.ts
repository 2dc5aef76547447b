import { mkdirSync, truncateSync } from 'node:fs';
import { images } from '../src/index.js';
import { all, failureOf, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

const { path, file } = temporaryFolder();
const png = imageBytes();
let count = 0;

beforeAll(() => {
  for (const name of ['data/cat/a.png', 'data/cat/b c.png', 'data/dog/d.png', 'data/e.png']) file(name, png);
});

/** A list in the data's folder. */
const list = (text: string | Uint8Array, folder = 'data'): string => file(`${folder}/list-${count++}.txt`, text);

describe('a list whose lines end with CR alone', () => {
  it('is refused with its line, not read as one', async () => {
    const location = file('returns.txt', 'a.png 1\rb.png 2\r');
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'CORRUPT', message: expect.stringContaining('line 1: a carriage return within the line; lines end with LF or CRLF') });
    file('flat/a.png', imageBytes());
    expect(await failureOf(images(path('flat'), { list: file('labels-returns.txt', 'cat\rdog\r') }).describe())).toMatchObject({ code: 'CORRUPT' });
  });
});

describe('a list of lines "path label"', () => {
  it('is read in its order, split at the last space, with the path as the key', async () => {
    const location = list('dog/d.png 1\ncat/b c.png   7\r\n\ncat/a.png -3\t \ndog/d.png 1');
    expect(await tellAll(images(location))).toEqual([{ key: 'dog/d.png', label: 1 }, { key: 'cat/b c.png', label: 7 }, { key: 'cat/a.png', label: -3 }, { key: 'dog/d.png', label: 1 }]);
    expect(await images(location).describe()).toEqual({ count: 4, keys: 'stored', notes: ['labels are the numbers behind the paths'] });
  });

  it('says that keys ascend where they do', async () => {
    expect((await images(list('cat/a.png 0\ndog/d.png 1\n')).describe()).ordered).toBe(true);
  });

  it.each([['cat', 'CORRUPT', 'line 2: the label "cat" is no whole number'], ['1.5', 'CORRUPT', 'line 2: the label "1.5" is no whole number'], ['', 'CORRUPT', 'line 2: no label behind the path'],
    ['99999999999999999999', 'LIMIT', 'line 2: the label "99999999999999999999" is beyond 2^53-1']])('refuses the label %j, naming the line, and never reads it as 0', async (label, code, message) => {
    const location = list(`dog/d.png 1\ncat/a.png ${label}\ne.png 2\n`);
    if (label === 'cat') expect((await failureOf(all(images(location).read()))).hint).toContain('--src-opt labels=FILE');
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code, file: location, message: expect.stringContaining(`${location}: ${message}`) });
    const bad: string[] = [];
    const good = await all(images(location).read({ onBadSample: ({ what }) => bad.push(what) }));
    expect([good.map(({ key }) => key), bad]).toEqual([['dog/d.png', 'e.png'], [expect.stringContaining(message)]]);
    expect((await images(location).describe()).count).toBe(3);
  });

  it('takes names of classes where labels says what they are', async () => {
    const labels = file('synsets.txt', 'cat\ndog\n');
    const location = list('dog/d.png dog\ncat/a.png cat\ne.png 9\n');
    expect(await tellAll(images(location, { labels }))).toEqual([{ key: 'dog/d.png', label: 2, className: 'dog' }, { key: 'cat/a.png', label: 1, className: 'cat' }, { key: 'e.png', label: 9 }]);
    expect((await images(location, { labels }).describe()).notes).toEqual([`labels are the numbers behind the paths, and those of ${labels} for names, where line 1 is label 1, as Inception's scripts count; --label-offset -1 counts from 0`]);
    expect((await failureOf(all(images(list('e.png eel\n'), { labels }).read()))).message).toContain(`line 1: the label "eel" is no whole number, nor a name of ${labels}`);
  });

  it('gives names from labels.txt in its root', async () => {
    file('named/labels.txt', 'zero\none\n');
    file('named/a.png', png);
    expect(await tellAll(images(list('a.png 1\n', 'named')))).toEqual([{ key: 'a.png', label: 1, className: 'one' }]);
  });

  it('begins its paths at root, as the tool of Caffe puts them together', async () => {
    const location = file('lists/train.txt', '/cat/a.png 0\ndog//d.png 1\n./e.png 2\n');
    for (const root of [path('data'), `${path('data')}/`]) expect((await tellAll(images(location, { root }))).map(({ key }) => key)).toEqual(['/cat/a.png', 'dog//d.png', './e.png']);
    const absolute = file('lists/absolute.txt', `${path('data/e.png')} 5\n`);
    expect(await tellAll(images(absolute, { root: '/' }))).toEqual([{ key: path('data/e.png'), label: 5 }]);
  });

  it('that leads out of its root is refused, unless asked for', async () => {
    const location = file('lists/up.txt', '../data/cat/a.png 0\n../data/e.png 1\n');
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'UNSUPPORTED', hint: expect.stringMatching(/--src-opt root=DIR.*outside=true/), message: expect.stringContaining(`line 1: leads out of ${path('lists')}`) });
    expect((await tellAll(images(location, { outside: true }))).map(({ label }) => label)).toEqual([0, 1]);
    expect((await failureOf(all(images(list('cat/../../data/e.png 1\n')).read()))).code).toBe('UNSUPPORTED');
    expect((await tellAll(images(list('cat/../e.png 1\n')))).length).toBe(1);
  });

  it('names what is not there, and what is no file', async () => {
    const location = list('missing.png 0\ncat 1\nno/folder.png 2\nd\0.png 3\ne.png 4\n');
    const bad: (readonly [string, string | undefined, string])[] = [];
    const good = await all(images(location).read({ onBadSample: ({ code, key, what }) => bad.push([code, key, what]) }));
    expect(good.map(({ key }) => key)).toEqual(['e.png']);
    expect(bad).toEqual([
      ['NOT_FOUND', 'missing.png', 'line 1: no such file'], ['UNSUPPORTED', 'cat', 'line 2: a folder, not a file'], ['NOT_FOUND', 'no/folder.png', 'line 3: no such file'],
      ['CORRUPT', 'd\0.png', 'line 4: "d\\u0000.png" is not a path: it holds a NUL byte'],
    ]);
    expect(await failureOf(all(images(location).read()))).toMatchObject({ code: 'NOT_FOUND', key: 'missing.png', hint: expect.stringContaining('--src-opt root=DIR') as string, file: path('data/missing.png') });
  });

  it('refuses lines that are not UTF-8, one by one', async () => {
    const location = list(Buffer.concat([Buffer.from('e.png 1\n'), Buffer.from([0xff, 0x20, 0x31, 0x0a]), Buffer.from('e.png 2\n')]));
    const bad: string[] = [];
    expect((await all(images(location).read({ onBadSample: ({ what }) => bad.push(what) }))).length).toBe(2);
    expect(bad).toEqual(['line 2: not UTF-8']);
  });

  it('refuses a line above the limit', async () => {
    expect(await failureOf(all(images(list(`${'x'.repeat(3_000_000)} 1\n`), { limits: { record: 1_000_000 } }).read()))).toMatchObject({ code: 'LIMIT', hint: expect.stringContaining('record=') });
  });

  it('refuses a line above 64 MiB, whatever the limits say', async () => {
    const location = list('e.png 1\n');
    truncateSync(location, 65 * 2 ** 20);
    const { code, hint, message } = await failureOf(all(images(location).read()));
    expect({ code, hint, message }).toEqual({ code: 'LIMIT', hint: undefined, message: expect.stringContaining('line 2: more than 67108864 bytes') });
  });

  it('is split at the last space, however many there are', async () => {
    const spaces = ' '.repeat(200_000);
    expect(await tellAll(images(list(`e.png${spaces}3\n`)))).toEqual([{ key: 'e.png', label: 3 }]);
  });

  it('goes by ordinals too where a file with the same hash as its name is named between its two rows', async () => {
    const [one, other] = ['n512789.png', 'n749192.png'];
    for (const name of [one, other]) file(`data/${name}`, png);
    const store = images(list(`${one} 0\n${other} 1\n${one} 2\n`));
    const keys = await all(store.keys());
    expect(keys).toEqual(['00000000', '00000001', '00000002']);
    expect(await Promise.all(keys.map(async (key) => (await store.get(key))?.label))).toEqual([0, 1, 2]);
    const apart = images(list(`${one} 0\n${other} 1\n`));
    expect(await all(apart.keys())).toEqual([one, other]);
    expect([(await apart.get(one))?.label, (await apart.get(other))?.label]).toEqual([0, 1]);
    await Promise.all([store.close(), apart.close()]);
  });

  it('is found by key, and by ordinals where it names a file twice', async () => {
    const once = images(list('e.png 1\ncat/a.png 2\n'));
    expect([await all(once.keys()), (await once.get('cat/a.png'))?.label, await once.get('00000001')]).toEqual([['e.png', 'cat/a.png'], 2, undefined]);
    await once.close();
    const twice = images(list('e.png 1\ncat/a.png 2\ne.png 3\n'));
    const keys = await all(twice.keys());
    expect(keys).toEqual(['00000000', '00000001', '00000002']);
    expect(await Promise.all(keys.map(async (key) => (await twice.get(key))?.label))).toEqual([1, 2, 3]);
    expect([(await twice.get('e.png'))?.label, (await twice.get('2'))?.label, await twice.get('00000003'), await twice.get('dog/d.png')]).toEqual([1, 3, undefined, undefined]);
    await twice.close();
  });

  it('is read in ranges', async () => {
    const lines = Array.from({ length: 10 }, (_, at) => `${['cat/a.png', 'e.png', 'dog/d.png'][at % 3]} ${at}\n`);
    const store = images(list(lines.join('')));
    const ranges = await store.split({ count: 3 });
    expect(ranges).toEqual([{ start: 0, end: 3, first: 0, count: 3 }, { start: 3, end: 6, first: 3, count: 3 }, { start: 6, end: 10, first: 6, count: 4 }]);
    expect((await all(store.read({ range: ranges[1]!, skip: 1 }))).map(({ label }) => label)).toEqual([4, 5]);
    expect((await store.split({ targetBytes: png.length * 5 })).length).toBe(2);
    expect(await failureOf(all(store.read({ range: { start: 'a', end: 'b', first: 0 } })))).toMatchObject({ code: 'BAD_OPTION' });
    for (const end of [11, 9_999_999_999]) expect(await failureOf(all(store.read({ range: { start: 5, end, first: 5 } })))).toMatchObject({ code: 'CHANGED', message: expect.stringContaining(`the range ends at row ${end}, and 10 rows are there`) });
    expect(await failureOf(all(store.read({ range: { start: 20, end: 30, first: 20 }, skip: 12 })))).toMatchObject({ code: 'CHANGED' });
    expect(await all(store.read({ range: { start: 7, end: 10, first: 7 }, skip: 5 }))).toEqual([]);
  });

  it('may be empty', async () => {
    expect(await tellAll(images(list('\n\n')))).toEqual([]);
  });

  it('is CHANGED when it grows while it is read', async () => {
    mkdirSync(path('grow'), { recursive: true });
    const location = file('grow/list.txt', '../data/e.png 1\n'.repeat(100));
    const iterator = images(location, { outside: true }).read()[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ label: 1 });
    file('grow/list.txt', '../data/e.png 1\n../data/e.png 2\n');
    expect((await failureOf((async () => { while (!(await iterator.next()).done); })())).code).toBe('CHANGED');
  });
});
