import type { FeatureValue, Sample } from '@imgstore/core';
import { encodeExample, presetNames } from '@imgstore/tfrecord';
import type { PresetName } from '@imgstore/tfrecord';
import { SampleDecoder } from '../src/mapping.js';
import { decodeOwnExample } from '../src/wire/example.js';
import { singleBytes } from '../src/wire/feature.js';
import { bytes, features, float32, int64, jpegHeader, pngHeader } from './helpers/samples.js';

const image = pngHeader(4, 3, 3);

/** The sample of an Example with these features, and what was noted. */
function decode(entries: Readonly<Record<string, FeatureValue>>, preset?: PresetName, color?: 'rgb' | 'bgr'): Sample & { readonly notes: readonly string[] } {
  const notes: string[] = [];
  const decoder = new SampleDecoder({ preset, color, onNote: (note) => notes.push(note) });
  const example = decodeOwnExample(encodeExample({ features: features(entries) }), 0);
  return { ...decoder.decode(example, 41, {}), notes };
}

describe('an encoded image', () => {
  const full = {
    'image/encoded': bytes(image), 'image/format': bytes('png'), 'image/height': int64(3), 'image/width': int64(4), 'image/channels': int64(3),
    'image/class/label': int64(7), 'image/class/text': bytes('cat'), 'image/filename': bytes('cats/a.png'),
  };

  it('comes with label, class and key, and what repeats it is consumed', () => {
    expect(decode({ ...full, other: float32(1) })).toEqual({
      key: 'cats/a.png', image: { kind: 'encoded', format: 'png', bytes: image }, label: 7, className: 'cat',
      features: features({ other: float32(1) }), origin: {}, notes: [],
    });
  });

  it('is named by its content, not by the name beside it', () => {
    expect(decode({ ...full, 'image/encoded': bytes(jpegHeader(4, 3)) }).image).toMatchObject({ format: 'jpeg' });
  });

  it.each([
    ['image/format', bytes('jpeg')], ['image/height', int64(4)], ['image/width', float32(4)], ['image/channels', int64(3, 3)], ['image/format', bytes(Uint8Array.of(0xff))],
  ])('keeps %s as a feature, with a note, when it lies', (name, lie) => {
    const { features: rest, notes } = decode({ ...full, [name]: lie });
    expect(rest).toEqual(features({ [name]: lie }));
    expect(notes).toEqual([`${name} disagrees with the image and is kept as a feature`]);
  });

  it.each(['default', 'slim', undefined] as const)('keeps JPEG over a PNG with a note, by the preset %s', (preset) => {
    const lie = { 'image/format': bytes('JPEG') };
    const { features: rest, notes } = decode({ 'image/encoded': bytes(image), 'image/height': int64(3), 'image/width': int64(4), 'image/class/label': int64(7), ...lie }, preset);
    expect(rest).toEqual(features(lie));
    expect(notes).toEqual(['image/format disagrees with the image and is kept as a feature']);
  });

  it.each(['PNG', 'png', 'Png'])('takes %s for png', (format) => {
    expect(decode({ ...full, 'image/format': bytes(format) }).features.size).toBe(0);
  });

  it.each(['jpg', 'JPG', 'JPEG', 'jpeg'])('takes %s for jpeg', (format) => {
    expect(decode({ 'image/encoded': bytes(jpegHeader(4, 3)), 'image/format': bytes(format) }).features.size).toBe(0);
  });

  it("consumes what Inception's program writes whatever the image is", () => {
    const constants = { ...full, 'image/colorspace': bytes('RGB'), 'image/channels': int64(3), 'image/format': bytes('JPEG') };
    expect(decode({ ...constants, 'image/encoded': bytes(pngHeader(4, 3, 1)) })).toMatchObject({ features: new Map(), notes: [] });
    expect(decode({ ...constants, 'image/channels': int64(1), 'image/encoded': bytes(pngHeader(4, 3, 1)) })).toMatchObject({ features: new Map(), notes: [] });
    expect(decode({ ...constants, 'image/colorspace': bytes('CMYK') }).features).toEqual(features({ 'image/colorspace': bytes('CMYK') }));
  });

  it('keeps a derived feature, without a note, where the header of the image does not say it', () => {
    expect(decode({ ...full, 'image/encoded': bytes(image.subarray(0, 12)) })).toMatchObject({
      features: features({ 'image/height': int64(3), 'image/width': int64(4), 'image/channels': int64(3) }), notes: [] });
  });

  it.each([
    ['empty', bytes(''), 'CORRUPT'], ['no value', bytes(), 'CORRUPT'], ['two values', bytes('ab', 'cd'), 'CORRUPT'], ['a number', int64(1), 'CORRUPT'],
    ['no image', bytes('plain text'), 'UNSUPPORTED'],
  ])('is refused when it is %s', (_name, value, code) => {
    expect(() => decode({ ...full, 'image/encoded': value })).toThrow(expect.objectContaining({ code, feature: 'image/encoded' }));
  });

  it('is joined from one value for each byte', () => {
    expect(decode({ png_bytes: singleBytes(image) })).toMatchObject({ image: { format: 'png', bytes: image }, key: '00000041', features: new Map() });
  });
});

describe('label, class and key', () => {
  const with_ = (entries: Readonly<Record<string, FeatureValue>>): ReturnType<typeof decode> => decode({ 'image/encoded': bytes(image), ...entries });

  it.each([
    ['beyond 2^53', int64(2n ** 53n + 1n)], ['two integers', int64(1, 2)], ['no integer', int64()], ['a text', bytes('7')], ['a float', float32(7)],
  ])('leaves a label that is %s a feature', (_name, value) => {
    const read = with_({ 'image/class/label': value });
    expect(read.label).toBeUndefined();
    expect(read.features).toEqual(features({ 'image/class/label': value }));
  });

  it('takes negative labels and the largest ones, never shifted', () => {
    for (const label of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) expect(with_({ 'image/class/label': int64(label) }).label).toBe(label);
  });

  it('leaves a class name that is not one UTF-8 text a feature', () => {
    for (const value of [bytes('ab', 'cd'), bytes('a', 'b'), bytes(Uint8Array.of(0xff)), int64(1)]) {
      const read = with_({ 'image/class/text': value });
      expect([read.className, read.features.get('image/class/text')]).toEqual([undefined, value]);
    }
  });

  it('takes an empty class name for none and says so', () => {
    expect(with_({ 'image/class/text': bytes('') })).toMatchObject({ features: new Map(), notes: ['image/class/text is empty and counts as no class name'] });
  });

  it('takes the ordinal where the key is absent or empty', () => {
    expect(with_({}).key).toBe('00000041');
    expect(with_({ 'image/filename': bytes('') })).toMatchObject({ key: '00000041', features: new Map(), notes: ['image/filename is empty and counts as no key'] });
  });

  it.each([['two bytes', bytes('a', 'b')], ['two texts', bytes('ab', 'cd')], ['no value', bytes()], ['a number', int64(1)]])('leaves a key that is %s a feature', (_name, value) => {
    const read = with_({ 'image/filename': value });
    expect([read.key, read.notes]).toEqual(['00000041', []]);
    expect(read.features).toEqual(features({ 'image/filename': value }));
  });

  it('keeps every byte of a key', () => {
    expect(with_({ 'image/filename': bytes('../é\u{1f600}') }).key).toBe('../é\u{1f600}');
    expect(with_({ 'image/filename': bytes(Uint8Array.of(0x61, 0xff)) }).key).toBe('a\\xff');
  });
});

describe('a raw image', () => {
  const data = Uint8Array.from({ length: 24 }, (_, index) => index);
  const raw = { image_bytes: bytes(data), image_shape: int64(2, 4, 3) };

  it('is uint8, HWC and RGB where nothing else is said', () => {
    expect(decode(raw)).toMatchObject({ image: { kind: 'tensor', dtype: 'uint8', shape: [2, 4, 3], layout: 'HWC', color: 'rgb', data }, features: new Map(), key: '00000041' });
  });

  it('has the dtype and the layout that it says', () => {
    expect(decode({ ...raw, image_shape: int64(3, 2, 2), image_dtype: bytes('uint16'), image_layout: bytes('CHW') }).image).toMatchObject({ dtype: 'uint16', shape: [3, 2, 2], layout: 'CHW', color: 'rgb' });
  });

  it.each([[int64(4, 6), 'HW', 'gray'], [int64(4, 6, 1), 'HWC', 'gray'], [int64(4, 3, 2), 'HWC', 'gray-alpha'], [int64(2, 3, 4), 'HWC', 'rgba'], [int64(1, 4, 6), 'HWC', undefined]])(
    'of shape %j has the layout %s and the colour %s', (shape, layout, color) => {
      const read = decode({ ...raw, image_shape: shape }).image;
      expect(read).toMatchObject({ layout });
      expect(read?.kind === 'tensor' && read.color).toBe(color);
    });

  it('is BGR when the option says so, where the dialect does not say what it is', () => {
    const seed = { image_bytes: bytes(data), image_shape: int64(2, 2, 3) };
    expect(decode({ ...seed, image_bytes: bytes(new Uint8Array(12)) }, undefined, 'bgr').image).toMatchObject({ color: 'bgr' });
    expect(decode({ image_bytes: bytes(new Uint8Array(24)), image_shape: int64(2, 3, 4) }, undefined, 'bgr').image).toMatchObject({ color: 'bgra' });
    expect(decode({ ...raw, image_dtype: bytes('uint8'), image_layout: bytes('HWC') }, undefined, 'bgr').image).toMatchObject({ color: 'rgb' });
  });

  it.each([
    ['too few bytes', { image_bytes: bytes(data.subarray(1)) }, 'MISMATCH'],
    ['bytes of another dtype', { image_dtype: bytes('float32') }, 'MISMATCH'],
    ['a dtype that nobody knows', { image_dtype: bytes('complex64') }, 'UNSUPPORTED'],
    ['a layout that nobody knows', { image_layout: bytes('WHC') }, 'UNSUPPORTED'],
    ['four axes', { image_shape: int64(1, 2, 4, 3) }, 'UNSUPPORTED'],
    ['a layout of another rank', { image_layout: bytes('HW') }, 'MISMATCH'],
    ['a negative size', { image_shape: int64(-2, 4, 3) }, 'MISMATCH'],
    ['no pixels', { image_shape: int64(0, 4, 3), image_bytes: bytes('') }, 'MISMATCH'],
    ['sizes whose product is above 2^53', { image_shape: int64(2 ** 40, 2 ** 40, 3) }, 'LIMIT'],
    ['a size above 2^53', { image_shape: int64(2n ** 60n, 4, 3) }, 'CORRUPT'],
    ['a shape of text', { image_shape: bytes('2,4,3') }, 'CORRUPT'],
    ['two values', { image_bytes: bytes(data, data) }, 'CORRUPT'],
  ])('is refused for %s', (_name, change, code) => {
    expect(() => decode({ ...raw, ...change })).toThrow(expect.objectContaining({ code }));
  });

  it('of the MNIST how-to has its sizes in three features', () => {
    const mnist = { image_raw: bytes(data), height: int64(4), width: int64(6), depth: int64(1), label: int64(5) };
    expect(decode(mnist)).toMatchObject({ image: { shape: [4, 6, 1], color: 'gray', layout: 'HWC' }, label: 5, features: new Map() });
    expect(() => decode({ ...mnist, depth: int64(1, 1) })).toThrow(expect.objectContaining({ code: 'CORRUPT', feature: 'depth' }));
  });

  it('is joined from one value for each byte', () => {
    expect(decode({ ...raw, image_bytes: singleBytes(data) }).image).toMatchObject({ data, color: 'rgb' });
  });
});

it('takes a record without an image for a sample without one, with all its features', () => {
  const entries = { image: float32(1, 2), label: int64(3), data: int64(1, 2) };
  expect(decode(entries)).toMatchObject({ key: '00000041', features: features(entries) });
  expect(decode(entries).image).toBeUndefined();
  expect(decode(entries).label).toBeUndefined();
});

it('gives a record without an image the label, class and key that the default preset wrote', () => {
  expect(decode({ 'image/class/label': int64(3), 'image/class/text': bytes('cat'), 'image/filename': bytes('a') })).toMatchObject({ key: 'a', label: 3, className: 'cat', features: new Map() });
});

it.each([
  ['default', { 'image/encoded': bytes(image), 'image/format': bytes('png'), 'image/height': int64(3), 'image/width': int64(4), 'image/channels': int64(3), 'image/class/label': int64(7), 'image/class/text': bytes('cat'), 'image/filename': bytes('a') }],
  ['inception-imagenet', { 'image/encoded': bytes(image), 'image/colorspace': bytes('RGB'), 'image/channels': int64(3), 'image/class/label': int64(7), 'image/class/text': bytes('cat') }],
  ['slim', { 'image/encoded': bytes(image), 'image/format': bytes('png'), 'image/class/label': int64(7), 'image/height': int64(3), 'image/width': int64(4) }],
  ['default', { image_bytes: bytes(Uint8Array.of(1)), image_shape: int64(1, 1, 1), image_dtype: bytes('uint8'), image_layout: bytes('HWC') }],
  ['seed', { image_bytes: bytes(Uint8Array.of(1)), image_shape: int64(1, 1, 1) }],
  ['seed', { png_bytes: bytes(image) }],
  ['mnist-howto', { image_raw: bytes(Uint8Array.of(1)), height: int64(1), width: int64(1), depth: int64(1), label: int64(1) }],
] as const)('recognises the preset %s by its features', (name, entries) => {
  const decoder = new SampleDecoder({ preset: undefined, color: undefined, onNote: undefined });
  decoder.decode({ features: new Map(features(entries)), kindless: [] }, 0, {});
  expect(decoder.dialect?.preset.name).toBe(name);
});

it('reads by the preset that is asked for, whatever the names say', () => {
  const both = { 'image/encoded': bytes(image), png_bytes: bytes(pngHeader(1, 1)), 'image/class/label': int64(1) };
  expect(decode(both, 'seed').image).toMatchObject({ bytes: pngHeader(1, 1) });
  expect(decode(both, 'seed').features).toEqual(features({ 'image/encoded': bytes(image), 'image/class/label': int64(1) }));
  expect(decode(both, 'slim').image).toMatchObject({ bytes: image });
  expect(decode({ x: int64(1) }, 'slim').image).toBeUndefined();
});

it('understands each record by its own names', () => {
  const decoder = new SampleDecoder({ preset: undefined, color: undefined, onNote: undefined });
  const seen = [{ png_bytes: bytes(image) }, { 'image/encoded': bytes(image) }, { x: int64(1) }, { png_bytes: bytes(image) }].map((entries) => {
    const { image: read } = decoder.decode({ features: new Map(features(entries)), kindless: [] }, 0, {});
    return [decoder.dialect?.preset.name, read !== undefined];
  });
  expect(seen).toEqual([['seed', true], ['slim', true], ['default', false], ['seed', true]]);
});

it('knows a preset for every name', () => {
  expect([...presetNames].sort()).toEqual(['default', 'inception-imagenet', 'mnist-howto', 'seed', 'slim']);
});
