import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LIMITS } from '@imgstore/core';
import { run } from './helpers/run.js';
import { fileOf, pngOf, sampleOf } from './helpers/tfrecords.js';
import { toyAdapter, toyBuiltin, toyText } from './helpers/toy.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const out = (name: string): string => join(folder, name);

describe('--max', () => {
  it('is what the error of a limit tells to type, and lets the record pass', async () => {
    const source = await fileOf(out('in.tfrecord'), [sampleOf('a', { image: { kind: 'encoded', format: 'png', bytes: pngOf(0, 5000) } })]);
    for (const argv of [['inspect', source], ['convert', source, out('out.tfrecord')], ['convert', source, out('out.tfrecord'), '--plan']]) {
      const { code, stderr } = await run([...argv, '--max', 'record=4KiB']);
      expect({ argv, code }).toEqual({ argv, code: 5 });
      expect(stderr).toMatch(/^error\[LIMIT\]: .*in\.tfrecord, record 0 at byte 0: a record of \d+ bytes is announced, the limit is 4096\n {2}if you trust it: --max record=6KiB \(in a program: limits\.record\)\n$/);
      expect((await run([...argv, '--max', 'record=6KiB', '--max', 'ratio=5'])).code).toBe(0);
    }
  });

  it('bounds how much a compressed file may give', async () => {
    const image = Uint8Array.from([...pngOf(0), ...new Uint8Array(3_000_000)]);
    const plain = await fileOf(out('in.tfrecord'), [sampleOf('a', { image: { kind: 'encoded', format: 'png', bytes: image } })]);
    writeFileSync(out('in.tfrecord.gz'), gzipSync(readFileSync(plain)));
    const refused = await run(['inspect', out('in.tfrecord.gz'), '--max', 'ratio=10']);
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('--max ratio=2000') });
    expect((await run(['inspect', out('in.tfrecord.gz'), '--max', 'ratio=2000'])).code).toBe(0);
  });

  it('reaches the adapters of source and target, which need not declare it', async () => {
    const given: unknown[] = [];
    const toy = toyAdapter('toy');
    const spy = { ...toy, store: (location: string, options?: object) => { given.push(options); return toy.store(location); } };
    writeFileSync(out('in.toy'), toyText('toy', [{ key: 'a' }]));
    await run(['convert', out('in.toy'), out('out.toy'), '--max=record=2GiB'], { builtins: [toyBuiltin(spy)] });
    expect(given).toEqual([expect.objectContaining({ limits: { record: 2 ** 31 } }), expect.objectContaining({ limits: { record: 2 ** 31 } })]);
  });

  it.each([
    ['recrod=1', '--max: unknown limit "recrod"\n  known: record, ratio, image, decode\n'],
    ['record', '--max: limits are written as record=2GiB,ratio=5000, not as "record"\n'],
    ['decode=5000', '--max: limits.decode is 5000, expected a whole number from 1 to 3600\n'],
    ['ratio=0', '--max: limits.ratio is 0, expected a whole number from 1 to 2^53-1\n'],
  ])('is checked before anything is read: %s', async (list, message) => {
    expect(await run(['inspect', out('none'), '--max', list])).toEqual({ code: 2, stdout: '', stderr: `error[BAD_OPTION]: ${message}` });
  });

  it('is listed with its defaults in the help of every command that reads', async () => {
    for (const command of ['convert', 'inspect', 'extract']) {
      const { stdout } = await run([command, '--help']);
      for (const name of Object.keys(LIMITS)) expect(stdout).toMatch(new RegExp(`^ {2}${name} +.* \\(default [\\d.,]+( GiB)?\\)$`, 'm'));
    }
  });
});
