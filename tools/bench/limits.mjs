// Memory and time as promised numbers: each conversion in a process of its own, whose peak memory is read at its end.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npyCases, runNpyCase } from './limits-npy.mjs';

const worker = fileURLToPath(new URL('./limits-work.mjs', import.meta.url));

/** Name, operation, samples, and the bound on peak memory in MiB. */
const cases = (folder) => {
  const at = (name) => join(folder, 'limits-data', name);
  const both = (kind, counts) => counts.flatMap((count) => [
    { name: `write ${count.toLocaleString('en')} ${kind} to LMDB`, args: ['make', kind, count, at(`${kind}-${count}.lmdb`)], samples: count, prepare: true },
    { name: `LMDB to TFRecord, ${count.toLocaleString('en')} ${kind}`, args: ['lmdb-tfrecord', at(`${kind}-${count}.lmdb`), at('out.tfrecord')], samples: count, limit: 256, output: at('out.tfrecord') },
    { name: `write ${count.toLocaleString('en')} ${kind} to TFRecord, keys in random order`, args: ['make-random', kind, count, at(`${kind}-${count}.tfrecord`)], samples: count, prepare: true },
    { name: `TFRecord to LMDB, keys in random order, ${count.toLocaleString('en')} ${kind}`, args: ['tfrecord-lmdb', at(`${kind}-${count}.tfrecord`), at('out.lmdb')], samples: count, limit: 256, output: at('out.lmdb') },
  ]);
  return [...both('raw-28x28', [100_000, 1_000_000]), ...both('jpeg', [20_000])];
};

/** Runs every case once. Inputs are kept for the next run. */
export async function runLimits(folder) {
  const results = [];
  mkdirSync(join(folder, 'limits-data'), { recursive: true });
  for (const row of cases(folder)) {
    if (row.output) rmSync(row.output, { recursive: true, force: true });
    if (row.prepare && existsSync(row.args[3])) continue;
    const child = spawnSync(process.execPath, [worker, ...row.args.map(String)], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`${row.name}: ${child.stderr.trim().slice(-500)}`);
    if (row.output) rmSync(row.output, { recursive: true, force: true });
    if (!row.prepare) results.push({ ...row, ...JSON.parse(child.stdout) });
  }
  const arrays = [];
  for (const row of npyCases(folder)) {
    if (row.output) rmSync(row.output, { force: true });
    arrays.push(runNpyCase(row));
    if (row.output) rmSync(row.output, { force: true });
  }
  return { conversions: results, arrays };
}

/** The tables as Markdown, with the linearity of time behind it. */
export function formatLimits({ conversions, arrays }) {
  const lines = ['### Limits: peak memory of a conversion', '', '| conversion | s | us a sample | peak RSS MiB | bound | |', '|---|---|---|---|---|---|'];
  for (const row of conversions) {
    const held = row.rss <= row.limit && row.written === row.samples;
    lines.push(`| ${row.name} | ${row.time.toFixed(1)} | ${(row.time / row.samples * 1e6).toFixed(1)} | ${Math.round(row.rss)} | ${row.limit} | ${held ? 'holds' : `FAILED (${row.written} written)`} |`);
  }
  lines.push('', '### Limits: arrays that are large, or say so (whole commands)', '', '| command | s | peak RSS MiB | bound | |', '|---|---|---|---|---|');
  for (const { name, time, rss, limit, failure } of arrays) lines.push(`| ${name} | ${time.toFixed(1)} | ${Math.round(rss)} | ${limit} | ${failure === '' ? 'holds' : `FAILED (${failure.replaceAll('|', '/')})`} |`);
  return lines.join('\n');
}
