import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOSS_KINDS } from '@imgstore/convert';
import { Interruption } from '../src/io.js';
import { LOSS_MEANINGS } from '../src/program.js';
import { pngOf } from './helpers/tfrecords.js';
import { run } from './helpers/run.js';
import type { World } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { toyAdapter, toyBuiltin, toyText } from './helpers/toy.js';
import type { ToyLine } from './helpers/toy.js';

const poor = toyAdapter('poor', { features: 'none', classes: false });
const { shards: _, ...fewOptions } = poor.options;
const builtins = [toyBuiltin(toyAdapter('toy')), toyBuiltin({ ...poor, options: fewOptions })];
const world: World = { builtins };

const PNG = Buffer.from(pngOf(0)).toString('hex');
/** Two samples with everything that a toy holds. */
const LINES: readonly ToyLine[] = [
  { key: 'a', label: 3, className: 'cup', image: PNG, features: { site: 'north' } },
  { key: 'b', label: 4, className: 'jug', image: PNG, features: { site: 'south' } },
];

let folder: string;
let source: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-'));
  source = file('in.toy', LINES);
});
afterEach(() => { rmSync(folder, { recursive: true }); });

function file(name: string, lines: readonly ToyLine[]): string {
  const path = join(folder, name);
  writeFileSync(path, toyText('toy', lines));
  return path;
}

function out(name: string): string {
  return join(folder, name);
}

describe('convert', () => {
  it('moves every sample and reports it', async () => {
    const { code, stdout, stderr } = await run(['convert', source, out('out.toy')], world);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(out('out.toy'), 'utf8')).toBe(toyText('toy', LINES));
    expect(stdout).toMatch(/^Done {5}2 samples in \d+\.\d s\nImages {3}copied 2, reshaped 0, decoded 0, encoded 0\nLost {5}nothing\n/);
    expect(stdout).toContain(`Wrote    ${out('out.toy')}  2 samples`);
  });

  it('plans without writing, with the counts of the report', async () => {
    const planned = await run(['convert', source, out('out.toy'), '--plan'], world);
    expect({ code: planned.code, stderr: planned.stderr, exists: existsSync(out('out.toy')) }).toEqual({ code: 0, stderr: '', exists: false });
    expect(planned.stdout).toContain('Images   copied 2, reshaped 0, decoded 0, encoded 0');
    expect(planned.stdout).toContain(`Writes   ${out('out.toy')}. Run it again without --plan to start.`);
    const plan = JSON.parse((await run(['convert', source, out('out.toy'), '--plan', '--json'], world)).stdout) as Record<string, unknown>;
    const report = JSON.parse((await run(['convert', source, out('out.toy'), '--json'], world)).stdout) as Record<string, unknown>;
    expectSchema('report', plan);
    expectSchema('report', report);
    const { summary, ...rest } = report;
    expect({ ...rest, plan: true }).toEqual(plan);
    expect(summary).toMatchObject({ samples: 2, files: [{ path: out('out.toy'), samples: 2 }] });
  });

  it('takes the target format from its name, and --to before that', async () => {
    expect((await run(['convert', source, out('x.POOR'), '--allow', 'feature,classes', '--quiet'], world)).code).toBe(0);
    expect(readFileSync(out('x.POOR'), 'utf8').startsWith('poor\n')).toBe(true);
    await run(['convert', source, out('y.poor'), '--to', 'toy'], world);
    expect(readFileSync(out('y.poor'), 'utf8').startsWith('toy\n')).toBe(true);
    expect(await run(['convert', source, '-', '--to', 'toy'], world))
      .toEqual({ code: 2, stdout: '', stderr: 'error[BAD_OPTION]: DST is a file or a folder; standard output cannot be one\n' });
    const unclear = await run(['convert', source, out('x.bin')], world);
    expect(unclear).toEqual({ code: 2, stdout: '', stderr: 'error[BAD_OPTION]: the name "x.bin" does not say the format of the target\n  say it with --to NAME: toy, poor\n' });
  });

  it('leaves samples out at both ends', async () => {
    const five = file('five.toy', ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key, features: {} })));
    await run(['convert', five, out('out.toy'), '--skip', '1', '--limit=3'], world);
    expect(readFileSync(out('out.toy'), 'utf8')).toBe(toyText('toy', ['b', 'c', 'd'].map((key) => ({ key, features: {} }))));
    const plan = await run(['convert', five, out('plan.toy'), '--limit', '2', '--plan'], world);
    expect(plan.stdout).toContain('the first 2 samples');
  });

  it('maps features to roles', async () => {
    await run(['convert', source, out('out.toy'), '--map', 'site=place'], world);
    expect(readFileSync(out('out.toy'), 'utf8')).toContain('"features":{"place":"north"}');
    const { code, stderr } = await run(['convert', source, out('o.toy'), '--map', 'site=@lable'], world);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[BAD_OPTION\]: .*@lable/);
  });

  it('plans shards by their names, where these are known', async () => {
    const db = join(__dirname, '../../../fixtures/caffe_lmdb');
    const planned = async (...more: readonly string[]): Promise<string | undefined> =>
      /^Writes .*$/m.exec((await run(['convert', db, out('train'), '--to', 'tfrecord', '--plan', ...more])).stdout)?.[0];
    const start = 'Run it again without --plan to start.';
    expect(await planned('--shards', '4')).toBe(`Writes   ${out('train-00000-of-00004.tfrecord')} to ${out('train-00003-of-00004.tfrecord')}. ${start}`);
    expect(await planned('--shards', '1')).toBe(`Writes   ${out('train-00000-of-00001.tfrecord')}. ${start}`);
    expect(await planned('--shards', '4', '--dst-opt', 'preset=default')).toBe(`Writes   4 shards of ${out('train')}. ${start}`);
    expect(await planned('--shard-size', '1MiB')).toBe(`Writes   shards of ${out('train')}, each at most 1MiB. ${start}`);
    expect(await planned()).toBe(`Writes   ${out('train')}. ${start}`);
    expect(await planned('--dst-opt', 'shards=4')).toBe(await planned('--shards', '4'));
    expect(await planned('--dst-opt', 'shardSize=1MiB')).toBe(await planned('--shard-size', '1MiB'));
  });

  it('writes no file of the name NAME@N where the format has shards: a flag says how many', async () => {
    for (const argv of [['out.toy@4'], ['out@12', '--to', 'toy'], ['out@12', '--to', 'toy', '--plan']]) {
      const [name = ''] = argv;
      const [stem, count] = name.split('@');
      expect(await run(['convert', source, out(name), '--to', 'toy', ...argv.slice(1)], world)).toMatchObject({
        code: 2, stderr: `error[BAD_OPTION]: ${out(name)}: NAME@N are shards to be read; how many are written, a flag says\n  "${out(stem ?? '')}" --shards ${count}\n`,
      });
    }
    expect(existsSync(out('out.toy@4'))).toBe(false);
    expect(await run(['convert', source, out('icon@2'), '--to', 'poor', '--allow', 'classes,feature,label,key,order'], world)).toMatchObject({ stderr: expect.not.stringContaining('NAME@N') as string });
  });

  it('gives --shards to the target that has shards', async () => {
    const given: unknown[] = [];
    const toy = toyAdapter('toy');
    const spy = { ...toy, store: (location: string, options?: object) => { given.push(options); return toy.store(location); } };
    await run(['convert', source, out('out.toy'), '--shards', '4', '--dst-opt', 'limit=1MiB'], { builtins: [toyBuiltin(spy)] });
    expect(given).toEqual([{ color: 'rgb', limit: 1_048_576 }, { shards: 4, limit: 1_048_576 }]);
    expect(await run(['convert', source, out('o.toy'), '--shards', '4', '--dst-opt=shards=2'], world))
      .toMatchObject({ code: 2, stderr: 'error[BAD_OPTION]: --shards and --dst-opt shards are the same; give one of them\n' });
    expect(await run(['convert', source, out('o.poor'), '--shards', '4'], world))
      .toMatchObject({ code: 2, stderr: 'error[BAD_OPTION]: --shards: poor writes one file or folder\n' });
  });

  it('prints nothing with --quiet', async () => {
    expect(await run(['convert', source, out('out.toy'), '-q'], world)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('knows every kind of loss that there is', () => {
    expect(LOSS_MEANINGS.map(({ kind }) => kind)).toEqual(LOSS_KINDS);
  });
});

describe('a loss that is not allowed', () => {
  it('is refused with the ledger and exit code 6', async () => {
    const { code, stdout, stderr } = await run(['convert', source, out('out.poor')], world);
    expect({ code, stdout, exists: existsSync(out('out.poor')) }).toEqual({ code: 6, stdout: '', exists: false });
    expect(stderr.replace(/ {2,}/g, '  ')).toBe([
      'error[LOSSY]: this conversion would lose data',
      '  classes  class names  2 of 2 samples  first "a"  refused',
      '  feature  site (bytes)  2 of 2 samples  first "a"  refused',
      '  to accept this: --allow classes,feature',
      '  nothing was written', '',
    ].join('\n'));
  });

  it('is refused as JSON with the ledger', async () => {
    const { code, stdout, stderr } = await run(['convert', source, out('out.poor'), '--json'], world);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    const document: unknown = JSON.parse(stderr);
    expectSchema('error', document);
    expect(document).toMatchObject({ error: { code: 'LOSSY', exitCode: 6, losses: [
      { kind: 'classes', count: 2, firstKey: 'a', allowed: false }, { kind: 'feature', count: 2, firstKey: 'a', allowed: false },
    ] } });
  });

  it('is in the plan, which exits as the run would', async () => {
    const { code, stdout, stderr } = await run(['convert', source, out('out.poor'), '--plan', '--allow', 'classes'], world);
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' });
    expect(stdout).toMatch(/^Lost {5}classes .* allowed\n {9}feature .* refused$/m);
    expect(stdout).toContain('Writes   nothing; to accept this: --allow feature\n');
    const json = await run(['convert', source, out('out.poor'), '--plan', '--json'], world);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 6, stderr: '' });
    expectSchema('report', JSON.parse(json.stdout));
  });

  it('passes when it is allowed, one by one or as a list, and is reported', async () => {
    const repeated = await run(['convert', source, out('a.poor'), '--allow', 'classes', '--allow=feature'], world);
    expect(repeated.code).toBe(0);
    expect(repeated.stdout).toMatch(/^Lost {5}classes .* 2 of 2 samples {2}first "a" {2}allowed$/m);
    expect((await run(['convert', source, out('b.poor'), '--allow', 'classes,feature'], world)).code).toBe(0);
  });
});

describe('exit codes', () => {
  it('5: a damaged sample, for the run and for the plan', async () => {
    const bad = file('bad.toy', [{ key: 'a' }, { key: 'b', isBad: true }]);
    for (const flags of [[], ['--plan']]) {
      const { code, stdout, stderr } = await run(['convert', bad, out('out.toy'), ...flags], world);
      expect({ code, stdout, exists: existsSync(out('out.toy')) }).toEqual({ code: 5, stdout: '', exists: false });
      expect(stderr).toBe(`error[CORRUPT]: ${bad}, record 1: a bad line\n  to leave bad samples out, and have them listed: --on-error skip\n`);
    }
  });

  it('3 and 4: a source that is not there, or not recognised', async () => {
    expect((await run(['convert', out('none'), out('out.toy')], world)).code).toBe(3);
    writeFileSync(out('other'), 'other');
    expect((await run(['convert', out('other'), out('out.toy')], world)).code).toBe(4);
  });

  it('7: an output that exists, unless --overwrite', async () => {
    writeFileSync(out('out.toy'), 'mine');
    const { code, stderr } = await run(['convert', source, out('out.toy')], world);
    expect(code).toBe(7);
    expect(stderr).toMatch(/^error\[EXISTS\]: /);
    expect(readFileSync(out('out.toy'), 'utf8')).toBe('mine');
    expect((await run(['convert', source, out('out.toy'), '--plan'], world)).stdout).toContain(`Writes   nothing: ${out('out.toy')} is there already; --overwrite replaces it.\n`);
    expect((await run(['convert', source, out('out.toy'), '--plan', '--overwrite'], world)).stdout).toContain('Run it again without --plan');
    expect((await run(['convert', source, out('out.toy'), '--overwrite'], world)).code).toBe(0);
    expect(readFileSync(out('out.toy'), 'utf8')).toBe(toyText('toy', LINES));
  });

  it('7: an output that cannot be written', async () => {
    const { code, stderr } = await run(['convert', source, join(folder, 'no', 'folder', 'out.toy')], world);
    expect(code).toBe(7);
    expect(stderr).toMatch(/^error\[IO\]: .*cannot write/);
  });

  it('2: source and destination are the same file, however they are written', async () => {
    symlinkSync(source, out('link.toy'));
    for (const same of [source, join(folder, '.', 'x', '..', 'in.toy'), out('link.toy')]) {
      const { code, stderr } = await run(['convert', source, same, '--overwrite'], world);
      expect({ same, code }).toEqual({ same, code: 2 });
      expect(stderr).toMatch(/^error\[BAD_OPTION\]: /);
    }
    expect(readFileSync(source, 'utf8')).toBe(toyText('toy', LINES));
  });

  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s: %i, and nothing is written', async (name, expected) => {
    const controller = new AbortController();
    const many = file('many.toy', Array.from({ length: 1000 }, (_, i) => ({ key: `k${i}` })));
    const running = run(['convert', many, out('out.toy')], { ...world, signal: controller.signal });
    setTimeout(() => { controller.abort(new Interruption(name)); }, 5);
    const { code, stdout, stderr } = await running;
    expect({ code, stdout, stderr, exists: existsSync(out('out.toy')) }).toEqual({ code: expected, stdout: '', stderr: `interrupted by ${name}\n`, exists: false });
  });
});

describe('standard output that fails', () => {
  it('is no error when nobody reads it any more: the conversion is done', async () => {
    expect(await run(['convert', source, out('out.toy')], { ...world, stdoutFails: 'EPIPE' })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(out('out.toy'))).toBe(true);
  });

  it.each([[['--json']], [[]]])('is exit code 7 when the answer cannot be written %j', async (flags) => {
    const { code, stderr } = await run(['convert', source, out('out.toy'), '--plan', ...flags], { ...world, stdoutFails: 'ENOSPC' });
    expect(code).toBe(7);
    expect(stderr).toContain('standard output: cannot write the answer: ENOSPC');
  });
});

describe('escape characters', () => {
  it.each([
    ['in a pipe', {}],
    ['on a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }],
  ])('are never written %s', async (_, around) => {
    const odd = file('odd.toy', [{ key: '\u001b[31mkey\u009b31m\u007f', className: '\u001b]0;x\u0007', label: 1, features: { '\u001b[2J': '\u001b[1m' } }]);
    const lines = [
      [], ['--help'], ['convert', '--help'], ['formats'], ['formats', 'toy'], ['inspect', odd], ['inspect', odd, '--json'], ['convert', odd, out('a.toy'), '--plan'],
      ['convert', odd, out('b.poor')], ['convert', odd, out('b.poor'), '--json'], ['convert', odd, out('b.poor'), '--plan'], ['convert', odd, out('c.toy')], ['inspect', '\u001b[31m'], ['\u001b[31m'], ['formats', '--\u001b[31m'],
      ['convert', odd, `${folder}/\u001b[31m.toy`], ['inspect', odd, '--src-opt', '\u001b=1'],
    ];
    for (const argv of lines) {
      const { stdout, stderr } = await run(argv, { ...world, ...around });
      expect({ argv, text: (stdout + stderr).match(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/) }).toEqual({ argv, text: null });
    }
  });
});
