import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dtypeSize } from '@imgstore/core';
import { listNpz, readNpy } from '../src/index.js';
import type { NpyArray } from '../src/index.js';
import { failureOf } from './helpers/files.js';

// Files of other projects, with what NumPy said of each (the manifest is in the shared folder).

const corpus = join(process.env['IMGSTORE_SHARED'] ?? join(__dirname, '../../../../shared'), 'corpus');

interface Said {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256_c_order: string;
}
interface Line {
  readonly file: string;
  readonly sha256: string;
  readonly expect: string;
  readonly oracle: { readonly numpy?: Said | Record<string, Said>; readonly header?: { readonly dims: readonly number[]; readonly bytes: number; readonly consistent: boolean } };
}
interface Damage {
  readonly file: string;
  readonly op: 'cut' | 'append' | 'flip';
  readonly at?: number;
  readonly bytes?: string;
  readonly expect: string;
}

const lines = <T extends { readonly file: string }>(name: string): T[] => readFileSync(join(corpus, name), 'utf8').split('\n').filter(Boolean)
  .map((line) => JSON.parse(line) as T).filter(({ file }) => /^(npy|idx)\//.test(file));
const manifest = lines<Line>('MANIFEST.jsonl');
const damage = lines<Damage>('damage.jsonl');

const CODES: Readonly<Record<string, string>> = {
  b1: 'bool', u1: 'uint8', i1: 'int8', u2: 'uint16', i2: 'int16', u4: 'uint32', i4: 'int32', u8: 'uint64', i8: 'int64', f2: 'float16', f4: 'float32', f8: 'float64',
};

/** The digest as the manifest has it: the elements in the byte order of the file. */
function digest({ dtype, data }: NpyArray, isBigEndian: boolean): string {
  const size = dtypeSize(dtype);
  const bytes = Buffer.from(data);
  if (isBigEndian && size > 1) for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return createHash('sha256').update(bytes).digest('hex');
}

function expectArray(array: NpyArray, said: Said): void {
  expect({ dtype: array.dtype, shape: array.shape, sha256: digest(array, said.dtype.startsWith('>')) })
    .toEqual({ dtype: CODES[said.dtype.slice(1)], shape: said.shape, sha256: said.sha256_c_order });
}

const isArray = (said: unknown): said is Said => typeof said === 'object' && said !== null && 'sha256_c_order' in said;

describe('a file of the corpus', () => {
  const arrays = manifest.filter(({ oracle, expect: outcome }) => outcome === 'reads' && isArray(oracle.numpy));
  const archives = manifest.filter(({ oracle, expect: outcome, file }) => outcome === 'reads' && file.endsWith('.npz') && !isArray(oracle.numpy));
  const numberless = manifest.filter(({ oracle, expect: outcome }) => outcome === 'either' && isArray(oracle.numpy) && !(oracle.numpy.dtype.slice(1) in CODES));
  const objects = manifest.filter(({ expect: outcome }) => outcome === 'typed-error');
  const idx = manifest.filter(({ file }) => file.startsWith('idx/'));

  it('is there in the numbers that the manifest had when this was written, or more', () => {
    expect(arrays.length).toBeGreaterThanOrEqual(60);
    expect(archives.length).toBeGreaterThanOrEqual(8);
    expect([numberless.length, objects.length, idx.length]).toEqual([3, 2, 4]);
  });

  it.each(arrays)('$file is the array that NumPy reads', async ({ file, oracle }) => {
    expectArray(await readNpy(join(corpus, file)), oracle.numpy as Said);
  });

  it.each(archives)('$file holds the arrays that NumPy reads', async ({ file, oracle }) => {
    const said = oracle.numpy as Record<string, Said>;
    expect([...await listNpz(join(corpus, file))].sort()).toEqual(Object.keys(said).sort());
    for (const [entry, array] of Object.entries(said)) expectArray(await readNpy(join(corpus, file), { entry }), array);
  });

  it.each(numberless)('$file is refused, because its elements are no numbers of an image', async ({ file }) => {
    expect(await failureOf(readNpy(join(corpus, file)))).toMatchObject({ code: 'UNSUPPORTED', file: join(corpus, file) });
  });

  it.each(objects)('$file is refused as a pickle', async ({ file }) => {
    const path = join(corpus, file);
    const entries = file.endsWith('.npz') ? await listNpz(path) : [undefined];
    for (const entry of entries) {
      const failure = await failureOf(readNpy(path, entry === undefined ? {} : { entry }));
      expect(failure.code).toBe('UNSUPPORTED');
      expect(failure.message).toMatch(/Python objects \(a pickle\), which are never read/);
    }
  });

  it.each(idx)('$file is the array that its header promises, or refused where the bytes are not there', async ({ file, oracle }) => {
    const header = oracle.header!;
    if (!header.consistent) {
      expect((await failureOf(readNpy(join(corpus, file)))).code).toMatch(/^(TRUNCATED|LIMIT)$/);
      return;
    }
    const array = await readNpy(join(corpus, file));
    expect({ shape: array.shape, length: array.data.length }).toEqual({ shape: header.dims, length: header.bytes - 4 - 4 * header.dims.length });
  });
});

describe('a damaged file of the corpus', () => {
  it.each(damage)('$file, $op at $at$bytes, is refused by a typed error', async ({ file, op, at = 0, bytes = '' }) => {
    const whole = readFileSync(join(corpus, file));
    const changed = Buffer.concat([op === 'cut' ? whole.subarray(0, at) : whole, Buffer.from(bytes, 'hex')]);
    if (op === 'flip') changed[at] = (changed[at] as number) ^ 1;
    const failure = await failureOf(readNpy(changed));
    expect(['TRUNCATED', 'CORRUPT', 'UNSUPPORTED', 'LIMIT']).toContain(failure.code);
  });
});
