import { isImgstoreError } from '@imgstore/core';
import type { Sample, TensorImage } from '@imgstore/core';
import { encodeDatum, lmdb } from '../src/index.js';
import type { Datum, LmdbOptions } from '../src/index.js';
import { recogniseValue } from '../src/foreign.js';
import { fromDatum, NOTE_DIMENSIONS, NOTE_FIELDS, readDatum, toDatum } from '../src/mapping.js';
import { all, failureOf, fixturePath, fixtures, sha256, temporaryFolder } from './helpers/fixtures.js';
import { key, load } from './helpers/bulk.js';

const BGR = { color: 'bgr', axes: 'chw' } as const;
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000040000000608020000002a4d6a5a', 'hex');
const tensor = (datum: Datum, reading: Parameters<typeof fromDatum>[1] = BGR): TensorImage => {
  const { image } = fromDatum(datum, reading);
  if (image.kind !== 'tensor') throw new Error('not a tensor');
  return image;
};
const failure = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    if (isImgstoreError(error)) return error;
    throw error;
  }
  return undefined;
};
const text = (value: string): Buffer => Buffer.from(value);

describe('a Datum as a sample', () => {
  it('is a tensor of planes in the order blue, green, red', () => {
    expect(tensor({ channels: 3, height: 1, width: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) })).toEqual({
      kind: 'tensor', dtype: 'uint8', shape: [3, 1, 2], layout: 'CHW', color: 'bgr', data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it.each([[1, 'bgr', 'gray'], [2, 'bgr', 'gray-alpha'], [3, 'rgb', 'rgb'], [4, 'bgr', 'bgra'], [4, 'rgb', 'rgba'], [5, 'bgr', undefined]] as const)(
    'of %i channels read as %s has the colour %s', (channels, color, expected) => {
      expect(tensor({ channels, height: 1, width: 1, data: new Uint8Array(channels) }, { color, axes: 'chw' }).color).toBe(expected);
    });

  it('of float_data is float32', () => {
    const image = tensor({ channels: 1, height: 1, width: 2, floatData: Float32Array.of(0.5, -1) });
    expect(image).toMatchObject({ dtype: 'float32', shape: [1, 1, 2], color: 'gray' });
    expect(Buffer.from(image.data).toString('hex')).toBe('0000003f000080bf');
  });

  it('read with axes hwc keeps its pixels and gives them their true axes', () => {
    expect(tensor({ channels: 5, height: 6, width: 3, data: new Uint8Array(90) }, { color: 'rgb', axes: 'hwc' })).toMatchObject({ shape: [5, 6, 3], layout: 'HWC', color: 'rgb' });
  });

  it('that is encoded is the image by its content', () => {
    expect(fromDatum({ data: PNG, encoded: true, label: 3 }, BGR)).toEqual({ image: { kind: 'encoded', format: 'png', bytes: PNG }, label: 3 });
  });

  it('without a label has none, and label 0 is a label', () => {
    const datum = { channels: 1, height: 1, width: 1, data: Uint8Array.of(1) };
    expect('label' in fromDatum(datum, BGR)).toBe(false);
    expect(fromDatum({ ...datum, label: 0 }, BGR).label).toBe(0);
  });

  it('is noted when it has fields that the Datum of Caffe does not have', () => {
    const notes: string[] = [];
    for (const message of [encodeDatum({ channels: 1, height: 1, width: 1, data: Uint8Array.of(7), label: 2 }), encodeDatum({ data: PNG, encoded: true })]) {
      fromDatum(readDatum(message, 0), BGR, (note) => notes.push(note));
      expect(notes).toEqual([]);
      fromDatum(readDatum(Buffer.concat([message, Uint8Array.of(8 << 3, 5)]), 0), BGR, (note) => notes.push(note));
      expect(notes.splice(0)).toEqual([NOTE_FIELDS]);
    }
  });

  it('is noted when it gives other dimensions than its image has; absent and zero ones say nothing', () => {
    const notes: string[] = [];
    const note = (noted: string): void => void notes.push(noted);
    fromDatum({ data: PNG, encoded: true, channels: 0, height: 0 }, BGR, note);
    fromDatum({ data: PNG, encoded: true, channels: 3, height: 6, width: 4 }, BGR, note);
    expect(notes).toEqual([]);
    fromDatum({ data: PNG, encoded: true, channels: 3, height: 7, width: 4 }, BGR, note);
    expect(notes).toEqual([NOTE_DIMENSIONS]);
  });

  it.each<[string, Datum, string, string]>([
    ['too few bytes', { channels: 3, height: 2, width: 2, data: new Uint8Array(11) }, 'MISMATCH', '11 bytes, expected 12'],
    ['too many values', { channels: 1, height: 1, width: 1, floatData: new Float32Array(2) }, 'MISMATCH', '2 values, expected 1'],
    ['dimensions beyond any file', { channels: 2 ** 31 - 1, height: 2 ** 31 - 1, width: 2 ** 31 - 1, data: new Uint8Array(1) }, 'MISMATCH', '1 bytes'],
    ['a negative dimension', { channels: 1, height: -1, width: -1, data: new Uint8Array(1) }, 'CORRUPT', '1 x -1 x -1'],
    ['both kinds of data', { channels: 1, height: 1, width: 1, data: new Uint8Array(1), floatData: new Float32Array(1) }, 'MISMATCH', 'float_data'],
    ['encoded float_data', { data: PNG, floatData: new Float32Array(1), encoded: true }, 'MISMATCH', 'float_data'],
    ['no pixels', { channels: 0, height: 0, width: 0, data: new Uint8Array() }, 'CORRUPT', 'no pixels'],
    ['an unknown encoding', { data: text('not an image'), encoded: true }, 'CORRUPT', 'no image that is known'],
    ['a PNG that is not marked as encoded', { data: PNG, channels: 3, height: 6, width: 4 }, 'MISMATCH', 'a PNG image, but the Datum is not marked as encoded'],
  ])('with %s is refused', (_, datum, code, what) => {
    expect(failure(() => fromDatum(datum, BGR))).toMatchObject({ code, what: expect.stringContaining(what) });
  });
});

describe('a sample as a Datum', () => {
  const raw: Sample = {
    key: 'k', features: new Map(), label: 7,
    image: { kind: 'tensor', dtype: 'uint8', shape: [3, 1, 1], layout: 'CHW', color: 'bgr', data: Uint8Array.of(1, 2, 3) },
  };
  const withImage = (image: Partial<TensorImage>): Sample => ({ ...raw, image: { ...raw.image, ...image } as TensorImage });

  it('says explicitly that raw pixels are not encoded', () => {
    expect(Buffer.from(encodeDatum(toDatum(raw, 'bgr'))).toString('hex')).toBe('0803' + '1001' + '1801' + '2203010203' + '2807' + '3800');
  });

  it('gives the dimensions of an encoded image', () => {
    expect(toDatum({ ...raw, image: { kind: 'encoded', format: 'png', bytes: PNG } }, 'bgr')).toMatchObject({ channels: 3, height: 6, width: 4, encoded: true, data: PNG });
  });

  it('leaves out what is not known: the dimensions of an encoding without a reader, the label', () => {
    const { label: _, ...unlabelled } = raw;
    const datum = toDatum({ ...unlabelled, image: { kind: 'encoded', format: 'x', bytes: text('who knows') } }, 'bgr');
    expect(Buffer.from(encodeDatum(datum)).toString('hex')).toBe(`2209${text('who knows').toString('hex')}3801`);
  });

  it('reads floats at any place in their buffer', () => {
    const data = new Uint8Array(Float32Array.of(0, 1.5).buffer);
    const shifted = new Uint8Array(9);
    shifted.set(data, 1);
    for (const place of [shifted.subarray(1), Buffer.from(shifted.buffer, 1)]) {
      const datum = toDatum(withImage({ dtype: 'float32', shape: [2, 1, 1], color: 'gray-alpha', data: place }), 'bgr');
      expect([...datum.floatData ?? []]).toEqual([0, 1.5]);
    }
  });

  const { image: _, ...imageless } = raw;
  it.each<[string, Sample, string]>([
    ['no image', imageless, 'without an image'],
    ['a label beyond int32', { ...raw, label: 2 ** 31 }, '2147483648'],
    ['a feature', { ...raw, features: new Map([['f', { kind: 'float32', values: new Float32Array() }]]) }, 'a feature'],
    ['another layout', withImage({ layout: 'HWC', shape: [1, 1, 3] }), 'HWC'],
    ['other colours', withImage({ color: 'rgb' }), 'rgb'],
    ['another element type', withImage({ dtype: 'int8' }), 'int8'],
  ])('is refused when it has %s', (__, sample, what) => {
    expect(failure(() => toDatum(sample, 'bgr'))).toMatchObject({ code: 'LOSSY', what: expect.stringContaining(what) });
  });

  it('is refused when its tensor does not agree with itself', () => {
    expect(failure(() => toDatum(withImage({ data: new Uint8Array(2) }), 'bgr'))).toMatchObject({ code: 'MISMATCH' });
  });
});

describe('a value that is no Datum', () => {
  const inner = encodeDatum({ channels: 3, height: 1, width: 1, data: Uint8Array.of(1, 2, 3), label: 1 });
  const field = (number: number, bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([number << 3 | 2, bytes.length]), bytes]);
  const protos = Buffer.concat([field(1, Buffer.from([0x08, 1, 0x10, 4, 0x32, 1, 0x78])), field(1, Buffer.from([0x08, 1, 0x10, 2, 0x22, 1, 5]))]);
  const example = field(1, field(1, Buffer.concat([field(1, text('label')), field(2, Buffer.from([0x1a, 0]))])));

  it.each<[string, Buffer]>([
    ['a PNG image', PNG],
    ['a JPEG image', Buffer.from('ffd8ffe000104a46494600', 'hex')],
    ['an AnnotatedDatum, as SSD writes it', Buffer.concat([field(1, inner), Buffer.from([0x10, 0])])],
    ['a Caffe2 TensorProtos', protos],
    ['a tf.train.Example', example],
    ['a Python pickle', Buffer.from('80049500000000000000002e', 'hex')],
    ['a NumPy array', Buffer.from('934e554d505901007600', 'hex')],
    ['a zip archive', Buffer.from('504b030414000000', 'hex')],
    ['JSON', text('{"label": 3}')],
    ['text', text('naïve 画像')],
    ['empty', Buffer.alloc(0)],
  ])('is named: %s', (name, value) => {
    expect(recogniseValue(value)).toBe(name);
    expect(failure(() => readDatum(value, 0))).toMatchObject({ code: 'UNSUPPORTED', what: `the value is ${name}, not a Datum` });
  });

  it('is damage when it is nothing that is known', () => {
    expect(recogniseValue(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 1]))).toBeUndefined();
    expect(failure(() => readDatum(Buffer.from([0x22, 0xff, 1]), 500))).toMatchObject({ code: 'CORRUPT', offset: 501 });
  });

  it('is not text because it is cut inside a character', () => {
    expect(recogniseValue(text('é'.repeat(3000)))).toBe('text');
  });

  it('is a Datum without an image when its fields are a Datum\'s', () => {
    expect(failure(() => readDatum(Buffer.from(encodeDatum({ label: 2, channels: 3 })), 0))).toMatchObject({ code: 'CORRUPT', what: 'the Datum holds no image' });
  });
});

describe('Datums that py-lmdb and protobuf wrote', () => {
  const named = fixtures.filter(({ samples }) => samples !== undefined);

  it.each(named)('are read from $name as they were written', async ({ name, samples = [] }) => {
    const read = await all(lmdb(fixturePath(name), { axes: 'chw' }).read());
    expect(read.map(({ key: read_, label, image }) => ({
      key: Buffer.from(read_).toString('hex'), label: label ?? null, encoded: image?.kind === 'encoded',
      float: image?.kind === 'tensor' && image.dtype === 'float32', shape: image?.kind === 'tensor' ? image.shape : undefined,
      sha256: sha256(image?.kind === 'encoded' ? image.bytes : image?.data ?? Buffer.alloc(0)),
    }))).toEqual(samples.map((sample) => ({ ...sample, shape: sample.encoded ? undefined : sample.shape })));
  });

  it('of the article are read as the pictures they are, and described so', async () => {
    const store = lmdb(fixturePath('my-datum'));
    const [sample] = await all(store.read());
    expect(sample).toMatchObject({ key: 'my datum', label: 9, image: { shape: [12, 8, 3], layout: 'HWC', color: 'rgb' } });
    expect(await store.get('my datum')).toMatchObject({ image: { layout: 'HWC', color: 'rgb' } });
    expect((await store.describe()).notes).toEqual([expect.stringContaining('axes=chw')]);
  });

  it.each<[LmdbOptions, string, string]>([[{ axes: 'hwc' }, 'HWC', 'rgb'], [{ axes: 'hwc', color: 'bgr' }, 'HWC', 'bgr'], [{ color: 'bgr' }, 'HWC', 'bgr']])(
    'of the article are read as the options %j say', async (options, layout, color) => {
      expect(await lmdb(fixturePath('my-datum'), options).get('my datum')).toMatchObject({ image: { layout, color } });
    });

  it('note an image whose dimensions lie, with its key', async () => {
    const notes: string[] = [];
    await all(lmdb(fixturePath('encoded')).read({ onNote: (note, at) => notes.push(`${at}: ${note}`) }));
    expect(notes).toEqual([`00000003_d.png: ${NOTE_DIMENSIONS}`]);
  });
});

describe('axes that are told by the first samples', () => {
  const { file } = temporaryFolder();
  const pair = (number: number, channels: number, height: number, width: number): { readonly key: Uint8Array; readonly value: Uint8Array } =>
    ({ key: key(String(number).padStart(5, '0')), value: encodeDatum({ channels, height, width, data: new Uint8Array(channels * height * width) }) });
  const layouts = async (name: string, pairs: readonly ReturnType<typeof pair>[]): Promise<unknown> =>
    [...new Set((await all(lmdb(file(name, (await load(pairs, {})).bytes)).read())).map(({ image }) => image?.kind === 'tensor' && image.layout))];

  it('are hwc when all of the first 32 look so', async () => {
    expect(await layouts('hwc.mdb', Array.from({ length: 40 }, (_, index) => pair(index, 5 + index, 6, 3)))).toEqual(['HWC']);
  });

  it('are chw when one of the first 32 looks otherwise', async () => {
    expect(await layouts('chw.mdb', Array.from({ length: 40 }, (_, index) => index === 31 ? pair(index, 3, 6, 9) : pair(index, 9, 6, 3)))).toEqual(['CHW']);
  });

  it('are chw where a Datum says that it is not encoded, as Caffe\'s tools do', async () => {
    const { key: at } = pair(0, 9, 6, 3);
    expect(await layouts('said.mdb', [{ key: at, value: encodeDatum({ channels: 9, height: 6, width: 3, data: new Uint8Array(162), encoded: false }) }])).toEqual(['CHW']);
  });

  it.each(['uint8', 'float32'] as const)('are those that were written, of every small %s', async (dtype) => {
    for (let at = 0; at < 7 ** 3; at++) {
      const shape = [1 + at % 7, 1 + Math.floor(at / 7) % 7, 1 + Math.floor(at / 49)] as const;
      const [channels, height, width] = shape;
      const color = ([undefined, 'gray', 'gray-alpha', 'bgr', 'bgra'] as const)[channels];
      const data = Uint8Array.from({ length: channels * height * width * (dtype === 'uint8' ? 1 : 4) }, (_, byte) => byte % 64);
      const image: TensorImage = { kind: 'tensor', dtype, shape, layout: 'CHW', ...color && { color }, data };
      const value = encodeDatum(toDatum({ key: 'k', image, features: new Map() }, 'bgr'));
      const [sample] = await all(lmdb(file('small.mdb', (await load([{ key: key('k'), value }])).bytes)).read());
      expect(sample?.image).toEqual(image);
    }
  });

  it('are chw for Datums of features, which are not pictures', async () => {
    expect(await layouts('features.mdb', [pair(0, 4096, 1, 1)])).toEqual(['CHW']);
  });

  it('are a mismatch only where the pixels are', async () => {
    const path = file('bad.mdb', (await load([{ key: key('k'), value: encodeDatum({ channels: 9, height: 9, width: 3, data: new Uint8Array(4) }) }], {})).bytes);
    expect(await failureOf(all(lmdb(path).read()))).toMatchObject({ code: 'MISMATCH', key: 'k', record: 0, file: path });
  });
});
