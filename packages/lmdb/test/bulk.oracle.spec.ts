import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageFiles, stageFolder } from '@imgstore/core/files';
import { openBulkWriter, type BulkOptions } from '../src/bulk.js';
import { key, numbered, patterned, seeded, shuffled } from './helpers/bulk.js';

type Pair = ReturnType<typeof numbered>;
interface Case {
  readonly name: string;
  readonly pairs: readonly Pair[];
  readonly options?: Partial<BulkOptions>;
}

const count = (entries: number, length: (number: number) => number): Pair[] => Array.from({ length: entries }, (_, number) => numbered(number, length(number)));
const mixed = (number: number): number => (number % 50 === 0 ? 9000 : (number * 31) % 700);
const nodeMax = { 1: 2038, 2: 2034, 3: 2034 } as const;

function atInlineLimit(dataFormat: 1 | 2 | 3): Pair[] {
  const lengths = [-2, -1, 0, 1, 2].map((more) => nodeMax[dataFormat] - 16 + more);
  return [0, 1, ...lengths, 4071, 4072, 4073, 4079, 4080, 4081, 8000, 70_000].map((length, number) => numbered(number, length));
}

function longKeys(): Pair[] {
  const random = seeded(11);
  const keys = new Set<string>();
  while (keys.size < 800) keys.add(Buffer.from(patterned(keys.size % 3 === 0 ? 511 : 1 + (random() % 511), random())).toString('latin1'));
  return [...keys].map((text) => ({ key: key(text), value: patterned(random() % 300, random()) }));
}

/** Keys of 511 bytes, so that 44 counts go through every end that three levels of branch pages can have. */
const shapes = (dataFormat: 1 | 2 | 3): Case[] => Array.from({ length: 44 }, (_, index): Case => {
  const pairs = Array.from({ length: 2 * (index * 3 + 1) }, (__, number) => ({ key: key(String(number).padStart(511, '0')), value: new Uint8Array(1500) }));
  return { name: `${index * 3 + 1} leaves of 511-byte keys`, pairs, options: { dataFormat } };
});

function casesOf(dataFormat: 1 | 2 | 3): Case[] {
  const cases: Case[] = [
    ...[0, 1, 15, 100, 500, 3000].map((entries) => ({ name: `${entries} entries`, pairs: count(entries, mixed) })),
    { name: '0 entries, single file', pairs: [], options: { singleFile: true } },
    { name: '100,000 entries', pairs: count(100_000, (number) => number % 60) },
    { name: '100,000 entries in any order', pairs: shuffled(count(100_000, (number) => number % 60), 1), options: { ordered: false, sortBytes: 2 ** 19 } },
    { name: '3,000 entries in any order, single file', pairs: shuffled(count(3000, mixed), 2), options: { ordered: false, sortBytes: 1, singleFile: true } },
    { name: 'values at the inline limit and at page ends', pairs: atInlineLimit(dataFormat) },
    { name: 'keys of 1 to 511 bytes', pairs: longKeys(), options: { ordered: false } },
    { name: 'empty values', pairs: count(300, () => 0) },
    ...[2048, 8192, 16384, 32768, ...(dataFormat === 1 ? [] : [65536])].map((pageSize) => ({ name: `pages of ${pageSize} bytes`, pairs: count(400, mixed), options: { pageSize } })),
  ];
  return [...cases.map((each) => ({ ...each, options: { dataFormat, ...each.options } })), ...shapes(dataFormat)];
}

/** Writes the database as a store would, and its pairs beside it. */
async function build(folder: string, index: number, { pairs, options }: Case): Promise<object> {
  const singleFile = options?.singleFile ?? false;
  const path = join(folder, `${index}${singleFile ? '.mdb' : ''}`);
  const stage = singleFile ? await stageFiles([path]) : await stageFolder(path);
  const writer = openBulkWriter(
    { file: stage.file(singleFile ? path : 'data.mdb'), scratch: () => stage.scratch() }, { ordered: true, singleFile, ...options });
  for (const { key, value } of pairs) await writer.put(key, value);
  await writer.finish();
  await stage.commit();
  const parts: Uint8Array[] = [];
  for (const { key, value } of [...pairs].sort((left, right) => Buffer.compare(left.key, right.key))) {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(key.length, 0);
    head.writeUInt32LE(value.length, 4);
    parts.push(head, key, value);
  }
  writeFileSync(`${path}.pairs`, Buffer.concat(parts));
  return { path, singleFile, pairs: `${path}.pairs`, pageSize: options?.pageSize ?? 4096 };
}

/** What a program prints, which must end well. */
function run(program: string, args: readonly string[]): string {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (error) throw new Error(`${program} does not start: ${error.message}; the oracle lane needs Python with lmdb, and mdb_stat and mdb_dump (lmdb-utils)`);
  if (status !== 0) throw new Error(`${program} ended with ${status ?? signal}: ${stderr}`);
  return stdout;
}

function python(): string {
  const path = process.env.IMGSTORE_PYTHON;
  if (!path) throw new Error('IMGSTORE_PYTHON is not set: it names the Python that has lmdb (npm run test:oracle sets it)');
  return path;
}

const judges = {
  1: (list: string) => run(python(), [join(__dirname, 'oracle/judge_bulk.py'), list]),
  2: (list: string) => run(process.execPath, [join(__dirname, 'oracle/judge_bulk.mjs'), list]),
  3: (list: string) => run(python(), [join(__dirname, 'oracle/judge_bulk.py'), list]),
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'imgstore-bulk-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each([1, 2, 3] as const)('a database of the bulk writer, data format %i', (dataFormat) => {
  const cases = casesOf(dataFormat);
  let verdicts: string[][];

  beforeAll(async () => {
    const folder = join(root, `judged-${dataFormat}`);
    mkdirSync(folder);
    const built: object[] = [];
    for (const [index, each] of cases.entries()) built.push(await build(folder, index, each));
    const list = join(folder, 'cases.json');
    writeFileSync(list, JSON.stringify(built));
    verdicts = JSON.parse(judges[dataFormat](list)) as string[][];
  }, 600_000);

  test.each(cases.map(({ name }, index) => [name, index] as const))('is read whole and can be written by its own library: %s', (_, index) => {
    expect(verdicts[index]).toEqual([]);
  });
});

describe('mdb_stat and mdb_dump', () => {
  const cases = casesOf(1).filter(({ options, pairs }) => options?.pageSize === undefined && pairs.length < 50_000);

  test.each(cases.slice(0, 12))('say what was written: $name', async (each) => {
    const folder = mkdtempSync(join(root, 'dumped-'));
    const { path, singleFile } = await build(folder, 0, each) as { readonly path: string; readonly singleFile: boolean };
    const options = singleFile ? ['-n', path] : [path];
    expect(run('mdb_stat', options)).toContain(`Entries: ${each.pairs.length}\n`);
    const lines = run('mdb_dump', options).split('\n');
    const dumped = lines.slice(lines.indexOf('HEADER=END') + 1, lines.indexOf('DATA=END')).map((line) => line.slice(1));
    const pairs = [...each.pairs].sort((left, right) => Buffer.compare(left.key, right.key));
    expect(dumped).toEqual(pairs.flatMap(({ key, value }) => [Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex')]));
  });

  it('count the pages that the meta page counts', async () => {
    const folder = mkdtempSync(join(root, 'counted-'));
    const { path } = await build(folder, 0, { name: '', pairs: count(3000, mixed) }) as { readonly path: string };
    const numbers = (text: string): string[] => text.match(/(Tree depth|Leaf pages|Overflow pages|Entries): \d+/g) ?? [];
    const script = 'import lmdb, sys\n'
      + 'source = lmdb.open(sys.argv[1], readonly=True, lock=False)\n'
      + 'with lmdb.open(sys.argv[2], map_size=1 << 30) as made, made.begin(write=True) as target, source.begin() as read:\n'
      + '    for key, value in read.cursor(): target.put(key, value, append=True)\n';
    const appended = join(folder, 'appended');
    run(python(), ['-c', script, path, appended]);
    expect(numbers(run('mdb_stat', [path]))).toEqual(numbers(run('mdb_stat', [appended])));
    expect(numbers(run('mdb_stat', [path]))).toHaveLength(4);
  });
});
