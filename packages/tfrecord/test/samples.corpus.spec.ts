import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSequenceExample, readRecords, tfrecord } from '@imgstore/tfrecord';
import { collect, collectUntilError, concat, little, pieces } from './helpers/records.js';

const corpus = join(process.env['IMGSTORE_SHARED'] ?? join(__dirname, '../../../../shared'), 'corpus');
const lines = <T>(name: string): T[] => readFileSync(join(corpus, name), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);

interface Entry {
  readonly file: string;
  readonly expect: string;
  readonly oracle?: { readonly tensorflow?: { readonly records: number; readonly sha256: string; readonly message: string; readonly first?: Readonly<Record<string, readonly [string | null, number]>> } };
}
interface Damage {
  readonly file: string;
  readonly op: 'flip' | 'cut' | 'append';
  readonly at?: number;
  readonly bytes?: string;
  readonly expect: string;
}
const entries = lines<Entry>('MANIFEST.jsonl').filter(({ file }) => file.startsWith('tfrecord/'));
const readable = entries.filter(({ expect: verdict, oracle }) => verdict === 'reads' || oracle?.tensorflow?.message === 'SequenceExample');
const damages = lines<Damage>('damage.jsonl').filter(({ file }) => file.startsWith('tfrecord/'));

function damaged({ file, op, at = 0, bytes = '' }: Damage): Uint8Array {
  const content = Uint8Array.from(readFileSync(join(corpus, file)));
  if (op === 'cut') return content.subarray(0, at);
  if (op === 'append') return concat(content, Buffer.from(bytes, 'hex'));
  content[at]! ^= 1;
  return content;
}

it('has files and damage to try', () => {
  expect(readable.length).toBeGreaterThan(20);
  expect(damages.length).toBeGreaterThan(10);
});

it.each(readable.map(({ file, oracle }) => [file, oracle!.tensorflow!] as const))('reads every record of %s', async (file, oracle) => {
  for (const source of [join(corpus, file), pieces(readFileSync(join(corpus, file)), 1000)]) {
    const hash = createHash('sha256');
    let records = 0;
    for await (const { data } of readRecords(source, { borrow: true })) {
      hash.update(little(data.length, 8)).update(data);
      records++;
    }
    expect([records, hash.digest('hex')]).toEqual([oracle.records, oracle.sha256]);
  }
});

it.each(entries.filter(({ oracle, expect: verdict }) => verdict === 'reads' && oracle?.tensorflow?.message === 'Example').map(({ file }) => file))(
  'makes a sample of every record of %s, or says why not', async (file) => {
    const errors: string[] = [];
    const samples = await collect(tfrecord(join(corpus, file)).read({ onBadSample: ({ code, feature }) => errors.push(`${code} ${feature}`) }));
    const { records } = entries.find((entry) => entry.file === file)!.oracle!.tensorflow!;
    expect(samples.length + errors.length).toBe(records);
    for (const error of errors) expect(error).toBe('CORRUPT image/encoded'); // saved without its media: the bytes are empty
  });

it.each(['tfrecord/spotify-iris-eval', 'tfrecord/tfx-taxi-eval'])('reads the set %s as one store', async (folder) => {
  const expected = entries.filter(({ file }) => file.startsWith(`${folder}/`)).reduce((sum, { oracle }) => sum + oracle!.tensorflow!.records, 0);
  expect(await collect(tfrecord(join(corpus, folder)).read())).toHaveLength(expected);
});

it('names an ArrayRecord', async () => {
  const { error } = await collectUntilError(readRecords(join(corpus, 'tfrecord/not-tfrecord/digits.array_record-00000-of-00002')));
  expect(error).toMatchObject({ code: 'NOT_A_STORE', message: expect.stringContaining('ArrayRecord') });
});

it('never takes a SequenceExample for an Example', async () => {
  const { values, error } = await collectUntilError(tfrecord(join(corpus, 'tfrecord/tfx-sequence/data_tfrecord_eval.gz')).read());
  expect([values.length, error?.code]).toEqual([0, 'UNSUPPORTED']);
});

it('reads the context and the lists of every SequenceExample', async () => {
  let steps = 0;
  for await (const { data } of readRecords(join(corpus, 'tfrecord/tfx-sequence/data_tfrecord_eval.gz'), { borrow: true })) {
    const { context, featureLists } = decodeSequenceExample(data);
    expect(context.size + featureLists.size).toBeGreaterThan(0);
    for (const list of featureLists.values()) steps += list.length;
  }
  expect(steps).toBeGreaterThan(4500);
});

it.each(damages.map((damage) => [`${damage.file.slice(9)} ${damage.op} ${damage.at ?? damage.bytes}`, damage] as const))('%s', async (_name, damage) => {
  const { values, error } = await collectUntilError(readRecords(damaged(damage)));
  if (damage.expect === 'reads') expect([values.length, error]).toEqual([0, undefined]);
  // Where the reference reads on, we do not: a cut header, a byte behind the last record and a missing trailer are damage.
  else expect(error).toMatchObject({ code: damage.op === 'cut' ? 'TRUNCATED' : expect.stringMatching(/CORRUPT|TRUNCATED/) });
});
