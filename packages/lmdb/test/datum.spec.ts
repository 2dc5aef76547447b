import fc from 'fast-check';
import protobuf from 'protobufjs';
import { isImgstoreError } from '@imgstore/core';
import { decodeDatum, encodeDatum } from '../src/index.js';
import type { Datum } from '../src/index.js';

const CAFFE = protobuf.parse(`
  syntax = "proto2";
  message Datum {
    optional int32 channels = 1;
    optional int32 height = 2;
    optional int32 width = 3;
    optional bytes data = 4;
    optional int32 label = 5;
    repeated float float_data = 6;
    optional bool encoded = 7 [default = false];
  }
  message Stranger {
    optional int32 channels = 1;
    optional bytes data = 4;
    repeated float float_data = 6 [packed = true];
    optional uint32 record_id = 8;
    optional string name = 9;
    optional fixed64 wide = 10;
    optional fixed32 narrow = 11;
    optional Stranger inner = 12;
    optional sint64 large = 536870911;
  }`, { keepCase: true }).root;
const Message = CAFFE.lookupType('Datum');
const Stranger = CAFFE.lookupType('Stranger');

/** A Datum in a form that compares: bytes as hex, floats by their bits. */
function shown(datum: Datum): unknown {
  const { data, floatData, ...rest } = datum;
  return JSON.stringify({
    channels: rest.channels, height: rest.height, width: rest.width, label: rest.label, encoded: rest.encoded,
    data: data && Buffer.from(data).toString('hex'),
    floats: floatData && floatData.length > 0 ? bits(floatData) : undefined,
  });
}

const bits = (floats: Float32Array): number[] => [...new Uint32Array(floats.buffer, floats.byteOffset, floats.length)];

/** What protobufjs reads, or undefined when it refuses. */
function judge(bytes: Uint8Array): unknown {
  let message: protobuf.Message;
  try {
    message = Message.decode(bytes);
  } catch {
    return undefined;
  }
  const own = (name: string): unknown => Object.hasOwn(message, name) ? (message as unknown as Record<string, unknown>)[name] : undefined;
  return shown({
    channels: own('channels'), height: own('height'), width: own('width'), label: own('label'), encoded: own('encoded'), data: own('data'),
    floatData: Float32Array.from(own('float_data') as number[] | undefined ?? []),
  } as Datum);
}

function ours(bytes: Uint8Array): unknown {
  try {
    return shown(decodeDatum(bytes));
  } catch (error) {
    if (isImgstoreError(error, 'CORRUPT')) return undefined;
    throw error;
  }
}

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const datums: fc.Arbitrary<Datum> = fc.record({
  channels: optional(int32), height: optional(int32), width: optional(int32), label: optional(int32), encoded: optional(fc.boolean()),
  data: optional(fc.uint8Array({ maxLength: 300 })),
  floatData: optional(fc.float32Array({ maxLength: 40, noNaN: true, minLength: 1 })),
});

/** What protobufjs makes of those fields. */
function judged({ floatData, ...rest }: Datum): Uint8Array {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return Message.encode(Message.create({ ...given, float_data: floatData ? [...floatData] : [] })).finish();
}

describe('Datum', () => {
  it('is encoded byte for byte as protobufjs encodes it', () => {
    fc.assert(fc.property(datums, (datum) => Buffer.from(encodeDatum(datum)).equals(judged(datum))), { seed: 1, numRuns: 500 });
  });

  it('comes back as it was', () => {
    fc.assert(fc.property(datums, (datum) => shown(decodeDatum(encodeDatum(datum))) === shown(datum)), { seed: 2, numRuns: 500 });
  });

  it('is read from messages put together of others as protobufjs reads it: the last value counts, unknown fields do not', () => {
    const stranger = fc.record({
      channels: int32, data: fc.uint8Array({ maxLength: 20 }), float_data: fc.array(fc.float({ noNaN: true }), { maxLength: 9 }), record_id: fc.nat(),
      name: fc.string(), narrow: fc.nat(),
    }, { requiredKeys: [] }).map((fields) => Stranger.encode(Stranger.create({ ...fields, inner: { name: 'x' }, large: -5 })).finish());
    const messages = fc.array(fc.oneof(datums.map(judged), stranger), { maxLength: 5 }).map((parts) => Buffer.concat(parts));
    fc.assert(fc.property(messages, (bytes) => ours(bytes) === judge(bytes)), { seed: 3, numRuns: 500 });
  });

  it('is read from mutated messages as protobufjs reads it, or both refuse', () => {
    const mutated = fc.tuple(datums, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(400)).map(([datum, changes, cut]) => {
      const bytes = Buffer.from(judged(datum)).subarray(0, cut);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
    fc.assert(fc.property(mutated, (bytes) => ours(bytes) === judge(bytes)), { seed: 4, numRuns: 2000 });
  });

  it('keeps the bits of every float, also of signalling NaNs', () => {
    const patterns = Uint32Array.of(0x7fa00001, 0xffc12345, 0x80000000, 1, 0x7f800000);
    const datum = decodeDatum(encodeDatum({ floatData: new Float32Array(patterns.buffer) }));
    expect(bits(datum.floatData ?? new Float32Array())).toEqual([...patterns]);
  });

  it('reads floats that are packed, not packed and mixed', () => {
    const one = [0x35, 0, 0, 0x80, 0x3f];
    const packed = [0x32, 8, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40];
    expect([...decodeDatum(Uint8Array.from([...one, ...packed, ...one])).floatData ?? []]).toEqual([1, 2, 3, 1]);
  });

  it.each<readonly [string, () => Datum]>([
    ['data', () => ({ data: new Uint8Array(2 ** 31 - 50) })], ['float_data', () => ({ floatData: new Float32Array(Math.ceil(2 ** 31 / 5)) })],
  ])('of 2 GiB of %s is LIMIT: protobuf parses no such message', (_, datum) => {
    let failure: unknown;
    try {
      encodeDatum(datum());
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'LIMIT', what: expect.stringMatching(/^the Datum would take 2\d{9} bytes, protobuf's limit is 2147483647$/) });
  });

  it('is a view of its message as far as data goes', () => {
    const message = encodeDatum({ data: Uint8Array.of(1, 2, 3) });
    expect(decodeDatum(message).data?.buffer).toBe(message.buffer);
  });

  it.each([
    ['a length past the end', [0x22, 5, 1], 'CORRUPT'],
    ['a cut float', [0x35, 1, 2, 3], 'CORRUPT'],
    ['packed floats of 7 bytes', [0x32, 7, 0, 0, 0, 0, 0, 0, 0], 'CORRUPT'],
    ['field 0', [0x00, 1], 'CORRUPT'],
    ['a varint of 11 bytes', [0x08, ...Array<number>(10).fill(0xff), 1], 'CORRUPT'],
  ] as const)('is refused when it holds %s, with the offset counted from the base', (_, bytes, code) => {
    let failure: unknown;
    try {
      decodeDatum(Uint8Array.from(bytes), { base: 1000 });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code });
    expect((failure as { offset: number }).offset).toBeGreaterThanOrEqual(1000);
  });
});
