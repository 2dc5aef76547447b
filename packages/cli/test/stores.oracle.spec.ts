import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { conversions, databases, goldenConversion, records } from './oracle-cases.js';
import type { Conversion } from './oracle-cases.js';
import { atOnce, imgstore, judge, makeStores, scratchFolder } from './oracle-world.js';
import type { Outcome } from './oracle-world.js';

// The stores that the real programs write go through the built command, and the real programs judge what comes out.
// All commands run first and all verdicts are asked for at once: TensorFlow takes seconds to load.

// Each command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const seeds = [1, 2, 3];
const world = scratchFolder();
const worldOf = (seed: number): string => path.join(world.folder, `s${seed}`);
const cases: readonly (Conversion & { readonly seed: number | undefined })[] = [
  { seed: undefined, ...goldenConversion(world.folder) },
  ...seeds.flatMap((seed) => conversions(worldOf(seed)).map((conversion) => ({ seed, ...conversion }))),
];

interface Counts {
  readonly samples: number;
  readonly copied: number;
  readonly decoded: number;
  readonly encoded: number;
  readonly reshaped: number;
  readonly skipped: number;
  readonly losses: readonly { readonly kind: string; readonly what: string; readonly count: number; readonly firstKey: string; readonly allowed: boolean }[];
}

const planned = new Map<Conversion, Outcome>();
const ran = new Map<Conversion, Outcome>();
const verdicts = new Map<Conversion, readonly string[]>();

async function runCase(conversion: Conversion): Promise<void> {
  const command = ['convert', conversion.source, conversion.target, ...conversion.args, '--json'];
  planned.set(conversion, await imgstore([...command, '--plan']));
  if (existsSync(conversion.target)) throw new Error(`--plan made ${conversion.target}`);
  ran.set(conversion, await imgstore(command));
}

const makeParent = (file: string): string | undefined => mkdirSync(path.dirname(file), { recursive: true });

beforeAll(async () => {
  await atOnce(2, seeds, (seed) => makeStores(worldOf(seed), seed));
  for (const { target } of cases) makeParent(target);
  await atOnce(2, cases.filter(({ after }) => after === undefined), runCase);
  await atOnce(2, cases.filter(({ after }) => after !== undefined), runCase);
  const jobs = cases.flatMap((conversion) => conversion.jobs.map((job) => ({ conversion, job })));
  const answers = await judge(jobs.map(({ job }) => job));
  jobs.forEach(({ conversion, job }, index) => {
    const problems = answers[index]!.map((problem) => `${job.kind}${job.match ? ` by ${job.match}` : ''}: ${problem}`);
    verdicts.set(conversion, [...verdicts.get(conversion) ?? [], ...problems]);
  });
}, 600_000);

afterAll(() => world.remove());

/** What the command answered as JSON; the text of the error where there is none. */
function reportOf(outcome: Outcome | undefined): Counts & Record<string, unknown> {
  if (outcome?.status !== 0) throw new Error(`status ${outcome?.status}: ${outcome?.stderr}`);
  return JSON.parse(outcome.stdout) as Counts & Record<string, unknown>;
}

function expectedSamples(seed: number, name: string): { readonly key: string; readonly label: number | null }[] {
  const text = readFileSync(path.join(worldOf(seed), 'expected', `${name}.json`), 'utf8');
  return (JSON.parse(text) as { samples: { key: string; label: number | null }[] }).samples;
}

/** Digests of a file, or of all files in a folder, by name, but for what py-lmdb left there as a judge. */
function digests(target: string): Record<string, string> {
  const files = statSync(target).isDirectory() ? readdirSync(target).filter((name) => name !== 'lock.mdb').sort().map((name) => path.join(target, name)) : [target];
  return Object.fromEntries(files.map((file) => [path.basename(file), createHash('sha256').update(readFileSync(file)).digest('hex')]));
}

describe.each(cases)('seed $seed: $name', (conversion) => {
  test('is equal to the source, by the programs that others read it with', () => {
    reportOf(ran.get(conversion));
    expect(conversion.jobs.length).toBeGreaterThan(0);
    expect(verdicts.get(conversion)).toEqual([]);
  });

  test('decodes and encodes nothing, and reports exactly what the plan said', () => {
    const plan = reportOf(planned.get(conversion));
    const report = reportOf(ran.get(conversion));
    const { summary, ...told } = report;
    expect({ ...told, plan: true }).toEqual(plan);
    expect(summary).toMatchObject({ samples: report.samples });
    expect(report).toMatchObject({ decoded: 0, encoded: 0, skipped: 0 });
    expect(new Set(report.losses.map(({ kind }) => kind).filter((kind) => kind !== 'order'))).toEqual(new Set(conversion.losses));
  });
});

describe.each(seeds)('seed %d', (seed) => {
  const tfrecordStore = (name: string): string => path.join(worldOf(seed), 'tfrecord', name);
  const output = (name: string): string => path.join(worldOf(seed), 'out', name);

  test('names of classes arrive as labels.txt in the folder of the database', () => {
    for (const { name } of records.filter(({ hasClasses }) => hasClasses)) {
      const labels = new Set(expectedSamples(seed, `tfrecord-${name}`).map(({ label }) => label!));
      const lines = readFileSync(path.join(output('lmdb'), name, 'labels.txt'), 'utf8').split('\n');
      const expected = Array.from({ length: Math.max(...labels) + 1 }, (_, label) => labels.has(label) ? `class${label}` : '');
      expect(lines).toEqual([...expected, '']);
    }
  });

  test('refuses features without --allow feature, with kind, feature, count and first key', async () => {
    const target = output('refused-features');
    const { status, stderr } = await imgstore(['convert', tfrecordStore('features.tfrecords'), target, '--from', 'tfrecord', '--to', 'lmdb']);
    expect(status).toBe(6);
    const { key } = expectedSamples(seed, 'tfrecord-features.tfrecords')[0]!;
    for (const feature of ['caption', 'ids', 'weights']) {
      expect(stderr.split('\n').find((line) => line.includes(feature))).toMatch(new RegExp(`feature.*${feature}.*\\b4 samples.*"${key}"`));
    }
    expect(stderr).toContain('--allow feature');
    expect(existsSync(target)).toBe(false);
  });

  test('refuses names of classes into a single file without --allow classes', async () => {
    for (const name of ['imagenet', 'imagenet-jpeg.tfrecord']) {
      const target = output('refused-classes.mdb');
      const { status, stderr } = await imgstore(['convert', tfrecordStore(name), target, '--from', 'tfrecord', '--to', 'lmdb']);
      expect(status).toBe(6);
      expect(stderr).toMatch(/^error\[LOSSY\]/);
      expect(stderr).toContain('--allow classes');
      expect(existsSync(target)).toBe(false);
    }
  });
});

test('says in words how many images were copied, decoded and encoded', async () => {
  const target = path.join(world.folder, 'words');
  const { status, stdout } = await imgstore(['convert', path.join(worldOf(1), 'lmdb', 'encoded'), target, '--from', 'lmdb', '--to', 'tfrecord']);
  const { copied } = reportOf(ran.get(cases.find(({ name }) => name === 'lmdb/encoded -> TFRecord')!));
  expect(status).toBe(0);
  expect(copied).toBe(expectedSamples(1, 'lmdb-encoded').length);
  expect(stdout).toMatch(new RegExp(`copied ${copied}\\b.*decoded 0\\b.*encoded 0\\b`));
});

test('gives the same bytes in another process with another clock, time zone and locale', async () => {
  const elsewhere = {
    TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8',
    NODE_OPTIONS: `--import=${path.join(__dirname, 'oracle-clock.mjs')}`,
  };
  const chosen = cases.filter(({ seed }) => seed === 1);
  expect(chosen).toHaveLength(databases.length * 4 + records.length + records.filter(({ hasClasses }) => hasClasses).length);
  await atOnce(2, chosen, async (conversion) => {
    const copy = path.join(world.folder, 'elsewhere', path.relative(worldOf(1), conversion.target));
    makeParent(copy);
    const { status, stderr } = await imgstore(['convert', conversion.source, copy, ...conversion.args], elsewhere);
    expect({ name: conversion.name, status, stderr: status === 0 ? '' : stderr }).toEqual({ name: conversion.name, status: 0, stderr: '' });
  });
  for (const { target, name } of chosen.filter((conversion) => !conversion.name.endsWith('3 shards'))) {
    const copy = path.join(world.folder, 'elsewhere', path.relative(worldOf(1), target));
    expect({ name, files: digests(copy) }).toEqual({ name, files: digests(target) });
  }
  const shards = (folder: string): Record<string, string> => {
    const all = Object.entries(digests(folder)).filter(([file]) => file.includes('-of-00003'));
    return Object.fromEntries(all);
  };
  const original = shards(path.join(worldOf(1), 'out/tfrecord'));
  expect(Object.keys(original)).toHaveLength(3 * databases.length);
  expect(shards(path.join(world.folder, 'elsewhere/out/tfrecord'))).toEqual(original);
}, 120_000);
