import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './helpers/run.js';
import { judge, ORACLE, pythonSays, scratchFolder } from './oracle-world.js';
import type { Job } from './oracle-world.js';

// Every form of image that a store can hold, from every format into every format: sixteen pairs. What comes out is judged by the
// real programs, or is a refusal of the list below, and no other. The table in docs/formats/matrix.md is this test's result:
// IMGSTORE_WRITE_MATRIX=1 npm run test:oracle writes it, and the test fails when it is not the one that stands there.

jest.setTimeout(120_000);

const root = path.resolve(__dirname, '../../..');
const page = path.join(root, 'docs/formats/matrix.md');
const formats = ['tfrecord', 'lmdb', 'npy', 'images'] as const;
type Format = typeof formats[number];

/** Where make_catalogue.py puts a store, and where ours goes. */
const suffix: Readonly<Record<Format, string>> = { tfrecord: '.tfrecord', lmdb: '', npy: '.npz', images: '' };

const world = scratchFolder();
const expected = (form: string): string => path.join(world.folder, 'expected', `${form}.json`);

interface Cell {
  readonly form: string;
  readonly from: Format;
  readonly to: Format;
  readonly source: string;
  readonly target: string;
}

/** What a run did, as the table says it. */
interface Result {
  readonly code: number;
  readonly stderr: string;
  readonly allowed: readonly string[];
  readonly how: string;
}

/** The losses that need leave: a pair that asks for another fails. `.npz` without a place for labels has none. */
function lossesOf(cell: Cell): readonly string[] {
  return cell.to === 'npy' ? ['label'] : isRounded(cell) ? ['dtype'] : [];
}

/** The element type of a tensor, by NumPy's short name for it. */
const dtypeNames: Readonly<Record<string, string>> = {
  u1: 'uint8', u2: 'uint16', u4: 'uint32', u8: 'uint64', i1: 'int8', i2: 'int16', i4: 'int32', i8: 'int64', f4: 'float32',
};

const dtypeOf = (form: string): string => form.split('-')[2] ?? '';

/** Numbers that a Datum, which has bytes and float32, holds only nearly. */
function isRounded({ form, to }: Cell): boolean {
  return to === 'lmdb' && ['i4', 'i8', 'u4', 'u8'].includes(dtypeOf(form));
}

/** The refusals that no --allow lifts. */
function isRefused({ form, to }: Cell): boolean {
  return to === 'images' && form.startsWith('tensor') && !['u1', 'u2'].includes(dtypeOf(form));
}

let cells: readonly Cell[] = [];
const results = new Map<Cell, Result>();
const verdicts = new Map<Cell, readonly string[]>();

async function catalogue(): Promise<Readonly<Record<string, readonly string[]>>> {
  return JSON.parse(await pythonSays('make_catalogue.py', [ORACLE, world.folder])) as Record<string, readonly string[]>;
}

interface Counts {
  readonly samples: number;
  readonly copied: number;
  readonly decoded: number;
  readonly encoded: number;
  readonly reshaped: number;
}

/** What became of the images: one word where it was the same for all. */
function howOf({ samples, copied, decoded, encoded }: Counts): string {
  if (copied === samples) return 'copied';
  const words = [decoded > 0 ? 'decoded' : '', encoded > 0 ? 'as PNG' : ''].filter((word) => word !== '').join(', ');
  return words === '' ? 'laid out anew' : words;
}

async function convert(cell: Cell): Promise<Result> {
  const command = ['convert', cell.source, cell.target, '--from', cell.from, '--to', cell.to, '--json'];
  const first = await run(command);
  const wanted = lossesOf(cell);
  const { code, stderr, stdout } = first.code === 6 && wanted.length > 0 ? await run([...command, '--allow', wanted.join(',')]) : first;
  const allowed = first.code === 6 && code === 0 ? wanted : [];
  return { code, stderr, allowed, how: code === 0 ? howOf(JSON.parse(stdout) as Counts) : '' };
}

beforeAll(async () => {
  const made = Object.entries(await catalogue());
  cells = made.flatMap(([form, names]) => formats
    .filter((from) => names.includes(from === 'npy' ? 'npz' : from))
    .flatMap((from) => formats.map((to) => ({
      form, from, to,
      source: path.join(world.folder, from, `${form}${suffix[from]}`),
      target: path.join(world.folder, `out/${from}-${to}/${form}${suffix[to]}`),
    }))));
  for (const cell of cells) {
    mkdirSync(path.dirname(cell.target), { recursive: true });
    results.set(cell, await convert(cell));
  }
  const good = cells.filter((cell) => results.get(cell)?.code === 0);
  const jobs = good.map((cell): Job => {
    const { form, from, to, target } = cell;
    return {
      kind: to === 'npy' ? 'npz' : to, path: target, expect: expected(isRounded(cell) ? `${form}-rounded` : form),
      match: from === 'images' || to === 'images' ? 'content' : 'order',
      ...(from === 'npy' || to === 'npy') && { unlabelled: true },
    };
  });
  const answers = await judge(jobs);
  good.forEach((cell, index) => verdicts.set(cell, answers[index] ?? ['no verdict']));
}, 600_000);

afterAll(() => world.remove());

test('the catalogue is grey, grey+alpha, RGB and RGBA as tensors, PNG, JPEG and WebP, and tensors of every integer', () => {
  expect(new Set(cells.map(({ form }) => form)).size).toBe(30);
  expect(cells).toHaveLength(80 * formats.length);
});

describe.each(formats.flatMap((from) => formats.map((to) => [from, to] as const)))('%s -> %s', (from, to) => {
  const here = (): Cell[] => cells.filter((cell) => cell.from === from && cell.to === to);

  test('holds every form equal, by the programs that others read it with, or refuses it as the list says', () => {
    expect(here().length).toBeGreaterThan(11);
    for (const cell of here()) {
      const { code, stderr } = results.get(cell)!;
      const { form } = cell;
      if (isRefused(cell)) {
        expect({ form, code, stderr }).toEqual({ form, code: 6, stderr: expect.stringMatching(new RegExp(`"code":"LOSSY".* ${dtypeNames[dtypeOf(form)]} .*"hint":"[^"]*--to npy"`)) });
        expect(existsSync(cell.target)).toBe(false);
      } else {
        expect({ form, code, stderr, verdict: verdicts.get(cell) }).toEqual({ form, code: 0, stderr: '', verdict: [] });
      }
    }
  });
});

test('an image that the target holds as it is was copied, and none that it does not hold', () => {
  for (const cell of cells.filter((one) => !isRefused(one))) {
    const isEncoded = !cell.form.startsWith('tensor');
    const how = isEncoded ? cell.to === 'npy' ? 'decoded' : 'copied' : cell.to === 'images' ? 'as PNG' : undefined;
    if (how !== undefined) expect({ ...cell, how: results.get(cell)?.how }).toEqual({ ...cell, how });
  }
});

test('numbers that Datum holds only nearly were refused before they were rounded', () => {
  const rounded = cells.filter(isRounded);
  expect(rounded).toHaveLength(8);
  for (const cell of rounded) expect({ ...cell, ...results.get(cell) }).toMatchObject({ ...cell, code: 0, allowed: ['dtype'] });
});

/** `png-2-u2` in words. */
function nameOf(form: string): string {
  const [kind = '', channels = '', dtype = ''] = form.split('-');
  const colors: Readonly<Record<string, string>> = { 1: 'grey', 2: 'grey+alpha', 3: 'RGB', 4: 'RGBA' };
  const kinds: Readonly<Record<string, string>> = { tensor: 'tensor', png: 'PNG', jpeg: 'JPEG', webp: 'WebP' };
  return `${kinds[kind]} ${dtypeNames[dtype]} ${colors[channels]}`;
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (isRefused(cell)) return 'refused';
  const { how, allowed } = results.get(cell)!;
  if (isRounded(cell)) return `rounded; \`--allow ${allowed.join(',')}\``;
  return allowed.length === 0 ? how : `${how}; \`--allow ${allowed.join(',')}\``;
}

function matrix(): string {
  const forms = [...new Set(cells.map(({ form }) => form))];
  const tables = formats.map((from) => {
    const rows = forms.filter((form) => cells.some((cell) => cell.form === form && cell.from === from)).map((form) =>
      `| ${nameOf(form)} | ${formats.map((to) => textOf(cells.find((cell) => cell.form === form && cell.from === from && cell.to === to))).join(' | ')} |`);
    return [`## From ${from}`, '', `| image | ${formats.map((to) => `to ${to}`).join(' | ')} |`, `|---|${formats.map(() => '---|').join('')}`, ...rows].join('\n');
  });
  return `${[
    '# Every format into every format',
    'What becomes of an image, by its form, from each format into each: *copied* byte for byte, *laid out anew* (axes, channel order, a wider dtype; every value kept),\n*decoded* to pixels, or written *as PNG*, which loses nothing. A form that a source cannot hold has no row. A cell with `--allow KIND` is refused without it: '
    + '`.npz` with an\nentry for each sample has no place for labels (a stack has: `--dst-opt labels=NAME`), and Datum has only bytes and float32, to which larger integers are *rounded*.\n'
    + '*refused*: no image file holds float32, signed numbers, or integers of 32 and 64 bits; `--to npy` does.',
    'This page is written by `packages/cli/test/matrix.oracle.spec.ts`, which lets TensorFlow, py-lmdb, NumPy and Pillow judge every cell.',
    ...tables,
  ].join('\n\n')}\n`;
}

test('docs/formats/matrix.md is what this test found', () => {
  if (process.env['IMGSTORE_WRITE_MATRIX'] === '1') writeFileSync(page, matrix());
  expect(readFileSync(page, 'utf8')).toBe(matrix());
});
