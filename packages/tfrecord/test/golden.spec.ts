import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeExample, encodeExample, readRecords, tfrecord } from '@imgstore/tfrecord';
import { plain } from './helpers/protobuf.js';
import { collect } from './helpers/records.js';

// Made by TensorFlow: fixtures/make_tfrecord.py.
const folder = join(__dirname, '../../../fixtures/tfrecord');
interface Golden {
  readonly files: readonly string[];
  readonly records: readonly string[];
  readonly features: readonly Readonly<Record<string, { readonly kind: string; readonly values: readonly string[] }>>[];
}
const golden = JSON.parse(readFileSync(join(folder, 'records.json'), 'utf8')) as Golden;

it.each(golden.files)('reads the records of %s, as TensorFlow wrote them', async (name) => {
  const records = await collect(readRecords(join(folder, name)));
  expect(records.map(({ data }) => Buffer.from(data).toString('hex'))).toEqual(golden.records);
});

it('understands every feature as TensorFlow meant it', async () => {
  const records = await collect(readRecords(join(folder, 'features.tfrecord')));
  const read = records.map(({ data }) => plain(decodeExample(data).features));
  const expected = golden.features.map((features) => Object.entries(features).map(([name, { kind, values }]) => [name, [kind, ...values]] as const).sort());
  expect(read.map((features) => Object.entries(features).sort())).toEqual(expected);
});

it('writes the bytes that TensorFlow writes', async () => {
  for (const record of golden.records) {
    expect(Buffer.from(encodeExample(decodeExample(Buffer.from(record, 'hex')))).toString('hex')).toBe(record);
  }
});

it('makes samples of them: no image, every feature, a note about the one without a kind', async () => {
  const notes: string[] = [];
  const samples = await collect(tfrecord(join(folder, 'features.tfrecord.gz')).read({ onNote: (text, key) => notes.push(`${key} ${text}`) }));
  expect(samples.map(({ key, features, image }) => [key, features.size, image])).toEqual(golden.features.map((features, index) => [
    String(index).padStart(8, '0'), Object.keys(features).length, undefined]));
  expect(notes).toEqual(['00000007 the feature "no kind" has no kind and is left out, as TensorFlow does']);
});
