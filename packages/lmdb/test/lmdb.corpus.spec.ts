import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lmdb } from '../src/index.js';
import { all, digestOf, failureOf, temporaryFolder } from './helpers/fixtures.js';
import { outcomeOf } from './helpers/outcome.js';

const CORPUS = join(process.env.IMGSTORE_SHARED ?? join(__dirname, '../../../../shared'), 'corpus');

interface Line {
  readonly file: string;
  readonly expect: string;
  readonly oracle: { readonly 'py-lmdb'?: { readonly entries?: number; readonly sha256?: string; readonly first_key?: string; readonly last_key?: string } };
}

interface Change {
  readonly file: string;
  readonly op: 'flip' | 'cut' | 'append';
  readonly at?: number;
  readonly bytes?: string;
  readonly expect: string;
}

const lines = <T>(name: string): readonly T[] => readFileSync(join(CORPUS, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
const databases = lines<Line>('MANIFEST.jsonl').filter(({ file }) => /^lmdb\/.*\/data\.mdb$/.test(file));
const readable = databases.filter(({ expect: outcome }) => outcome !== 'typed-error');
const changes = lines<Change>('damage.jsonl').filter(({ file }) => file.startsWith('lmdb/'));

describe('databases of public projects', () => {
  it('are there', () => {
    expect(databases.length).toBeGreaterThanOrEqual(6);
    expect(changes.length).toBeGreaterThanOrEqual(6);
  });

  it.each(readable)('$file gives the entries that py-lmdb reads', async ({ file, oracle }) => {
    const { entries, sha256, first_key: first, last_key: last } = oracle['py-lmdb'] ?? {};
    const path = join(CORPUS, file);
    expect(await digestOf(path)).toEqual({ entries, sha256 });
    const keys = await all(lmdb(path).keys());
    expect([keys[0], keys.at(-1)]).toEqual([first, last]);
  });

  it.each(readable.filter(({ expect: outcome }) => outcome === 'opens-not-datum'))('$file is told to hold no Datum, with its key', async ({ file, oracle }) => {
    const failure = await failureOf(all(lmdb(join(CORPUS, file)).read()));
    expect(failure).toMatchObject({ code: 'UNSUPPORTED', key: oracle['py-lmdb']?.first_key });
  });

  it('a database of a 32-bit machine in format 2 gives its entry, which is no Datum', async () => {
    const path = join(CORPUS, 'lmdb/heed-32bit-format2/data.mdb');
    expect(await all(lmdb(path).keys())).toEqual(['020 ']);
    expect(await failureOf(all(lmdb(path).read()))).toMatchObject({ code: 'CORRUPT', key: '020 ' });
  });
});

describe('the damage of the corpus', () => {
  const { file: write } = temporaryFolder();

  it.each(changes)('$file, $op at $at: $expect', async ({ file, op, at = 0, bytes = '', expect: outcome }) => {
    const content = readFileSync(join(CORPUS, file));
    if (op === 'flip') content.writeUInt8((content[at] ?? 0) ^ 1, at);
    const damaged = op === 'cut' ? content.subarray(0, at) : op === 'append' ? Buffer.concat([content, Buffer.from(bytes, 'hex')]) : content;
    const path = write('damaged.mdb', damaged);
    expect(outcome).toBe('typed-error');
    const got = await outcomeOf(() => digestOf(path));
    expect(got).toMatchObject({ error: { file: path, code: op === 'cut' ? 'TRUNCATED' : 'CORRUPT' } });
  });
});
