import { images } from '../src/index.js';
import { all, failureOf, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

// The files of ImageNet as its scripts have them, few and small.

const { path, file } = temporaryFolder();
const png = imageBytes();

const options = (): { readonly labels: string; readonly metadata: string; readonly boxes: string } => ({ labels: path('synsets.txt'), metadata: path('metadata.txt'), boxes: path('boxes.csv') });

beforeAll(() => {
  for (const name of ['n01440764/n01440764_10026.JPEG', 'n01443537/n01443537_2.JPEG', 'n01443537/n01443537_16.JPEG']) file(`train/${name}`, png);
  for (const number of [3, 1, 2]) file(`val/ILSVRC2012_val_0000000${number}.JPEG`, png);
  file('synsets.txt', 'n01440764\nn01443537\nn01484850\n');
  file('metadata.txt', 'n00004475\torganism, being\nn01440764\ttench, Tinca tinca\nn01443537\tgoldfish, Carassius auratus\n');
  file('boxes.csv', 'n01443537_16.JPEG,0.1,0.2,0.5,0.75\nn01440764_10026.JPEG,0.0060,0.2620,0.7545,0.9940\nn01443537_16.JPEG,0.25,0.25,1,1\n');
});

describe('ImageNet\'s folders', () => {
  it('have the labels of the list of synsets, counted from 1, and the plan says so', async () => {
    const store = images(path('train'), { labels: path('synsets.txt') });
    expect(await tellAll(store)).toEqual([
      { key: 'n01440764/n01440764_10026.JPEG', label: 1, className: 'n01440764' }, { key: 'n01443537/n01443537_16.JPEG', label: 2, className: 'n01443537' }, { key: 'n01443537/n01443537_2.JPEG', label: 2, className: 'n01443537' },
    ]);
    const description = await store.describe();
    expect(description).toMatchObject({ count: 3, classes: ['', 'n01440764', 'n01443537', 'n01484850'] });
    expect(description.notes).toEqual([`labels are those of ${path('synsets.txt')}, where line 1 is label 1, as Inception's scripts count; --label-offset -1 counts from 0`]);
  });

  it('take a list that says its own numbers', async () => {
    const store = images(path('train'), { labels: file('numbered.txt', '0:n01440764\n7:n01443537\n') });
    expect((await tellAll(store)).map(({ label }) => label)).toEqual([0, 7, 7]);
    expect((await store.describe()).notes).toEqual([`labels are those of ${path('numbered.txt')}`]);
  });

  it('have the texts of the metadata as class names, and the folder as a feature', async () => {
    const store = images(path('train'), { labels: path('synsets.txt'), metadata: path('metadata.txt') });
    expect((await tellAll(store))[0]).toEqual({ key: 'n01440764/n01440764_10026.JPEG', label: 1, className: 'tench, Tinca tinca', features: { 'image/class/synset': ['bytes', 'n01440764'] } });
    expect((await store.describe()).classes).toEqual(['', 'tench, Tinca tinca', 'goldfish, Carassius auratus', 'n01484850']);
  });

  it('have the boxes of the bounding box file, none where it has none', async () => {
    const found = await tellAll(images(path('train'), options()));
    const box = (name: string, ...values: readonly number[]): readonly [string, unknown] => [`image/object/bbox/${name}`, ['float32', ...values.map(Math.fround)]];
    expect(found.map(({ features }) => features)).toEqual([
      Object.fromEntries([['image/class/synset', ['bytes', 'n01440764']], box('xmin', 0.006), box('ymin', 0.262), box('xmax', 0.7545), box('ymax', 0.994), ['image/object/bbox/label', ['int64', 1n]]]),
      Object.fromEntries([['image/class/synset', ['bytes', 'n01443537']], box('xmin', 0.1, 0.25), box('ymin', 0.2, 0.25), box('xmax', 0.5, 1), box('ymax', 0.75, 1), ['image/object/bbox/label', ['int64', 2n, 2n]]]),
      Object.fromEntries([['image/class/synset', ['bytes', 'n01443537']], box('xmin'), box('ymin'), box('xmax'), box('ymax'), ['image/object/bbox/label', ['int64']]]),
    ]);
    expect((await images(path('train'), options()).get('n01443537/n01443537_16.JPEG'))?.features.get('image/object/bbox/xmax')?.values).toEqual(Float32Array.of(0.5, 1));
  });

  it('of which the list of synsets lacks one are refused there', async () => {
    const store = images(path('train'), { labels: file('few.txt', 'n01440764\n') });
    expect(await failureOf(all(store.read()))).toMatchObject({ code: 'MISMATCH', key: 'n01443537/n01443537_16.JPEG', message: expect.stringContaining(`the class "n01443537" is not in ${path('few.txt')}`) });
  });

  it.each<readonly [string, string, string]>([
    ['metadata', 'n01440764 tench\n', 'line 1: "n01440764 tench"; each line is "folder<TAB>text"'], ['boxes', 'a.JPEG,1,2,3\n', 'line 1: "a.JPEG,1,2,3"; each line is "file,xmin,ymin,xmax,ymax"'],
    ['boxes', 'file,xmin,ymin,xmax,ymax\na.JPEG,1,2,3,x\n', 'line 2: "a.JPEG,1,2,3,x"; each line is'], ['labels', 'cat\ndog\n1:cat\ncat\n', ''],
  ])('refuse a bad %s file: %j', async (option, text, message) => {
    const bad = file('bad.txt', text);
    const failure = await failureOf(all(images(path('train'), { [option]: bad }).read()));
    expect(failure.code).toBe(option === 'labels' ? 'MISMATCH' : 'CORRUPT');
    expect(failure.message).toContain(message);
  });

  it('tell of a class without a text, and refuse one of two', async () => {
    const metadata = file('few texts.txt', '\ufeffn01440764\ttench\r\nn01440764\ttench\r\nn01443537\t\r\n');
    const store = images(path('train'), { labels: path('synsets.txt'), metadata });
    expect(new Set((await tellAll(store)).map(({ className }) => className))).toEqual(new Set(['tench', 'n01443537']));
    expect((await store.describe()).notes).toContain(`${metadata} has no text for "n01443537": such classes are called as their folders`);
    const twice = file('two texts.txt', 'n01440764\ttench\nn01440764\tcarp\n');
    expect(await failureOf(images(path('train'), { metadata: twice }).describe())).toMatchObject({ code: 'MISMATCH', message: expect.stringContaining('line 2: "n01440764" is "carp", and "tench" before') });
  });

  it('refuse files of texts that are not there', async () => {
    for (const option of ['labels', 'metadata', 'boxes', 'list']) expect(await failureOf(images(path('train'), { [option]: path('missing') }).describe())).toMatchObject({ code: 'NOT_FOUND', file: path('missing') });
  });
});

describe('ImageNet\'s flat folder for validation', () => {
  const told = [['ILSVRC2012_val_00000001.JPEG', 2], ['ILSVRC2012_val_00000002.JPEG', 1], ['ILSVRC2012_val_00000003.JPEG', 2]];

  it('has a label on each line of a list, in the sorted order of its files', async () => {
    const list = file('val.txt', 'n01443537\nn01440764\nn01443537\n');
    const store = images(path('val'), { list, ...options() });
    const found = await tellAll(store);
    expect(found.map(({ key, label }) => [key, label])).toEqual(told);
    expect(found[0]).toMatchObject({ className: 'goldfish, Carassius auratus', features: { 'image/class/synset': ['bytes', 'n01443537'], 'image/object/bbox/xmin': ['float32'] } });
    expect((await store.get('ILSVRC2012_val_00000002.JPEG'))?.label).toBe(1);
    await store.close();
    const [, second] = await store.split({ count: 2 });
    expect((await all(store.read({ range: second! }))).map(({ label }) => label)).toEqual([1, 2]);
    expect((await all(store.read({ skip: 2 }))).map(({ label }) => label)).toEqual([2]);
  });

  it('takes numbers, and lines that name their files', async () => {
    expect((await tellAll(images(path('val'), { list: file('numbers.txt', '2\n1\n2\n') }))).map(({ key, label }) => [key, label])).toEqual(told);
    const named = file('named.txt', 'ILSVRC2012_val_00000003.JPEG n01443537\nILSVRC2012_val_00000001.JPEG n01443537\nILSVRC2012_val_00000002.JPEG n01440764\n');
    expect((await tellAll(images(path('val'), { list: named, labels: path('synsets.txt') }))).map(({ key, label }) => [key, label])).toEqual(told);
    const store = images(path('val'), { list: named });
    expect((await tellAll(store)).map(({ label, className }) => [label, className])).toEqual([[1, 'n01443537'], [0, 'n01440764'], [1, 'n01443537']]);
    expect((await store.describe()).notes).toEqual([`labels are the places of the labels in ${named} in their sorted order: 0 "n01440764", 1 "n01443537"`]);
  });

  it.each([['2\n1\n', 2], ['2\n1\n2\n1\n', 4]])('with %j is refused: there is a label for each file', async (text, count) => {
    const list = file(`count-${count}.txt`, text);
    const expected = { code: 'MISMATCH', message: expect.stringContaining(`${list} has ${count} labels, and there are ${count === 2 ? 'more files' : '3 images'}`) };
    expect(await failureOf(all(images(path('val'), { list }).read()))).toMatchObject(expected);
    expect((await failureOf(images(path('val'), { list }).describe())).message).toContain(`has ${count} labels, and there are 3 images`);
  });

  it('refuses a list that lacks a file, and one of both forms', async () => {
    const list = file('lacking.txt', 'ILSVRC2012_val_00000003.JPEG 1\nILSVRC2012_val_00000001.JPEG 2\n');
    expect(await failureOf(all(images(path('val'), { list }).read()))).toMatchObject({ code: 'MISMATCH', key: 'ILSVRC2012_val_00000002.JPEG', message: expect.stringContaining('has no label of it') });
    expect((await failureOf(all(images(path('val'), { list: file('both.txt', '1\na.png 2\n') }).read()))).message).toContain('line 2: "a.png 2"; the lines before are labels alone');
  });
});
