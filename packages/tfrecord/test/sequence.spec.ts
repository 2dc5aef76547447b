import protobuf from 'protobufjs';
import type { FeatureValue } from '@imgstore/core';
import { decodeExample, decodeSequenceExample } from '@imgstore/tfrecord';
import { plain, schema } from './helpers/protobuf.js';
import { concat, text } from './helpers/records.js';
import { bytes, features, float32, int64 } from './helpers/samples.js';

const messages = {
  nested: {
    ...schema.nested,
    FeatureList: { fields: { feature: { rule: 'repeated', type: 'Feature', id: 1 } } },
    FeatureLists: { fields: { featureList: { keyType: 'string', type: 'FeatureList', id: 1 } } },
    SequenceExample: { fields: { context: { type: 'Features', id: 1 }, featureLists: { type: 'FeatureLists', id: 2 } } },
  },
};
const sequence = protobuf.Root.fromJSON(messages).lookupType('SequenceExample');
const encode = (message: object): Uint8Array => sequence.encode(sequence.fromObject(message)).finish();

const int = (...value: readonly (number | string)[]): object => ({ int64List: { value } });
const data = encode({
  context: { feature: { label: int(7), name: { bytesList: { value: [text('clip')] } }, nothing: {} } },
  featureLists: {
    featureList: {
      frames: { feature: [{ bytesList: { value: [text('a'), text('bc')] } }, {}, { floatList: { value: [0.5] } }] },
      times: { feature: [int('9007199254740993'), int(-1, 2)] },
      empty: {},
    },
  },
});

/** As `plain` shows it, each step for itself. */
const steps = (list: readonly (FeatureValue | undefined)[] | undefined): unknown => list?.map((step) => step && plain(new Map([['', step]]))['']);

it('reads the context, and each list step by step', () => {
  const { context, kindless, featureLists } = decodeSequenceExample(data);
  expect(plain(context)).toEqual(plain(features({ label: int64(7), name: bytes('clip') })));
  expect(kindless).toEqual(['nothing']);
  expect([...featureLists.keys()].sort()).toEqual(['empty', 'frames', 'times']);
  expect(steps(featureLists.get('frames'))).toEqual(steps([bytes('a', 'bc'), undefined, float32(0.5)]));
  expect(steps(featureLists.get('times'))).toEqual(steps([int64(9007199254740993n), int64(-1, 2)]));
  expect(featureLists.get('empty')).toEqual([]);
});

it('reads messages in pieces as protobuf merges them: of a key the last entry counts, other pieces add up', () => {
  const first = encode({ context: { feature: { a: int(1), b: int(2) } }, featureLists: { featureList: { x: { feature: [int(1)] }, y: { feature: [int(2)] } } } });
  const second = encode({ context: { feature: { b: int(3) } }, featureLists: { featureList: { x: { feature: [int(4), int(5)] } } } });
  const { context, featureLists } = decodeSequenceExample(concat(first, second));
  expect(plain(context)).toEqual(plain(features({ a: int64(1), b: int64(3) })));
  expect([steps(featureLists.get('x')), steps(featureLists.get('y'))]).toEqual([steps([int64(4), int64(5)]), steps([int64(2)])]);
});

it('reads what protobufjs reads, of every message with one byte changed, or both refuse it', () => {
  let accepted = 0;
  for (let at = 0; at < data.length; at++) {
    for (const change of [1, 0x80, 0xff]) {
      const changed = Uint8Array.from(data);
      changed[at]! ^= change;
      let ours: Map<string, unknown>;
      try {
        ours = new Map(Array.from(decodeSequenceExample(changed).featureLists, ([name, list]) => [name, list.length]));
      } catch (error) {
        expect(error).toMatchObject({ code: 'CORRUPT' });
        continue;
      }
      let theirs: Record<string, { feature?: unknown[] }>;
      try {
        theirs = (sequence.toObject(sequence.decode(changed)) as { featureLists?: { featureList?: typeof theirs } }).featureLists?.featureList ?? {};
      } catch {
        continue; // protobufjs is stricter in places, e.g. with wire types that do not fit
      }
      for (const [name, list] of Object.entries(theirs)) expect([name, ours.get(name)]).toEqual([name, list.feature?.length ?? 0]);
      accepted++;
    }
  }
  expect(accepted).toBeGreaterThan(100);
});

it('says where a message is damaged', () => {
  expect(() => decodeSequenceExample(data.subarray(0, -1), { base: 100 })).toThrow(expect.objectContaining({ code: 'CORRUPT', offset: expect.any(Number) }));
});

it('is an Example when it has no lists', () => {
  const context = encode({ context: { feature: { a: int(1) } }, featureLists: {} });
  expect(plain(decodeSequenceExample(context).context)).toEqual(plain(decodeExample(context).features));
  expect(decodeSequenceExample(new Uint8Array(0))).toEqual({ context: new Map(), kindless: [], featureLists: new Map() });
  expect(() => decodeExample(data)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining('SequenceExample') }));
});
