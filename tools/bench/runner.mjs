// Runs the rows of a suite interleaved, in a new seeded order each round, one process a row, and gives medians and ratios.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** A small seeded generator (xorshift32): the order of rows is the same in each run of the bench. */
function shuffled(rows, seed) {
  const order = [...rows];
  let state = seed * 2654435761 | 1;
  for (let i = order.length - 1; i > 0; i--) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    const j = (state >>> 0) % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * One run. `T=` is the row's own time over the work, without start-up and imports; a row that prints none is timed from
 * outside. `ROW name T=…` lines are rows of their own, for an interpreter that is slow to start.
 */
function run(row) {
  if (row.output) rmSync(row.output, { recursive: true, force: true });
  const start = performance.now();
  const child = spawnSync(row.command[0], row.command.slice(1), { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, ...row.env } });
  const wall = (performance.now() - start) / 1000;
  if (row.output) rmSync(row.output, { recursive: true, force: true });
  if (child.status !== 0) {
    throw new Error(`${row.name} failed (${child.status ?? child.signal ?? child.error?.code}): ${(child.stderr || child.stdout || '').trim().slice(-300)}`);
  }
  const field = (name) => Number(new RegExp(`^${name}=([0-9.e-]+)`, 'm').exec(child.stdout)?.[1]);
  const parts = [...child.stdout.matchAll(/^ROW (\S+) T=([0-9.e-]+)/gm)];
  if (parts.length) return parts.map(([, name, time]) => ({ name: `${row.name} ${name}`, time: Number(time), wall }));
  return [{ name: row.name, time: field('T') || wall, wall, rss: field('RSS') || undefined, count: field('n') || undefined }];
}

/** Runs a suite and returns its table: rows in the order given, each with the median and the median of its per-round ratios to the limit. */
export function runSuite(suite, rounds) {
  const results = new Map(); // name -> one measure a round, undefined where it failed
  const failures = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const row of shuffled(suite.rows, round + 1)) {
      try {
        for (const measure of run(row)) {
          const all = results.get(measure.name) ?? [];
          all[round] = measure;
          results.set(measure.name, all);
        }
      } catch (error) {
        failures.set(row.name, error.message);
      }
    }
  }
  const limit = results.get(suite.limit);
  const names = suite.rows.flatMap((row) => [...results.keys()].filter((name) => name === row.name || (name.startsWith(`${row.name} `) && !suite.rows.some((other) => other.name === name))));
  return {
    ...suite,
    failures,
    rows: [...new Set(names)].filter((name) => !failures.has(name)).map((name) => {
      const measures = results.get(name).filter(Boolean);
      const counts = new Set(measures.map((m) => m.count).filter(Boolean));
      if (suite.samples && [...counts].some((count) => count !== suite.samples)) failures.set(name, `${[...counts]} samples, not ${suite.samples}`);
      return {
        name,
        time: median(measures.map((m) => m.time)),
        best: Math.min(...measures.map((m) => m.time)),
        ratio: limit ? median(measures.map((m, i) => (limit[i]?.time ?? NaN) / m.time)) : undefined,
        rss: measures.some((m) => m.rss) ? Math.max(...measures.map((m) => m.rss ?? 0)) : undefined,
      };
    }),
  };
}

/** The table as Markdown. */
export function formatSuite({ title, limit, bytes, samples, rows, failures, skipped = [] }) {
  const lines = [`### ${title}`, '', `| row | median s (best) | ${bytes ? 'MB/s | ' : ''}${samples ? 'samples/s | ' : ''}x ${limit} | peak RSS MiB |`];
  lines.push(`|---|---|${bytes ? '---|' : ''}${samples ? '---|' : ''}---|---|`);
  for (const row of rows) {
    lines.push(`| ${row.name} | ${row.time.toFixed(3)} (${row.best.toFixed(3)}) | ${bytes ? `${Math.round(bytes / 1e6 / row.time)} | ` : ''}${
      samples ? `${Math.round(samples / row.time)} | ` : ''}${row.ratio === undefined || Number.isNaN(row.ratio) ? '' : row.ratio.toFixed(3)} | ${row.rss ? Math.round(row.rss) : ''} |`);
  }
  for (const [name, why] of failures) lines.push(`| ${name} | FAILED: ${why.replaceAll('|', '/').replaceAll('\n', ' ')} |`);
  for (const name of skipped) lines.push('', `Skipped: ${name}`);
  return lines.join('\n');
}
