import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { isImgstoreError, WireReader } from '@imgstore/core';
import type { Sample } from '@imgstore/core';
import { decodeExample, encodeExample, presetNames, readRecords, tfrecord } from '@imgstore/tfrecord';
import type { Compression, PresetName } from '@imgstore/tfrecord';
import { encodeByJudge, plain } from './helpers/protobuf.js';
import type { Plain } from './helpers/protobuf.js';
import { collect, stream, temporaryFolder } from './helpers/records.js';
import { bytes, features, float32, int64, jpeg, png, sample, tensor } from './helpers/samples.js';

type Judged = { readonly features: Plain; readonly canonical: string } | null;

/** One process for all questions: importing TensorFlow takes seconds. */
function judge(request: { readonly files: readonly { readonly path: string; readonly compression: string }[]; readonly messages: readonly string[] }): { readonly files: Judged[][]; readonly messages: Judged[] } {
  const python = process.env['IMGSTORE_PYTHON'];
  if (python === undefined) throw new Error('IMGSTORE_PYTHON is not set: npm run test:oracle makes the environment and sets it');
  const answer = execFileSync(python, [join(__dirname, 'oracle/judge.py')], { input: JSON.stringify(request), maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'ignore'] });
  return JSON.parse(answer.toString()) as ReturnType<typeof judge>;
}

const path = temporaryFolder();
const others = features({
  ids: int64(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 53n + 1n), weights: float32(0.1, -0, 1e-45, Infinity), none: float32(),
  caption: bytes('naïve 画像', '', Uint8Array.from({ length: 256 }, (_, index) => index)), '\u{1f600}': bytes(), '\uffee': int64(),
});
const inputs: Readonly<Record<PresetName, readonly Sample[]>> = {
  'default': [sample('a/b.png', { image: png(), label: 3, className: 'cat', features: others }), sample('k', { image: tensor([5, 4, 4]), label: -1 }), sample('no image')],
  'seed': [sample('00000000', { image: png(), features: others }), sample('00000001', { image: tensor([2, 2, 3]) })],
  'slim': [sample('00000000', { image: jpeg(), label: 0, features: others })],
  'inception-imagenet': [sample('n01.JPEG', { image: jpeg(), label: 1000, className: 'fox', features: others })],
  'mnist-howto': [sample('00000000', { image: tensor([28, 28, 1]), label: 9, features: others })],
};
const compressions: readonly Compression[] = ['none', 'gzip', 'zlib'];
const cases = presetNames.flatMap((preset) => compressions.map((compression) => ({ preset, compression, file: `${preset}-${compression}` })));

/** Valid messages, and the same with a changed byte or cut: the same every time. */
const messages = ((): readonly Uint8Array[] => {
  const value = fc.oneof(
    fc.record({ bytesList: fc.record({ value: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 4 }) }) }),
    fc.record({ floatList: fc.record({ value: fc.array(fc.float({ noNaN: true }), { maxLength: 6 }) }) }),
    fc.record({ int64List: fc.record({ value: fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String), { maxLength: 6 }) }) }),
    fc.constant({}),
  );
  const model = fc.dictionary(fc.string({ maxLength: 6 }), value, { maxKeys: 4 });
  const damage = fc.tuple(model, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 3 }));
  return fc.sample(damage, { seed: 7, numRuns: 4000 }).map(([features_, at, byte, kind]) => {
    const message = Uint8Array.from(encodeByJudge(features_));
    if (message.length === 0 || kind === 0) return message;
    if (kind === 1) return message.subarray(0, at % message.length);
    message[at % message.length] = byte;
    return message;
  });
})();

/** Python's protobuf drops a map entry that has an unknown field; C++ and protobufjs keep it, and so do we. */
function hasUnknownInEntry(message: Uint8Array): boolean {
  const outer = new WireReader(message);
  while (outer.more) {
    if (outer.tag() !== 10) return false;
    const inner = new WireReader(outer.view());
    while (inner.more) {
      const tag = inner.tag();
      if (tag !== 10) {
        inner.skip(tag);
        continue;
      }
      const entry = new WireReader(inner.view());
      while (entry.more) {
        const field = entry.tag();
        if (field !== 10 && field !== 18) return true;
        entry.skip(field);
      }
    }
  }
  return false;
}

describe('TensorFlow', () => {
  let judged: ReturnType<typeof judge>;
  beforeAll(async () => {
    for (const { preset, compression, file } of cases) await tfrecord(path(file), { preset, compression }).write(stream(...inputs[preset]));
    await tfrecord(path('shards'), { shards: 3 }).write(stream(...inputs.default), { source: { keys: 'stored', count: 3 } });
    judged = judge({
      files: [
        ...cases.map(({ compression, file }) => ({ path: path(file), compression: compression === 'none' ? '' : compression.toUpperCase() })),
        ...[0, 1, 2].map((index) => ({ path: path(`shards-0000${index}-of-00003.tfrecord`), compression: '' })),
      ],
      messages: messages.map((message) => Buffer.from(message).toString('hex')),
    });
  }, 120_000);

  it.each(cases.map(({ preset, compression, file }, index) => [preset, compression, file, index] as const))('reads what we write: %s, %s', async (_preset, _compression, file, index) => {
    const records = await collect(readRecords(path(file)));
    expect(judged.files[index]).toEqual(records.map(({ data }) => ({
      features: plain(decodeExample(data).features),
      // Sorted as it sorts: the bytes are its own.
      canonical: Buffer.from(data).toString('hex'),
    })));
    expect(records.length).toBeGreaterThan(0);
  });

  it('reads our shards', () => {
    expect(judged.files.slice(cases.length).map((records) => records.length)).toEqual([1, 1, 1]);
  });

  it('understands and refuses the same messages as we do', () => {
    const counts = { read: 0, refused: 0 };
    for (const [index, message] of messages.entries()) {
      let ours: Plain | null;
      try {
        const { features: read, kindless } = decodeExample(message);
        ours = plain(read, kindless);
      } catch (error) {
        if (isImgstoreError(error, 'UNSUPPORTED')) continue; // recognised as a SequenceExample
        expect(error).toMatchObject({ code: 'CORRUPT' });
        ours = null;
      }
      if (ours !== null && hasUnknownInEntry(message)) continue;
      expect([index, Buffer.from(message).toString('hex'), judged.messages[index]?.features ?? null]).toEqual([index, Buffer.from(message).toString('hex'), ours]);
      counts[ours === null ? 'refused' : 'read']++;
    }
    expect(counts.read).toBeGreaterThan(1000);
    expect(counts.refused).toBeGreaterThan(500);
  });

  it('reads back what we make of a message that we read', () => {
    for (const message of messages.slice(0, 200)) {
      let read;
      try {
        read = decodeExample(message);
      } catch {
        continue;
      }
      const again = decodeExample(encodeExample(read));
      expect(plain(again.features, again.kindless)).toEqual(plain(read.features, read.kindless));
    }
  });
});
