import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWritableStore, relayout } from '@imgstore/core';
import type { Adapter, Sample, WriteOptions } from '@imgstore/core';
import { interceptOperations } from '@imgstore/core/files';
import type { OperationName } from '@imgstore/core/files';
import { poison } from '../../convert/test/toys/poison.js';
import type { PoisonedStore } from '../../convert/test/toys/poison.js';
import { BUILTINS, loadAdapter } from '../src/builtins.js';
import type { Builtin } from '../src/builtins.js';
import { answerOf, run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';

const FIXTURES = join(__dirname, '../../../fixtures');
const DATABASE = join(FIXTURES, 'caffe_lmdb');

interface Expected {
  readonly samples: readonly { readonly key: string; readonly label: number; readonly shape: readonly number[]; readonly sha256: string }[];
}

const expected = (JSON.parse(readFileSync(join(FIXTURES, 'caffe_lmdb.expected.json'), 'utf8')) as Expected).samples
  .map(({ key, label, shape, sha256 }) => ({ key, label, shape, sha256 }));

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const out = (name: string): string => join(folder, name);

const convert = (...argv: readonly string[]): Promise<string> => answerOf(['convert', ...argv]);

/** What a store holds, in the form of the fixtures: pixels as RGB rows. */
async function contentOf(format: string, location: string): Promise<Expected['samples']> {
  const found: Expected['samples'][number][] = [];
  for await (const { key, label = -1, image } of (await adapterOf(format)).store(location).read()) {
    if (image?.kind !== 'tensor') throw new Error(`${key} has no raw image`);
    const rows = relayout(image, { layout: 'HWC', color: 'rgb' });
    found.push({ key, label, shape: rows.shape, sha256: createHash('sha256').update(rows.data).digest('hex') });
  }
  return found;
}

async function adapterOf(format: string): Promise<Adapter> {
  const builtin = BUILTINS.find((candidate) => candidate.format === format);
  if (!builtin) throw new Error(`no ${format}`);
  return loadAdapter(builtin);
}

/** Digests of a file, or of every file in a folder, by name. */
function digestsOf(path: string): Readonly<Record<string, string>> {
  const names = statSync(path).isDirectory() ? readdirSync(path) : [''];
  return Object.fromEntries(names.map((name) => [name, createHash('sha256').update(readFileSync(join(path, name))).digest('hex')]));
}

describe('a database of Caffe', () => {
  it('becomes TFRecords and comes back with every key, label and pixel', async () => {
    await convert('--from', 'lmdb', '--to', 'tfrecord', DATABASE, out('train.tfrecord'));
    expect(await contentOf('tfrecord', out('train.tfrecord'))).toEqual(expected);
    await convert(out('train.tfrecord'), out('back'), '--to', 'lmdb');
    expect(await contentOf('lmdb', out('back'))).toEqual(expected);
    await convert(out('back'), out('again.tfrecord'));
    expect(digestsOf(out('again.tfrecord'))).toEqual(digestsOf(out('train.tfrecord')));
  });

  it('is recognised, and its target by the end of the name', async () => {
    await convert(DATABASE, out('train.tfrecords'));
    await convert(out('train.tfrecords'), out('back.mdb'));
    expect(statSync(out('back.mdb')).isFile()).toBe(true);
    expect(await contentOf('lmdb', out('back.mdb'))).toEqual(expected);
  });

  it('becomes shards, which together hold it in its order', async () => {
    const report = await convert(DATABASE, out('train'), '-t', 'tfrecord', '--shards', '5');
    const names = readdirSync(folder).sort();
    expect(names).toEqual([0, 1, 2, 3, 4].map((index) => `train-0000${index}-of-00005.tfrecord`));
    for (const name of names) expect(report).toContain(name);
    expect(await contentOf('tfrecord', out('train-*.tfrecord'))).toEqual(expected);
    await convert(out('train@5'), out('back'), '-t', 'lmdb', '-f', 'tfrecord');
    expect(await contentOf('lmdb', out('back'))).toEqual(expected);
  });

  it('is not touched by being read', async () => {
    cpSync(DATABASE, out('db'), { recursive: true });
    const before = { digests: digestsOf(out('db')), time: statSync(join(out('db'), 'data.mdb')).mtimeMs };
    await convert(out('db'), out('train.tfrecord'));
    await run(['inspect', out('db')]);
    expect({ digests: digestsOf(out('db')), time: statSync(join(out('db'), 'data.mdb')).mtimeMs }).toEqual(before);
  });

  it.each([[['train.tfrecord']], [['train', '-t', 'tfrecord', '--shards', '3']], [['train.tfrecord', '--dst-opt', 'compression=gzip']],
    [['train.tfrecord', '--skip', '2', '--limit=7']], [['copy.mdb']], [['copy', '-t', 'lmdb', '--key', 'ordinal', '--allow', 'key']]])('is planned as it is converted: %j', async ([name = '', ...flags]) => {
    const plan = JSON.parse(await convert(DATABASE, out(name), ...flags, '--plan', '--json')) as Record<string, unknown>;
    expect(readdirSync(folder)).toEqual([]);
    const { summary, ...report } = JSON.parse(await convert(DATABASE, out(name), ...flags, '--json')) as Record<string, unknown>;
    expectSchema('report', plan);
    expectSchema('report', { ...report, summary });
    expect({ ...report, plan: true }).toEqual(plan);
    expect(report).toMatchObject({ decoded: 0, encoded: 0, skipped: 0 });
    expect(summary).toMatchObject({ samples: report['samples'] });
  });

  it('without its keys has them counted anew behind skipped samples, and says so', async () => {
    await convert(DATABASE, out('keyless.tfrecord'), '--key', 'ordinal', '--allow', 'key');
    const report = JSON.parse(await convert(out('keyless.tfrecord'), out('rest.tfrecord'), '--skip', '5', '--json')) as Record<string, unknown>;
    expect(report).toMatchObject({ losses: [], notes: expect.arrayContaining(['ordinal keys are counted anew']) });
    expect((await contentOf('tfrecord', out('rest.tfrecord'))).map(({ key, sha256 }) => [key, sha256]))
      .toEqual(expected.slice(5).map(({ sha256 }, i) => [`0000000${i}`, sha256]));
  });

  it('is described by inspect, and so is what it becomes', async () => {
    await convert(DATABASE, out('train.tfrecord'));
    for (const [format, location] of [['lmdb', DATABASE], ['tfrecord', out('train.tfrecord')]] as const) {
      const { code, stdout } = await run(['inspect', location, '--json', '--samples', '1']);
      const document: unknown = JSON.parse(stdout);
      expectSchema('inspect', document);
      expect({ code, document }).toMatchObject({ code: 0, document: {
        format, detected: { certain: true, others: [] }, scanned: expected.length, samples: [{ key: expected[0]?.key, label: expected[0]?.label }],
      } });
    }
  });
});

describe('a file operation that fails', () => {
  afterEach(() => { restore(); });
  let restore = (): void => undefined;

  /** From now on every such operation on a path that holds the text fails. */
  function fail(operation: OperationName, text: string, errno: string): void {
    restore = interceptOperations((name, path) => {
      if (name === operation && path.includes(text)) throw Object.assign(new Error(`${errno}: as the test wants it`), { code: errno });
    });
  }

  it.each([['tfrecord', 'a.tfrecord'], ['lmdb', 'a']])('on the side of the target is exit code 7, and nothing stays: %s', async (format, name) => {
    for (const [operation, errno] of [['open', 'EROFS'], ['write', 'ENOSPC'], ['fsync', 'EIO'], ['rename', 'EACCES'], ['link', 'EACCES']] as const) {
      fail(operation, folder, errno);
      const { code, stdout, stderr } = await run(['convert', DATABASE, out(name), '--to', format]);
      restore();
      // A target needs a rename or a link, not both.
      if (code === 0 && (operation === 'rename' || operation === 'link')) {
        rmSync(out(name), { recursive: true });
        continue;
      }
      expect({ operation, code, stdout }).toEqual({ operation, code: 7, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^error\\[IO\\]: ${folder}.*${errno}`));
      expect({ operation, left: readdirSync(folder) }).toEqual({ operation, left: [] });
    }
  });

  it.each([['lmdb', 'source'], ['tfrecord', 'source.tfrecord']])('on the side of the source is exit code 3: %s', async (format, name) => {
    await convert(DATABASE, out(name), '--to', format);
    for (const operation of ['open', 'read'] as const) {
      fail(operation, out(name), 'EIO');
      const { code, stderr } = await run(['convert', out(name), out('target'), '--from', format, '--to', 'lmdb']);
      restore();
      expect({ operation, code }).toEqual({ operation, code: 3 });
      expect(stderr).toMatch(/^error\[IO\]: .*source.*EIO/);
      expect(readdirSync(folder)).toEqual([name]);
    }
  });
});

describe('borrowed bytes', () => {
  const poisoned: PoisonedStore[] = [];

  /** The built-ins with all that is read of one format poisoned. */
  function withPoison(format: string): readonly Builtin[] {
    return BUILTINS.map((builtin) => builtin.format !== format ? builtin : {
      ...builtin,
      load: async () => {
        const adapter = await adapterOf(format);
        return { ...adapter, store: (location: string, options?: object) => {
          const own = adapter.store(location, options);
          const store = poison(own);
          poisoned.push(store);
          return isWritableStore(own) ? Object.assign(store, { accepts: own.accepts, write: own.write.bind(own) }) : store;
        } };
      },
    });
  }

  const ENCODED = join(FIXTURES, 'lmdb/encoded.mdb');
  const TFRECORDS = [['x.tfrecord'], ['x.tfrecord', '--dst-opt', 'compression=gzip'], ['x', '-t', 'tfrecord', '--shards', '3']];
  const DATABASES = [['x.mdb'], ['x', '-t', 'lmdb']];

  /** Digests of all files of a folder, also below it. */
  function digestsBelow(path: string): Readonly<Record<string, string>> {
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(path, name)).isFile());
    return Object.fromEntries(names.map((name) => [name, createHash('sha256').update(readFileSync(join(path, name))).digest('hex')]));
  }

  it('that are looked at after the next pull are found out', async () => {
    async function* late(samples: AsyncIterable<Sample>): AsyncGenerator<Sample> {
      let held: Sample | undefined;
      for await (const sample of samples) {
        if (held) yield held;
        held = sample;
      }
      if (held) yield held;
    }
    const builtins = withPoison('lmdb').map((builtin) => builtin.format !== 'tfrecord' ? builtin : {
      ...builtin,
      load: async () => {
        const adapter = await adapterOf('tfrecord');
        return { ...adapter, store: (location: string, options?: object) => {
          const own = adapter.store(location, options);
          if (!isWritableStore(own)) throw new Error('tfrecord is not written');
          return { ...poison(own), accepts: own.accepts, write: (samples: AsyncIterable<Sample>, how?: WriteOptions) => own.write(late(samples), how) };
        } };
      },
    });
    await convert(ENCODED, out('good.tfrecord'));
    expect(await run(['convert', ENCODED, out('bad.tfrecord')], { builtins })).toMatchObject({ code: 0 });
    expect(digestsOf(out('bad.tfrecord'))).not.toEqual(digestsOf(out('good.tfrecord')));
  });

  it.each([
    ['lmdb', 'images that are re-laid out', DATABASE, TFRECORDS, false], ['lmdb', 'encoded images', ENCODED, [...TFRECORDS, ...DATABASES], true],
    ['lmdb', 'images that stay as they are', DATABASE, DATABASES, true], ['tfrecord', 'images that are re-laid out', DATABASE, DATABASES, false],
    ['tfrecord', 'encoded images', ENCODED, [...TFRECORDS, ...DATABASES], true], ['tfrecord', 'images that stay as they are', DATABASE, TFRECORDS, true],
  ] as const)('from %s are never looked at after the next pull: %s', async (from, _, database, targets, isCopied) => {
    const source = from === 'lmdb' ? database : out('source.tfrecord');
    if (from === 'tfrecord') await convert(database, source);
    for (const [index, [name = '', ...flags]] of targets.entries()) {
      const [good, bad] = [out(`good-${index}`), out(`bad-${index}`)];
      for (const made of [good, bad]) mkdirSync(made);
      const { copied, reshaped, samples } = JSON.parse(await convert(source, join(good, name), ...flags, '--json')) as Record<string, unknown>;
      expect([copied, reshaped]).toEqual(isCopied ? [samples, 0] : [0, samples]);
      poisoned.length = 0;
      expect(await run(['convert', source, join(bad, name), ...flags], { builtins: withPoison(from) })).toMatchObject({ code: 0, stderr: '' });
      expect(poisoned.reduce((sum, store) => sum + store.borrowedReadings, 0)).toBe(1);
      expect(digestsBelow(bad)).toEqual(digestsBelow(good));
      expect(Object.keys(digestsBelow(good)).length).toBeGreaterThan(0);
    }
  });
});

describe('the manifests of the built-ins', () => {
  it.each(BUILTINS.map((builtin) => [builtin.format, builtin] as const))('agree with the adapter: %s', async (format, builtin) => {
    const manifest = builtin.manifest();
    const adapter = await loadAdapter(builtin);
    expect({ format: adapter.format, contract: adapter.contract }).toEqual({ format, contract: manifest.contract });
    expect(manifest).toMatchObject({ format, package: builtin.package, reads: true });
    expect('write' in adapter.store(`x${manifest.extensions[0]}`)).toBe(manifest.writes);
    expect('get' in adapter.store(`x${manifest.extensions[0]}`)).toBe(manifest.keyed ?? false);
  });

  it('and their options are shown as JSON of the schema', async () => {
    expectSchema('formats', JSON.parse((await run(['formats', '--json'])).stdout));
    for (const { format } of BUILTINS) expectSchema('format', JSON.parse((await run(['formats', format, '--json'])).stdout));
  });
});
