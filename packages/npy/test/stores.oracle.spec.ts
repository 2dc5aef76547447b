import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeNpy, npy, readNpy, writeNpy } from '../src/index.js';
import { each, sha256 } from './helpers/files.js';
import { tellOf } from './helpers/fixtures.js';
import type { Told } from './helpers/fixtures.js';
import { contentOf, sample, tensor } from './helpers/samples.js';

// NumPy's own stores are read and written again; NumPy and the programs that read TFRecord and LMDB judge. All of Python runs
// in three processes: TensorFlow takes seconds to load.

const root = resolve(__dirname, '../../..');
const oracle = join(process.env['IMGSTORE_SHARED'] ?? resolve(root, '../shared'), 'oracle');

jest.setTimeout(120_000); // the machine may have other work

/** The zoo and single files are the same whatever the seed: they are tried once, with the first. */
const SEEDS = [1, 2, 3] as const;
type Seed = typeof SEEDS[number];

let base: string;
const worldOf = (seed: Seed, ...names: string[]): string => join(base, `s${seed}`, ...names);
const at = (...names: string[]): string => worldOf(1, ...names);

function python(script: string, args: readonly string[], input = ''): string {
  const program = process.env['IMGSTORE_PYTHON'];
  if (program === undefined) throw new Error('IMGSTORE_PYTHON is not set: run this lane by npm run test:oracle');
  const { status, stdout, stderr } = spawnSync(program, ['-B', script, ...args], { encoding: 'utf8', input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${script} ended with status ${status}: ${stderr}`);
  return stdout;
}

/** The built command, as `npx imgstore convert --json` runs it. */
function convert(source: string, target: string, ...args: string[]): Outcome {
  return spawnSync(process.execPath, [join(root, 'packages/cli/bin/imgstore.js'), 'convert', source, target, ...args, '--json'], { encoding: 'utf8' });
}

/** The same, while others run. */
function converting(source: string, target: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'packages/cli/bin/imgstore.js'), 'convert', source, target, ...args, '--json'], (error, _, stderr) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stderr });
    });
  });
}

interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
}

interface Job {
  readonly kind: 'tfrecord' | 'lmdb' | 'npy' | 'npz';
  readonly path: string;
  readonly expect: string;
  readonly match: 'order' | 'key' | 'content';
}

interface Pair {
  readonly seed: Seed;
  readonly source: string;
  readonly target: string;
  readonly args?: readonly string[];
  readonly kind: Job['kind'];
  readonly expect: string;
  readonly match: Job['match'];
}

const to = (format: string, ...args: string[]): readonly string[] => ['--to', format, ...args];
type Form = Omit<Pair, 'seed'>;
const arraysOf = (name: string, suffix: string): readonly Form[] => [
  { source: `npy/${name}`, target: `pairs/${suffix}.tfrecord`, kind: 'tfrecord', expect: `npy-${name}`, match: 'order' },
  { source: `npy/${name}`, target: `pairs/${suffix}-again.npz`, kind: 'npz', expect: `npy-${name}`, match: 'key' },
  { source: `npy/${name}`, target: `pairs/${suffix}-again`, args: to('npy'), kind: 'npy', expect: `npy-${name}`, match: 'content' },
  { source: `pairs/${suffix}.tfrecord`, target: `pairs/${suffix}-back`, args: to('npy'), kind: 'npy', expect: `npy-${name}`, match: 'content' },
  { source: `pairs/${suffix}.tfrecord`, target: `pairs/${suffix}-back.npz`, kind: 'npz', expect: `npy-${name}`, match: 'key' },
  { source: `npy/${name}`, target: `pairs/${suffix}-lmdb`, args: to('lmdb'), kind: 'lmdb', expect: `npy-${name}`, match: 'order' },
  { source: `pairs/${suffix}-lmdb`, target: `pairs/${suffix}-from-lmdb`, args: to('npy'), kind: 'npy', expect: `npy-${name}`, match: 'content' },
];
const databaseOf = (name: string): readonly Form[] => [
  { source: `lmdb/${name}`, target: `pairs/${name}`, args: to('npy', '--allow', 'label'), kind: 'npy', expect: `lmdb-${name}`, match: 'content' },
  { source: `lmdb/${name}`, target: `pairs/${name}.npz`, args: ['--allow', 'label'], kind: 'npz', expect: `lmdb-${name}`, match: 'key' },
  { source: `pairs/${name}.npz`, target: `pairs/${name}-lmdb`, args: to('lmdb', '--key', 'keep'), kind: 'lmdb', expect: `lmdb-${name}`, match: 'key' },
];
const forms: readonly Form[] = [
  ...arraysOf('samples', 'folder'), ...arraysOf('samples.npz', 'stored'), ...arraysOf('samples-deflated.npz', 'deflated'),
  ...databaseOf('raw'), ...databaseOf('float'), ...databaseOf('many'),
  { source: 'tfrecord/seed-array.tfrecords', target: 'pairs/seed-array', args: to('npy'), kind: 'npy', expect: 'tfrecord-seed-array.tfrecords', match: 'content' },
  { source: 'tfrecord/seed-array.tfrecords', target: 'pairs/seed-array.npz', kind: 'npz', expect: 'tfrecord-seed-array.tfrecords', match: 'order' },
];
const pairs: readonly Pair[] = SEEDS.flatMap((seed) => forms.map((form) => ({ seed, ...form })));

interface Judged {
  readonly zoo: Readonly<Record<string, { readonly array: string; readonly stack: string; readonly told: Told }>>;
  readonly files: Readonly<Record<string, Told>>;
  readonly archives: Readonly<Record<string, { readonly arrays: Readonly<Record<string, Told>>; readonly savez: string }>>;
}

let judged: Judged;
const outcomes = new Map<Pair, Outcome>();
const verdicts = new Map<string, readonly string[]>();

/** The expected file of a store without its labels, which arrays do not hold, and in Datum's axes as we write them. */
function expectation({ seed, expect: name, kind }: Pair): string {
  return python(join(__dirname, 'oracle/expectation.py'), [worldOf(seed, 'expected', `${name}.json`), kind, worldOf(seed, `expected/${name}-for-${kind}.json`)]).trim();
}

/** All pairs of a seed, in their order: some read what others wrote. */
async function convertPairs(seed: Seed): Promise<void> {
  mkdirSync(worldOf(seed, 'pairs'));
  for (const pair of pairs.filter((one) => one.seed === seed)) {
    outcomes.set(pair, await converting(worldOf(seed, pair.source), worldOf(seed, pair.target), pair.args ?? []));
  }
}

beforeAll(async () => {
  base = mkdtempSync(join(realpathSync(tmpdir()), 'imgstore-npy-oracle-'));
  for (const seed of SEEDS) python(join(oracle, 'make_stores.py'), [worldOf(seed), '--n', '40', '--seed', String(seed)]);
  const converted = SEEDS.map(convertPairs);
  mkdirSync(at('written'));
  mkdirSync(at('again'));
  for (const name of readdirSync(at('npy/zoo'))) await writeNpy(at('again', name), await readNpy(at('npy/zoo', name)));
  await writeArchives();
  judged = JSON.parse(python(join(__dirname, 'oracle/judge_npy.py'), [at('npy/zoo'), at('written')])) as Judged;
  await Promise.all(converted);
  const good = pairs.filter((pair) => outcomes.get(pair)?.status === 0);
  const jobs: Job[] = [
    { kind: 'npy', path: at('again'), expect: at('expected/npy-zoo.json'), match: 'key' },
    ...good.map((pair) => ({ kind: pair.kind, path: worldOf(pair.seed, pair.target), expect: expectation(pair), match: pair.match })),
  ];
  const answers = JSON.parse(python(join(root, 'tools/oracle/judge.py'), [oracle], JSON.stringify(jobs))) as (readonly string[])[];
  jobs.forEach(({ path }, index) => verdicts.set(path, answers[index] ?? ['no verdict']));
}, 600_000);

afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Files of every kind that we write, for NumPy to load. */
async function writeArchives(): Promise<void> {
  const images = Array.from({ length: 50 }, (_, ordinal) => sample(ordinal, tensor([4, 5, 3], { dtype: 'int16', seed: ordinal }), { label: ordinal - 25 }));
  await npy(at('written/stack.npy'), { labels: at('written/labels.npy') }).write(each(images));
  await npy(at('written/stack.npz'), { labels: 'y' }).write(each(images));
  await npy(at('written/stack-deflated.npz'), { labels: 'y', compression: 'deflate' }).write(each(images));
  await npy(at('written/empty.npy')).write(each([]));
  await npy(at('written/samples.npz')).write(npy(at('npy/samples-deflated.npz')).read());
  await npy(at('written/samples-deflated.npz'), { compression: 'deflate' }).write(npy(at('npy/samples.npz')).read());
  // More entries than the old end record can count.
  const many = Array.from({ length: 66_000 }, (_, ordinal) => sample(ordinal, tensor([1, 1], { seed: ordinal })));
  await npy(at('written/many.npz')).write(each(many));
}

const zooNames = ['b1', 'i1', 'u1'].flatMap((code) => ['c', 'f'].flatMap((order) => [1, 2, 3].map((version) => `${code}-le-${order}-v${version}.npy`)))
  .concat(['i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8'].flatMap((code) => ['le', 'be'].flatMap((end) => ['c', 'f'].flatMap((order) => [1, 2, 3].map((version) => `${code}-${end}-${order}-v${version}.npy`)))));

describe('the zoo', () => {
  it('has 129 arrays, 126 of them of rank 3', () => {
    expect(Object.keys(judged.zoo)).toHaveLength(129);
    expect(zooNames).toHaveLength(126);
    expect(Object.keys(judged.zoo)).toEqual(expect.arrayContaining(zooNames));
  });

  it('is read as NumPy reads it, and written as np.save writes it, array by array', async () => {
    for (const [name, { array, told }] of Object.entries(judged.zoo)) {
      const read = await readNpy(at('npy/zoo', name));
      expect({ name, told: tellOf(read), saved: sha256(encodeNpy(read)) }).toEqual({ name, told, saved: array });
    }
  });

  it('is EQUAL as a folder, by check_stores', () => {
    expect(verdicts.get(at('again'))).toEqual([]);
  });

  it('in stacks, from streams of unknown length, is what np.save writes of them, for every dtype', async () => {
    for (const name of zooNames) {
      const [image] = await contentOf(npy(at('npy/zoo', name), { arrays: 'samples' }));
      if (image === undefined) throw new Error(`${name} gave no sample`);
      await npy(at('stack.npy')).write(each([image, image, image]), { overwrite: true });
      expect({ name, saved: sha256(readFileSync(at('stack.npy'))) }).toEqual({ name, saved: judged.zoo[name]?.stack });
    }
  });

  it('goes to TFRecord and back as samples without a changed byte', async () => {
    const folder = at('rank3');
    mkdirSync(folder);
    for (const name of zooNames) await writeNpy(join(folder, name), await readNpy(at('npy/zoo', name)));
    expect(convert(folder, at('zoo.tfrecord'), '--from', 'npy')).toMatchObject({ status: 0, stderr: '' });
    expect(convert(at('zoo.tfrecord'), at('zoo-back'), '--to', 'npy', '--key', 'keep')).toMatchObject({ status: 0, stderr: '' });
    for (const name of zooNames) expect(sha256(readFileSync(at('zoo-back', name)))).toBe(judged.zoo[name]?.array);
    expect(readdirSync(at('zoo-back'))).toHaveLength(126);
  });
});

describe('what we write', () => {
  it('is loaded by NumPy as it was meant', async () => {
    expect(judged.files['stack.npy']).toMatchObject({ dtype: 'int16', shape: [50, 4, 5, 3] });
    expect(judged.files['empty.npy']).toMatchObject({ dtype: 'uint8', shape: [0, 0, 0] });
    for (const name of ['stack.npy', 'labels.npy']) expect(tellOf(await readNpy(at('written', name)))).toEqual(judged.files[name]);
    for (const name of ['stack.npz', 'stack-deflated.npz']) {
      expect(judged.archives[name]?.arrays).toEqual({ x: judged.files['stack.npy'], y: judged.files['labels.npy'] });
    }
    for (const [name, told] of Object.entries(judged.archives['samples-deflated.npz']?.arrays ?? {})) {
      expect(tellOf(await readNpy(at('npy/samples.npz'), { entry: name }))).toEqual(told);
    }
    expect(Object.keys(judged.archives['samples-deflated.npz']?.arrays ?? {})).toHaveLength(40);
  });

  it.each(['stack.npz', 'samples.npz', 'many.npz'])('%s is what np.savez writes, byte for byte', (name) => {
    expect(sha256(readFileSync(at('written', name)))).toBe(judged.archives[name]?.savez);
  });

  it('of 66,000 arrays is read again', async () => {
    const store = npy(at('written/many.npz'));
    expect((await store.describe()).count).toBe(66_000);
    expect((await store.get('00065999'))?.image).toEqual(tensor([1, 1], { seed: 65_999 }));
    await store.close();
  });
});

describe.each(pairs)('seed $seed: $source -> $target', (pair) => {
  it('is EQUAL, by check_stores', () => {
    expect(outcomes.get(pair)).toMatchObject({ status: 0, stderr: '' });
    expect(verdicts.get(worldOf(pair.seed, pair.target))).toEqual([]);
  });
});

test('labels and pixels of a database of one size come back through a stack and its labels', async () => {
  const stack = at('pairs/one.npy');
  const labels = `labels=${at('pairs/one-labels.npy')}`;
  expect(convert(at('lmdb/seed-my-datum'), stack, '--dst-opt', labels, '--allow', 'key')).toMatchObject({ status: 0, stderr: '' });
  expect(convert(stack, at('pairs/one-lmdb'), ...to('lmdb', '--src-opt', labels))).toMatchObject({ status: 0, stderr: '' });
  expect(await contentOf(npy(stack, { labels: at('pairs/one-labels.npy') }))).toMatchObject([{ label: 9, image: { dtype: 'uint8', color: 'rgb' } }]);
  expect(python(join(oracle, 'check_stores.py'), ['lmdb', at('pairs/one-lmdb'), '--expect', labelled('lmdb-seed-my-datum')])).toContain('EQUAL');
});

/** The expected file of the article's database, as we write it: planes of BGR, and an ordinal for its key. */
function labelled(name: string): string {
  return python(join(__dirname, 'oracle/expectation.py'), [at('expected', `${name}.json`), 'labelled', at(`expected/${name}-labelled.json`)]).trim();
}

describe('a refusal', () => {
  it.each<readonly [string, string, readonly string[], number, RegExp]>([
    ['lmdb/raw', 'refused.npz', [], 6, /label: the option labels keeps it, in a stack \(--dst-opt labels=NAME\)/],
    ['lmdb/raw', 'refused', to('npy'), 6, /label: a target that ends in \.npy keeps it with the option labels \(--dst-opt labels=FILE\)/],
    ['lmdb/seed-my-datum', 'refused.npy', ['--allow', 'label'], 6, /key: a target that ends in \.npz keeps it/],
    ['lmdb/raw', 'refused.npy', ['--allow', 'label,key'], 5, /the target holds one form and one shape/],
    ['npy/samples', 'refused.npy', ['--allow', 'key'], 5, /the target holds one form and one shape/],
    ['npy/zoo/i8-le-c-v1.npy', 'refused-lmdb', to('lmdb', '--src-opt', 'arrays=samples'), 6, /int64 pixels as float32/],
  ])('of %s into %s with %j says the loss and its remedy', (source, target, args, status, message) => {
    const outcome = convert(at(source), at(target), ...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.status).toBe(status);
    expect(readdirSync(at())).not.toContain(target);
  });

  it('passes with its --allow', () => {
    expect(convert(at('npy/zoo/i8-le-c-v1.npy'), at('allowed-lmdb'), ...to('lmdb', '--src-opt', 'arrays=samples', '--allow', 'dtype')).status).toBe(0);
  });
});
