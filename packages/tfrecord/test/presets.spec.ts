import type { Sample } from '@imgstore/core';
import { presetNames, presets, readRecords, decodeExample, tfrecord } from '@imgstore/tfrecord';
import type { PresetName } from '@imgstore/tfrecord';
import { plain } from './helpers/protobuf.js';
import { collect, stream, temporaryFolder } from './helpers/records.js';
import { bytes, features, float32, int64, jpeg, jpegHeader, png, pngHeader, sample, tensor } from './helpers/samples.js';

const path = temporaryFolder();
const extra = features({ extra: float32(1.5), '__proto__x': bytes('a', 'b') });
let files = 0;

/** Writes by a preset: the features of each record, and the samples that come back. */
async function roundTrip(preset: PresetName, ...samples: readonly Sample[]): Promise<{ records: ReturnType<typeof plain>[]; read: Sample[]; notes: string[]; described: string | undefined }> {
  const target = path(`t${files++}`);
  await tfrecord(target, { preset }).write(stream(...samples));
  const notes: string[] = [];
  const read = await collect(tfrecord(target).read({ onNote: (note) => notes.push(note) }));
  return {
    records: (await collect(readRecords(target))).map(({ data }) => plain(decodeExample(data).features)),
    read: read.map(({ origin: _, ...rest }) => rest), notes, described: (await tfrecord(target).describe()).preset,
  };
}

const names = (record: ReturnType<typeof plain> | undefined): string[] => Object.keys(record ?? {});
const text = (hex: string): string => Buffer.from(hex, 'hex').toString();

describe('default', () => {
  it('writes an encoded image with what its header says, label, class and key', async () => {
    const input = sample('cats/a.png', { image: png(4, 3, 4), label: -7, className: 'cat', features: extra });
    const { records, read, notes, described } = await roundTrip('default', input);
    expect(records[0]).toEqual({
      '__proto__x': ['bytes', '61', '62'], extra: ['float32', '0000c03f'],
      'image/channels': ['int64', '4'], 'image/class/label': ['int64', '-7'], 'image/class/text': ['bytes', Buffer.from('cat').toString('hex')],
      'image/encoded': ['bytes', Buffer.from(pngHeader(4, 3, 4)).toString('hex')], 'image/filename': ['bytes', Buffer.from('cats/a.png').toString('hex')],
      'image/format': ['bytes', Buffer.from('png').toString('hex')], 'image/height': ['int64', '3'], 'image/width': ['int64', '4'],
    });
    expect([read, notes, described]).toEqual([[input], [], 'default']);
  });

  it('writes a raw image with its shape, dtype and layout', async () => {
    const input = sample('a', { image: tensor([2, 3, 4], { dtype: 'uint8' }), label: 2 ** 53 - 1 });
    const { records, read, described } = await roundTrip('default', input);
    expect(names(records[0])).toEqual(['image/class/label', 'image/filename', 'image_bytes', 'image_dtype', 'image_layout', 'image_shape']);
    expect(text(records[0]!['image_dtype']![1]!)).toBe('uint8');
    expect([read, described]).toEqual([[input], 'default']);
  });

  it('holds every dtype', async () => {
    for (const dtype of presets.default.tensor!.dtypes) {
      const data = new Uint8Array({ bool: 1, uint8: 1, int8: 1, uint16: 2, int16: 2, float16: 2, uint32: 4, int32: 4, float32: 4, uint64: 8, int64: 8, float64: 8 }[dtype] * 6).fill(1);
      const input = sample('a', { image: tensor([1, 2, 3], { dtype, data }) });
      expect((await roundTrip('default', input)).read).toEqual([input]);
    }
  });

  it('leaves out what the header does not say, and what there is not', async () => {
    const input = sample('a', { image: { kind: 'encoded', format: 'png', bytes: pngHeader(1, 1).subarray(0, 12) } });
    const { records, read } = await roundTrip('default', input, sample('b'));
    expect(records.map(names)).toEqual([['image/encoded', 'image/filename', 'image/format'], ['image/filename']]);
    expect(read).toEqual([input, sample('b')]);
  });

  it('keeps a key of any bytes', async () => {
    const { records, read } = await roundTrip('default', sample('a\\xff'));
    expect(records[0]).toEqual({ 'image/filename': ['bytes', '61ff'] });
    expect(read[0]?.key).toBe('a\\xff');
  });
});

describe('the others', () => {
  it('seed holds a PNG or raw uint8 and nothing else', async () => {
    const { records, read, described } = await roundTrip('seed', sample('00000000', { image: png() }), sample('00000001', { image: tensor(), features: extra }));
    expect(records.map(names)).toEqual([['png_bytes'], ['__proto__x', 'extra', 'image_bytes', 'image_shape']]);
    expect(read.map(({ image }) => image)).toEqual([png(), tensor()]);
    expect(described).toBe('seed');
  });

  it('slim spells jpeg as jpg', async () => {
    const { records, read, described } = await roundTrip('slim', sample('00000000', { image: jpeg(), label: 1 }));
    expect(names(records[0])).toEqual(['image/class/label', 'image/encoded', 'image/format', 'image/height', 'image/width']);
    expect(text(records[0]!['image/format']![1]!)).toBe('jpg');
    expect([read, described]).toEqual([[sample('00000000', { image: jpeg(), label: 1 })], 'slim']);
  });

  it('inception-imagenet writes its constants, even of a grey JPEG, and reading consumes them', async () => {
    const input = sample('n01_1.JPEG', { image: { kind: 'encoded', format: 'jpeg', bytes: jpegHeader(5, 6, 1) }, label: 1, className: 'fox', features: features({ 'image/class/synset': bytes('n01') }) });
    const { records, read, notes, described } = await roundTrip('inception-imagenet', input);
    expect(records[0]).toMatchObject({ 'image/channels': ['int64', '3'], 'image/height': ['int64', '6'], 'image/width': ['int64', '5'] });
    expect([text(records[0]!['image/format']![1]!), text(records[0]!['image/colorspace']![1]!)]).toEqual(['JPEG', 'RGB']);
    expect([read, notes, described]).toEqual([[input], [], 'inception-imagenet']);
  });

  it('inception-imagenet names its shards without an extension', async () => {
    const target = path('train');
    const summary = await tfrecord(target, { preset: 'inception-imagenet', shards: 2 }).write(stream(), { source: { keys: 'stored', count: 0 } });
    expect(summary.files.map((file) => file.path)).toEqual([`${target}-00000-of-00002`, `${target}-00001-of-00002`]);
  });

  it('mnist-howto writes height, width and depth', async () => {
    const input = sample('00000000', { image: tensor([2, 3, 1]), label: 0 });
    const { records, read, described } = await roundTrip('mnist-howto', input);
    expect(records[0]).toMatchObject({ height: ['int64', '2'], width: ['int64', '3'], depth: ['int64', '1'], label: ['int64', '0'] });
    expect([read, described]).toEqual([[input], 'mnist-howto']);
  });
});

describe('what a preset has no place for is refused with the key', () => {
  it.each<[PresetName, string, Partial<Sample>]>([
    ['seed', 'a JPEG', { image: jpeg() }],
    ['seed', 'a label', { image: png(), label: 1 }],
    ['seed', 'a class name', { image: png(), className: 'x' }],
    ['seed', 'no image', {}],
    ['slim', 'a raw image', { image: tensor(), label: 1 }],
    ['inception-imagenet', 'a PNG', { image: png(), label: 1 }],
    ['mnist-howto', 'no label', { image: tensor() }],
    ['mnist-howto', 'an encoded image', { image: png(), label: 1 }],
    ['mnist-howto', 'uint16', { image: tensor([1, 1, 1], { dtype: 'uint16', data: new Uint8Array(2) }), label: 1 }],
    ['default', 'BGR', { image: tensor([2, 3, 3], { color: 'bgr' }) }],
    ['default', 'CHW', { image: tensor([3, 2, 3], { layout: 'CHW', shape: [3, 2, 3] }) }],
    ['default', 'a label that is no safe integer', { label: 2 ** 53 }],
    ['default', 'a feature with a name of its own', { features: features({ 'image/height': int64(1) }) }],
    ['default', 'a float64 feature', { features: new Map([['x', { kind: 'float64', values: Float64Array.of(1) }]]) }],
  ])('%s: %s', async (preset, _what, parts) => {
    await expect(tfrecord(path('refused'), { preset }).write(stream(sample('the key', parts)))).rejects.toMatchObject({ code: 'LOSSY', key: 'the key' });
  });

  it('and a tensor that contradicts itself is a MISMATCH', async () => {
    const image = tensor([2, 3, 3], { data: new Uint8Array(17) });
    await expect(tfrecord(path('refused')).write(stream(sample('k', { image })))).rejects.toMatchObject({ code: 'MISMATCH', key: 'k' });
  });
});

it('says as data what each preset accepts', () => {
  const summary = presetNames.map((preset) => {
    const { image, encoded, tensor: raw, key, label, classes } = tfrecord('x', { preset }).accepts;
    return [preset, image, encoded, raw?.dtypes.length, key.kind, label?.required ?? label !== undefined, classes];
  });
  expect(summary).toEqual([
    ['default', 'optional', 'any', 12, 'bytes', true, true],
    ['seed', 'required', ['png'], 1, 'ordinal', false, false],
    ['slim', 'required', ['jpeg', 'png', 'gif', 'bmp'], undefined, 'ordinal', true, false],
    ['inception-imagenet', 'required', ['jpeg'], undefined, 'bytes', true, true],
    ['mnist-howto', 'required', [], 1, 'ordinal', true, false],
  ]);
});

it('reserves the names that a preset uses itself', () => {
  expect(tfrecord('x', { preset: 'mnist-howto' }).accepts.reserved).toEqual(['image_raw', 'height', 'width', 'depth', 'label']);
  expect(tfrecord('x').accepts.reserved).toContain('image_layout');
});
