import fc from 'fast-check';
import { isImgstoreError } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { decodeExample, decodeSequenceExample, encodeExample, joinBytes } from '@imgstore/tfrecord';
import { encodeByJudge, judge, plain } from './helpers/protobuf.js';
import { concat, text } from './helpers/records.js';
import { bytes, features, float32, int64 } from './helpers/samples.js';

const decoded = (data: Uint8Array): ReturnType<typeof plain> => {
  const { features: map, kindless } = decodeExample(data);
  return plain(map, kindless);
};

/** A field of wire type 2. */
const field = (number: number, ...content: readonly Uint8Array[]): Uint8Array => {
  const inner = concat(...content);
  const length = [inner.length & 0x7f, inner.length >> 7 & 0x7f, inner.length >> 14];
  while (length.length > 1 && length.at(-1) === 0) length.pop();
  return concat(Uint8Array.of(number << 3 | 2, ...length.map((bits, index) => (index < length.length - 1 ? bits | 0x80 : bits))), inner);
};
const entry = (key: string | Uint8Array, ...value: readonly Uint8Array[]): Uint8Array =>
  field(1, field(1, typeof key === 'string' ? text(key) : key), ...value.map((piece) => field(2, piece)));
const exampleOf = (...entries: readonly Uint8Array[]): Uint8Array => field(1, ...entries);
const intList = (...content: readonly Uint8Array[]): Uint8Array => field(3, ...content);
const packed = (...varints: readonly number[]): Uint8Array => field(1, Uint8Array.from(varints));
const unpacked = (varint: number): Uint8Array => Uint8Array.of(8, varint);

describe('held against protobufjs', () => {
  const value = fc.oneof(
    fc.record({ bytesList: fc.record({ value: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }) }) }),
    fc.record({ floatList: fc.record({ value: fc.array(fc.float({ noNaN: true }), { maxLength: 9 }) }) }),
    fc.record({ int64List: fc.record({ value: fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String), { maxLength: 9 }) }) }),
    fc.constant({}),
  );
  const message = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 12 }).filter((name) => !/\p{Surrogate}/u.test(name) && name !== '__proto__'), value, { maxKeys: 6 });

  it('reads the same from any message', () => {
    fc.assert(fc.property(message, (model) => {
      const data = encodeByJudge(model);
      expect(decoded(data)).toEqual(judge(data));
    }), { seed: 1, numRuns: 200 });
  });

  it('reads the same whether the message has the common form or not', () => {
    const unknown = Uint8Array.of(15 << 3, 1);
    fc.assert(fc.property(message, (model) => {
      const data = encodeByJudge(model);
      const { features: quick } = decodeExample(data);
      expect(plain(quick)).toEqual(plain(decodeExample(concat(data, unknown)).features));
    }), { seed: 2, numRuns: 200 });
  });

  it('reads the same from a message with a changed byte, or both refuse it', () => {
    let accepted = 0;
    fc.assert(fc.property(message, fc.nat(), fc.integer({ min: 0, max: 255 }), (model, at, byte) => {
      const data = Uint8Array.from(encodeByJudge(model));
      if (data.length > 0) data[at % data.length] = byte;
      let ours: unknown;
      try {
        ours = decoded(data);
      } catch (error) {
        if (isImgstoreError(error, 'UNSUPPORTED')) return;
        expect(error).toMatchObject({ code: 'CORRUPT' });
        expect(() => judge(data)).toThrow();
        return;
      }
      accepted++;
      expect(ours).toEqual(judge(data));
    }), { seed: 2, numRuns: 700 });
    expect(accepted).toBeGreaterThan(150);
  });

  it('writes what it reads back as the same', () => {
    fc.assert(fc.property(message, (model) => {
      const expected = judge(encodeByJudge(model));
      const written = encodeExample(decodeExample(encodeByJudge(model)));
      expect(judge(written)).toEqual(expected);
      expect(decoded(written)).toEqual(expected);
    }), { seed: 3, numRuns: 200 });
  });
});

it('keeps every bit of float32, NaN payloads and denormals too', () => {
  const bits = [0x7fc00000, 0x7f800001, 0xffc12345, 0x00000001, 0x80000000, 0x7f7fffff].map((word) => [...new Uint8Array(Uint32Array.of(word).buffer)]);
  const data = exampleOf(entry('w', field(2, field(1, Uint8Array.from(bits.flat())))), entry('u', field(2, ...bits.map((word) => Uint8Array.of(13, ...word)))));
  const { features: map } = decodeExample(data);
  for (const name of ['w', 'u']) {
    const { values } = map.get(name) as { values: Float32Array };
    expect([...new Uint8Array(values.buffer)]).toEqual(bits.flat());
  }
  expect(decodeExample(encodeExample({ features: map })).features.get('u')).toEqual(map.get('w'));
});

it('reads packed, unpacked and mixed lists of integers', () => {
  const data = exampleOf(entry('a', intList(packed(1, 2), unpacked(3), packed(), packed(4))));
  expect(decoded(data)).toEqual({ a: ['int64', '1', '2', '3', '4'] });
});

it('appends the pieces of a list, takes the last kind and the last of equal keys', () => {
  expect(decoded(exampleOf(entry('a', intList(packed(1)), intList(packed(2)))))).toEqual({ a: ['int64', '1', '2'] });
  expect(decoded(exampleOf(entry('a', concat(intList(packed(1)), field(1, field(1, text('x')))))))).toEqual({ a: ['bytes', '78'] });
  expect(decoded(exampleOf(entry('a', intList(packed(1))), entry('b'), entry('a', intList(packed(2)))))).toEqual({ a: ['int64', '2'], b: ['none'] });
  expect(decoded(exampleOf(entry('a', intList(packed(1))), entry('a')))).toEqual({ a: ['none'] });
  expect(decoded(exampleOf(entry('a'), entry('a', intList())))).toEqual({ a: ['int64'] });
});

it('merges features that come in two pieces', () => {
  expect(decoded(concat(exampleOf(entry('a', intList(packed(1)))), exampleOf(entry('b', intList(packed(2))))))).toEqual({ a: ['int64', '1'], b: ['int64', '2'] });
});

it('reads a value before its key, and an entry without either', () => {
  expect(decoded(exampleOf(field(1, field(2, intList(packed(7))), field(1, text('k')))))).toEqual({ k: ['int64', '7'] });
  expect(decoded(exampleOf(field(1)))).toEqual({ '': ['none'] });
});

it('steps over unknown fields of every wire type, groups included', () => {
  const unknown = concat(Uint8Array.of(0x78, 0xff, 1), Uint8Array.of(0x79, 1, 2, 3, 4, 5, 6, 7, 8), Uint8Array.of(0x7d, 1, 2, 3, 4),
    Uint8Array.of(0x7b, 0x08, 1, 0x7b, 0x7c, 0x7c), field(15, text('x')));
  const list = intList(unknown, packed(5), unknown);
  expect(decoded(concat(unknown, exampleOf(unknown, entry('a', concat(unknown, list)), unknown)))).toEqual({ a: ['int64', '5'] });
});

it.each([
  ['a varint of 11 bytes', exampleOf(entry('a', intList(field(1, new Uint8Array(11).fill(0x80)))))],
  ['a packed varint that is cut', exampleOf(entry('a', intList(packed(0x80))))],
  ['packed floats of 7 bytes', exampleOf(entry('a', field(2, field(1, new Uint8Array(7)))))],
  ['a list that is damaged and then replaced', exampleOf(entry('a', concat(intList(packed(0x80)), field(1))))],
  ['field 0', Uint8Array.of(0, 1)],
  ['wire type 6', Uint8Array.of(0x0e)],
  ['wire type 7', Uint8Array.of(0x0f)],
  ['a group without its end', Uint8Array.of(0x7b, 8, 1)],
  ['the end of no group', Uint8Array.of(0x7c)],
  ['a length past the end', Uint8Array.of(0x0a, 5, 1)],
  ['a length of 2^32+3', Uint8Array.of(0x0a, 0x83, 0x80, 0x80, 0x80, 0x10, 1, 2, 3)],
  ['a length of -1', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)],
  ['a key that is not UTF-8', exampleOf(entry(Uint8Array.of(0xff), intList()))],
  ['groups nested 10,000 deep', new Uint8Array(10_000).fill(0x7b)],
])('refuses %s with its offset', (_name, data) => {
  let caught: unknown;
  try {
    decodeExample(data, { base: 1000 });
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ code: 'CORRUPT', offset: expect.any(Number) });
  expect((caught as { offset: number }).offset).toBeGreaterThanOrEqual(1000);
});

it('reads groups nested 90 deep', () => {
  const nested = concat(new Uint8Array(90).fill(0x7b), new Uint8Array(90).fill(0x7c));
  expect(decoded(nested)).toEqual({});
});

it('keeps names that objects of JavaScript have', () => {
  const data = exampleOf(entry('__proto__', intList(packed(1))), entry('constructor', intList(packed(2))), entry('\0', intList()), entry('../../x', intList()));
  expect([...decodeExample(data).features.keys()]).toEqual(['__proto__', 'constructor', '\0', '../../x']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

it('reads a list in 40,000 pieces', () => {
  const pieces = concat(...Array.from({ length: 40_000 }, () => field(1)), field(1, field(1, text('x'))));
  expect(decoded(exampleOf(entry('a', pieces)))).toEqual({ a: ['bytes', '78'] });
});

it('says that a SequenceExample is one', () => {
  const sequence = field(2, field(1, field(1, text('frames')), field(2, field(1, field(1, field(1, text('x')))))));
  expect(() => decodeExample(sequence)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
});

describe('a list with one value for each byte', () => {
  const content = Uint8Array.from({ length: 1000 }, (_, index) => index * 31);
  const data = exampleOf(entry('png_bytes', field(1, ...Array.from(content, (byte) => field(1, Uint8Array.of(byte))))));

  it('is joined without an object for each byte', () => {
    const feature = decodeExample(data).features.get('png_bytes')!;
    expect(joinBytes(feature)).toEqual(content);
    expect(Object.getOwnPropertyDescriptor(feature, 'values')?.get).toBeDefined();
  });

  it('still is the list that it is', () => {
    const feature = decodeExample(data).features.get('png_bytes')!;
    expect(feature.values).toHaveLength(1000);
    expect(feature.values[3]).toEqual(content.subarray(3, 4));
    expect(encodeExample(decodeExample(data))).toEqual(data);
  });
});

it('joins one value and nothing that is more', () => {
  expect(joinBytes(bytes('abc'))).toEqual(text('abc'));
  expect(joinBytes(bytes('ab', 'c'))).toBeUndefined();
  expect(joinBytes(int64(1))).toBeUndefined();
});

describe('a record of very many small things', () => {
  /** A field of any length: its length takes 4 bytes. */
  const large = (number: number, content: Uint8Array): Uint8Array =>
    concat(Uint8Array.of(number << 3 | 2, ...[0, 7, 14].map((shift) => content.length >> shift & 0x7f | 0x80), content.length >> 21), content);
  const list = (kind: number, content: Uint8Array): Uint8Array => large(1, concat(field(1, text('x')), large(2, large(kind, content))));
  const times = (count: number, piece: Uint8Array): Uint8Array => new Uint8Array(count * piece.length).map((_, index) => piece[index % piece.length]!);
  const unknown = Uint8Array.of(15 << 3, 1);
  const tooMany = (what: 'features' | 'values', feature?: string): Error =>
    expect.objectContaining({ code: 'LIMIT', what: `a record of more than ${what === 'features' ? '10,000' : '1,000,000'} ${what}`, offset: expect.any(Number), ...(feature && { feature }) }) as Error;
  const empty = Uint8Array.of(10, 0);

  it('reads 1,000,000 empty values', () => {
    expect(decodeExample(large(1, list(1, times(1e6, empty)))).features.get('x')?.values.length).toBe(1e6);
  });

  it.each([['the common form', new Uint8Array(0)], ['another form', unknown]])('refuses 1,000,001 empty values, in %s', (_name, end) => {
    expect(() => decodeExample(concat(large(1, list(1, times(1e6 + 1, empty))), end))).toThrow(tooMany('values', 'x'));
  });

  it('counts the values of all features, and those that a later one replaces', () => {
    const half = list(1, times(6e5, empty));
    expect(() => decodeExample(large(1, concat(half, half)))).toThrow(tooMany('values', 'x'));
  });

  it('counts the pieces of a list and of a feature', () => {
    expect(() => decodeExample(large(1, large(1, concat(field(1, text('x')), large(2, times(1e6 + 2, empty))))))).toThrow(tooMany('values', 'x'));
    expect(() => decodeExample(large(1, large(1, concat(field(1, text('x')), times(1e6 + 2, Uint8Array.of(18, 0))))))).toThrow(tooMany('values'));
  });

  it('joins more single bytes than that', () => {
    const feature = decodeExample(large(1, list(1, times(1e6 + 1, Uint8Array.of(10, 1, 7))))).features.get('x')!;
    expect(joinBytes(feature)).toHaveLength(1e6 + 1);
  });

  it.each([['the common form', entry('', field(1, field(1)))], ['another form', Uint8Array.of(10, 0)]])('refuses 10,001 features, in %s', (_name, feature) => {
    expect(() => decodeExample(large(1, times(10_001, feature)))).toThrow(tooMany('features'));
    expect(() => decodeSequenceExample(large(1, times(10_001, feature)))).toThrow(tooMany('features'));
  });

  it('reads 10,000 features of different names, and no more', () => {
    const named = (count: number): Uint8Array => large(1, concat(...Array.from({ length: count }, (_, at) => entry(`${at}`, field(3, field(1, Uint8Array.of(7)))))));
    expect(decodeExample(named(10_000)).features.size).toBe(10_000);
    expect(() => decodeExample(named(10_001))).toThrow(tooMany('features'));
  });

  it('counts the steps and the lists of a SequenceExample', () => {
    const steps = large(1, concat(field(1, text('x')), large(2, times(1e6 + 1, empty))));
    expect(() => decodeSequenceExample(large(2, steps))).toThrow(tooMany('values', 'x'));
    expect(() => decodeSequenceExample(large(2, times(10_001, empty)))).toThrow(tooMany('features'));
  });

  it('reads 2,000,000 unpacked numbers', () => {
    const { features: integers } = decodeExample(large(1, list(3, times(1e6, Uint8Array.of(8, 5, 8, 0x80, 1)))));
    const { values } = integers.get('x')!;
    expect([values.length, values[0], values[1], values.at(-2), values.at(-1)]).toEqual([2e6, 5n, 128n, 5n, 128n]);
    const { features: floats } = decodeExample(large(1, list(2, times(2e6, Uint8Array.of(13, 0, 0, 0x80, 0x3f)))));
    const ones = floats.get('x')!.values as Float32Array;
    expect([ones.length, ones.every((one) => one === 1)]).toEqual([2e6, true]);
  });
});

describe('writing', () => {
  it('sorts names by their UTF-8 bytes, whatever order they come in', () => {
    const names = ['b', '\u{1f600}', 'a', '\uffee', ''];
    const map = features(Object.fromEntries(names.map((name) => [name, int64(1)])));
    expect([...decodeExample(encodeExample({ features: map })).features.keys()]).toEqual(['', 'a', 'b', '\uffee', '\u{1f600}']);
  });

  it('writes an Example without features as no bytes', () => {
    expect(encodeExample({ features: new Map() })).toEqual(new Uint8Array(0));
  });

  it('writes lists that are views into larger buffers', () => {
    const map = features({ f: { kind: 'float32', values: Float32Array.of(9, 1, 2).subarray(1) }, i: { kind: 'int64', values: BigInt64Array.of(9n, -5n).subarray(1) } });
    expect(decoded(encodeExample({ features: map }))).toEqual(plain(features({ f: float32(1, 2), i: int64(-5) })));
  });

  it.each([
    ['a float64 list', new Map<string, FeatureValue>([['x', { kind: 'float64', values: Float64Array.of(1) }]])],
    ['a name with half a surrogate pair', new Map<string, FeatureValue>([['\ud800', int64(1)]])],
  ])('refuses %s', (_name, map) => {
    expect(() => encodeExample({ features: map })).toThrow(expect.objectContaining({ code: 'LOSSY' }));
  });
});
