import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@imgstore/core';
import { tfrecord } from '@imgstore/tfrecord';
import { all } from '../../../tools/jest/helpers.js';
import { run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { fileOf, pngOf, sampleOf } from './helpers/tfrecords.js';

let folder: string;
let source: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-'));
  source = await fileOf(out('in.tfrecord'), Array.from({ length: 30 }, (_, i) => sampleOf(`k${String(i).padStart(2, '0')}`, { label: i })));
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const out = (name: string): string => join(folder, name);

/** Spoils the data of those records: their checksums are not right any more. */
async function spoil(path: string, ...records: readonly number[]): Promise<readonly number[]> {
  const bytes = readFileSync(path);
  const offsets: number[] = [];
  for await (const { origin } of tfrecord(path).read()) offsets.push(origin?.offset ?? -1);
  for (const record of records) {
    const at = (offsets[record] ?? -1) + 20;
    bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  }
  writeFileSync(path, bytes);
  return records.map((record) => offsets[record] ?? -1);
}

async function keysOf(location: string): Promise<string[]> {
  return (await all(tfrecord(location).read())).map(({ key }) => key);
}

describe('a damaged record', () => {
  it('names the flag that leaves it out, unless it was given', async () => {
    await spoil(source, 7);
    const remedy = 'to leave bad samples out, and have them listed: --on-error skip';
    expect((await run(['convert', source, out('a.tfrecord')])).stderr).toContain(`\n  ${remedy}\n`);
    expect((await run(['convert', source, out('a.tfrecord'), '--on-error', 'fail'])).stderr).not.toContain(remedy);
    expect((await run(['convert', out('nothing.tfrecord'), out('a.tfrecord')])).stderr).not.toContain(remedy);
  });

  it('ends the run, and says where it is', async () => {
    const [offset] = await spoil(source, 7);
    for (const flags of [[], ['--on-error', 'fail'], ['--plan']]) {
      const { code, stdout, stderr } = await run(['convert', source, out('out.tfrecord'), ...flags]);
      expect({ code, stdout, names: readdirSync(folder) }).toEqual({ code: 5, stdout: '', names: ['in.tfrecord'] });
      expect(stderr.startsWith(`error[CORRUPT]: ${source}, record 7 at byte ${offset}: data checksum `)).toBe(true);
    }
  });

  it('is left out with --on-error skip, counted and listed, and its neighbours arrive', async () => {
    const [offset] = await spoil(source, 7, 8);
    const { code, stdout, stderr } = await run(['convert', source, out('out.tfrecord'), '--on-error', 'skip']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Done {5}28 samples in /);
    expect(stdout).toMatch(new RegExp(`^Skipped  2 bad samples\\n {9}CORRUPT: ${source}, record 7 at byte ${offset}: data checksum .*\\n {9}CORRUPT: .*record 8 at byte`, 'm'));
    const keys = await keysOf(out('out.tfrecord'));
    expect(keys).toHaveLength(28);
    expect(keys.slice(5, 9)).toEqual(['k05', 'k06', 'k09', 'k10']);
  });

  it.each([
    [['out.tfrecord']], [['out', '-t', 'tfrecord', '--shards', '4']], [['out.mdb']], [['out.tfrecord', '--skip', '5', '--limit', '10']],
  ])('is in the plan as in the report: %j', async ([name = '', ...flags]) => {
    await spoil(source, 0, 9, 29);
    const argv = ['convert', source, out(name), ...flags, '--on-error', 'skip', '--json'];
    const plan = JSON.parse((await run([...argv, '--plan'])).stdout) as Record<string, unknown>;
    const { summary, ...report } = JSON.parse((await run(argv)).stdout) as Record<string, unknown>;
    expectSchema('report', { ...report, summary });
    expect(plan).toEqual({ ...report, plan: true });
    expect(report['skipped']).toBe((report['skips'] as unknown[]).length);
    expect(report['skipped']).toBeGreaterThan(0);
    expect(report['skips']).toContainEqual(expect.objectContaining({ code: 'CORRUPT', file: source, record: 9, offset: expect.any(Number) }));
    expect(summary).toMatchObject({ samples: report['samples'] });
  });

  it('leaves shards cut where the good samples say', async () => {
    await spoil(source, 3, 4);
    expect((await run(['convert', source, out('out'), '-t', 'tfrecord', '--shards', '4', '--on-error=skip'])).code).toBe(0);
    const counts = await Promise.all([0, 1, 2, 3].map(async (i) => (await keysOf(out(`out-0000${i}-of-00004.tfrecord`))).length));
    expect(counts).toEqual([7, 7, 7, 7]);
  });

  it('lists the first 20 in the text', async () => {
    await spoil(source, ...Array.from({ length: 25 }, (_, i) => i));
    const { stdout } = await run(['convert', source, out('out.tfrecord'), '--on-error', 'skip', '--plan']);
    expect(stdout).toContain('Skipped  25 bad samples\n');
    expect(stdout.match(/CORRUPT: /g)).toHaveLength(20);
    expect(stdout).toContain('         and 5 more (--json lists the first 1,000)\n');
  });
});

describe('a bad Datum', () => {
  it('is left out of a database that is split into shards, although the database counts it', async () => {
    const bad: Sample = { ...sampleOf('k15', {}), image: { kind: 'encoded', format: 'png', bytes: pngOf(15) } };
    const samples = Array.from({ length: 30 }, (_, i) => (i === 15 ? bad : sampleOf(`k${String(i).padStart(2, '0')}`, { label: i })));
    const path = await fileOf(out('good.tfrecord'), samples);
    expect((await run(['convert', path, out('db.mdb'), '--key', 'keep'])).code).toBe(0);
    const bytes = readFileSync(out('db.mdb'));
    // The image of that Datum is no image any more.
    bytes.fill(0, bytes.indexOf(pngOf(15)), bytes.indexOf(pngOf(15)) + 8);
    writeFileSync(out('db.mdb'), bytes);
    const argv = ['convert', out('db.mdb'), out('out'), '-t', 'tfrecord', '--shards', '2', '--json'];
    expect(await run(argv)).toMatchObject({ code: 5, stdout: '' });
    const { code, stdout } = await run([...argv, '--on-error', 'skip']);
    expect({ code, report: JSON.parse(stdout) as unknown }).toMatchObject({ code: 0, report: { samples: 29, skipped: 1, skips: [{ code: 'CORRUPT', key: 'k15', record: 15 }] } });
    expect(await keysOf(out('out@2'))).not.toContain('k15');
  });
});

describe('--on-error', () => {
  it('leaves out an image that is cut, as a bad sample, whether it is decoded or copied', async () => {
    const good = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');
    const cut = good.subarray(0, 45);
    const images = await fileOf(out('images.tfrecord'), [good, cut, good].map((bytes, label) => sampleOf(`k${label}`, { label, image: { kind: 'encoded', format: 'png', bytes: Uint8Array.from(bytes) } })));
    const argv = ['convert', images, out('x.npy'), '--allow', 'key,label'];
    expect((await run(argv)).code).toBe(5);
    const { code, stdout } = await run([...argv, '--on-error', 'skip']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/k1/) });
    expect((await run(['inspect', out('x.npy')])).stdout).toContain('2 samples');
    const copy = ['convert', images, out('copy.tfrecord')];
    for (const more of [[], ['--plan']]) {
      expect(await run([...copy, ...more])).toMatchObject({ code: 5, stderr: expect.stringMatching(/^error\[TRUNCATED\]: .*images\.tfrecord, record 1 .*\(key "k1"\): the image is cut: .*\(byte \d+ of the image\)$/m) });
    }
    expect((await run([...copy, '--on-error', 'skip'])).code).toBe(0);
    expect(await keysOf(out('copy.tfrecord'))).toEqual(['k0', 'k2']);
  });

  it('takes fail and skip', async () => {
    expect(await run(['convert', source, out('o.tfrecord'), '--on-error', 'skp']))
      .toEqual({ code: 2, stdout: '', stderr: 'error[BAD_OPTION]: --on-error: unknown value "skp"\n  did you mean "skip"?\n' });
  });
});
