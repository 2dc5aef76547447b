import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { answerOf } from './helpers/run.js';
import { ORACLE, pythonSays, scratchFolder } from './oracle-world.js';

// The conversions that the article links, MNIST and ImageNet, and Caffe's convert_imageset: each is one command. The readers of
// their time judge: TensorFlow with the feature specs of mnist.py and inception/image_processing.py, py-lmdb with Caffe's Datum.

jest.setTimeout(120_000); // TensorFlow takes seconds to load

const world = scratchFolder();
const at = (...names: string[]): string => path.join(world.folder, ...names);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function readBack<T>(kind: string, target: string): Promise<readonly T[]> {
  return JSON.parse(await pythonSays('read_links.py', [ORACLE, kind, target])) as T[];
}

/** Runs the command, which must succeed in silence; gives its report. */
const convert = (...args: string[]): Promise<string> => answerOf(['convert', ...args]);

beforeAll(() => pythonSays('make_links.py', [world.folder]));
afterAll(() => world.remove());

/** The elements of an IDX file, by their first axis. */
function idx(name: string, length: number): readonly Uint8Array[] {
  const file = gunzipSync(readFileSync(at('mnist', name)));
  const header = 4 + 4 * file[3]!;
  return Array.from({ length: (file.length - header) / length }, (_, i) => file.subarray(header + i * length, header + (i + 1) * length));
}

test('MNIST: the four files become the three of the how-to, read by its own reader', async () => {
  await convert(at('mnist'), at('out/{split}.tfrecords'), '--to', 'tfrecord', '--dst-opt', 'preset=mnist-howto', '--split', 'validation=5,train=15,test=6');
  expect(readdirSync(at('out')).sort()).toEqual(['test.tfrecords', 'train.tfrecords', 'validation.tfrecords']);
  const read = (name: string) => readBack<{ label: number; sha256: string; kinds: object }>('mnist', at('out', `${name}.tfrecords`));
  const expected = (part: string) => {
    const labels = idx(`${part}-labels-idx1-ubyte.gz`, 1);
    return idx(`${part}-images-idx3-ubyte.gz`, 784).map((image, i) => ({ label: labels[i]![0], sha256: sha256(image) }));
  };
  const train = expected('train');
  expect(await read('validation')).toMatchObject(train.slice(0, 5));
  expect(await read('train')).toMatchObject(train.slice(5));
  const held = await read('test');
  expect(held).toMatchObject(expected('t10k'));
  expect(held[0]?.kinds).toEqual({ height: 'int64_list', width: 'int64_list', depth: 'int64_list', label: 'int64_list', image_raw: 'bytes_list' });
});

interface ImagenetRecord {
  readonly file: string;
  readonly label: number;
  readonly text: string;
  readonly synset: string;
  readonly filename: string;
  readonly boxes: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly bytes: string;
  readonly stated: readonly unknown[];
  readonly kinds: Readonly<Record<string, string>>;
}

const texts: Readonly<Record<string, string>> = {
  n01440764: 'tench, Tinca tinca', n01443537: 'goldfish, Carassius auratus', n02105855: 'Shetland sheepdog, Shetland',
};

test('ImageNet: folders of synsets become the shards of build_imagenet_data.py, read by its own reader', async () => {
  await convert(at('imagenet/train'), at('imagenet-out/train'), '--from', 'images', '--to', 'tfrecord', '--dst-opt', 'preset=inception-imagenet',
    '--src-opt', `labels=${at('imagenet/synsets.txt')}`, '--src-opt', `metadata=${at('imagenet/metadata.txt')}`, '--src-opt', `boxes=${at('imagenet/boxes.csv')}`,
    '--key', 'name', '--shuffle', '12345', '--shards', '4', '--codec', 'jpeg', '--quality', '100', '--allow', 'encode,color,key');
  expect(readdirSync(at('imagenet-out')).sort()).toEqual([0, 1, 2, 3].map((i) => `train-0000${i}-of-00004`));
  const records = await readBack<ImagenetRecord>('imagenet', at('imagenet-out/train-*'));
  expect(records).toHaveLength(12);
  const synsets = Object.keys(texts);
  for (const { label, text, synset, filename, boxes, shape, stated, kinds, bytes } of records) {
    expect(filename).toMatch(new RegExp(`^${synset}_\\d+\\.JPEG$`));
    expect({ label, text }).toEqual({ label: synsets.indexOf(synset) + 1, text: texts[synset] });
    const ordinal = Number(/(\d)\.JPEG$/.exec(filename)?.[1]);
    const count = ordinal % 3;
    expect(boxes.map((edges) => edges.map((edge) => edge.toFixed(2)))).toEqual(['0.10', '0.20', '0.50', '0.75'].map((edge) => Array.from({ length: count }, () => edge)));
    expect(stated).toEqual([shape[0], shape[1], 3, 'JPEG', 'RGB']);
    expect(kinds).toEqual({
      'image/height': 'int64_list', 'image/width': 'int64_list', 'image/colorspace': 'bytes_list', 'image/channels': 'int64_list',
      'image/class/label': 'int64_list', 'image/class/synset': 'bytes_list', 'image/class/text': 'bytes_list',
      'image/object/bbox/xmin': 'float_list', 'image/object/bbox/xmax': 'float_list', 'image/object/bbox/ymin': 'float_list', 'image/object/bbox/ymax': 'float_list',
      'image/object/bbox/label': 'int64_list', 'image/format': 'bytes_list', 'image/filename': 'bytes_list', 'image/encoded': 'bytes_list',
    });
    const isRemade = filename === 'n01443537_12.JPEG' || filename === 'n02105855_23.JPEG';
    expect({ filename, isSame: bytes === sha256(readFileSync(at('imagenet/train', synset, filename))) }).toEqual({ filename, isSame: !isRemade });
  }
  expect(new Set(records.map(({ filename }) => filename)).size).toBe(12);
  expect(records.map(({ filename }) => filename)).not.toEqual(records.map(({ filename }) => filename).sort());
});

test('ImageNet: the flat folder of validation images takes its labels from a list', async () => {
  await convert(at('imagenet/val'), at('imagenet-out/validation'), '--from', 'images', '--to', 'tfrecord', '--dst-opt', 'preset=inception-imagenet',
    '--src-opt', `labels=${at('imagenet/synsets.txt')}`, '--src-opt', `metadata=${at('imagenet/metadata.txt')}`, '--src-opt', `list=${at('imagenet/val_synsets.txt')}`, '--shards', '2');
  const records = await readBack<ImagenetRecord>('imagenet', at('imagenet-out/validation-*'));
  const synsets = Object.keys(texts);
  expect(records.map(({ filename, label, synset, text }) => ({ filename, label, synset, text }))).toEqual(Array.from({ length: 6 }, (_, i) => {
    const synset = synsets[i % 3]!;
    return { filename: `ILSVRC2012_val_0000000${i + 1}.JPEG`, label: i % 3 + 1, synset, text: texts[synset] };
  }));
});

interface Datum {
  readonly key: string;
  readonly label: number;
  readonly encoded: boolean;
  readonly shape: readonly number[];
  readonly sha256: string;
}

const list = (): readonly { readonly name: string; readonly label: number }[] =>
  readFileSync(at('caffe/list.txt'), 'utf8').trim().split('\n').map((line) => ({ name: line.slice(0, line.lastIndexOf(' ')), label: Number(line.slice(line.lastIndexOf(' ') + 1)) }));

test('convert_imageset --encoded: a list becomes Datums with the bytes of the files, under the same keys', async () => {
  await convert(at('caffe/list.txt'), at('encoded_lmdb'), '--from', 'images', '--src-opt', `root=${at('caffe/images')}`, '--to', 'lmdb', '--key', 'ordinal-key');
  expect(await readBack<Datum>('caffe', at('encoded_lmdb'))).toEqual(list().map(({ name, label }, i) => expect.objectContaining({
    key: `0000000${i}_${name}`, label, encoded: true, sha256: sha256(readFileSync(at('caffe/images', name))),
  })));
});

test('convert_imageset: the pixels as planes of blue, green and red, equal to what Pillow decodes', async () => {
  await convert(at('caffe/list.txt'), at('raw_lmdb'), '--from', 'images', '--src-opt', `root=${at('caffe/images')}`, '--to', 'lmdb', '--key', 'ordinal-key', '--codec', 'raw');
  const planes = JSON.parse(await pythonSays('read_planes.py', [at('caffe/images'), ...list().map(({ name }) => name)])) as string[];
  expect(await readBack<Datum>('caffe', at('raw_lmdb'))).toEqual(list().map(({ name, label }, i) => ({
    key: `0000000${i}_${name}`, label, encoded: false, shape: [3, 20 + i, 33], sha256: planes[i],
  })));
});

test('convert_imageset --shuffle --resize --gray: one size, one channel, another order that is the seed\'s', async () => {
  const command = (target: string, seed: string) => convert(at('caffe/list.txt'), at(target), '--from', 'images', '--src-opt', `root=${at('caffe/images')}`, '--to', 'lmdb',
    '--shuffle', seed, '--resize', '16x12', '--channels', '1', '--codec', 'raw', '--allow', 'color');
  await command('gray_lmdb', '1');
  await command('again_lmdb', '1');
  await command('other_lmdb', '2');
  const read = await readBack<Datum>('caffe', at('gray_lmdb'));
  expect(read.map(({ shape, encoded }) => ({ shape, encoded }))).toEqual(list().map(() => ({ shape: [1, 12, 16], encoded: false })));
  const names = read.map(({ key }) => key.replace(/^\d{8}_/, ''));
  expect([...names].sort()).toEqual(list().map(({ name }) => name).sort());
  expect(names).not.toEqual(list().map(({ name }) => name));
  for (const { key, label } of read) expect(label).toBe(list().find(({ name }) => key.endsWith(`_${name}`))?.label);
  expect(await readBack<Datum>('caffe', at('again_lmdb'))).toEqual(read);
  expect(await readBack<Datum>('caffe', at('other_lmdb'))).not.toEqual(read);
});
