// npm run bench [-- SUITE ...] [-- --rounds 5] [-- --write]: see CONTRIBUTING.md. `limits` is memory and linearity, `profile` where the
// time goes, the other suites are speed. `--write` puts the tables into docs/benchmarks.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatLimits, runLimits } from './limits.mjs';
import { findPeers } from './peers.mjs';
import { formatProfiles } from './profile.mjs';
import { formatSuite, runSuite } from './runner.mjs';
import { makeSuites } from './suites.mjs';
import { makeWorkloads } from './workloads.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is a number from 1, not "${values.rounds}"`);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = process.env.IMGSTORE_BENCH ?? join(tmpdir(), 'imgstore-bench');
const peers = findPeers(process.env.IMGSTORE_SHARED ?? join(root, '../shared'), folder);
mkdirSync(join(folder, 'out'), { recursive: true });

function versions() {
  const of = (name) => JSON.parse(readFileSync(join(root, `packages/${name}/package.json`), 'utf8')).version;
  const python = peers.python ? execFileSync(peers.python, ['-c', [
    'import importlib.metadata as m',
    'names = ["tensorflow", "tensorflow-cpu", "lmdb", "numpy", "protobuf", "opencv-python-headless", "pillow", "tfrecord"]',
    'have = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in m.distributions()}',
    'print(", ".join(f"{n} {have[n]}" for n in names if n in have))'].join('\n')], { encoding: 'utf8' }).trim() : 'no Python peers';
  return `imgstore ${of('cli')}, Node ${process.versions.node}, ${python}`;
}

const parts = [[
  `Measured on ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}; ${versions()}.`,
  `Rows of a table ran interleaved in one run, ${rounds} rounds in a random order, one process a row; medians; "x limit" is the median of the ratios in each round, higher is better.`,
].join('\n')];
const isWanted = (word) => positionals.length === 0 || positionals.includes(word);
if (positionals.length !== 1 || positionals[0] !== 'limits') {
  const workloads = await makeWorkloads(folder, peers);
  const suites = makeSuites(workloads, peers, folder).filter((suite) => !positionals.length || positionals.some((word) => suite.id.includes(word)));
  for (const suite of suites) {
    const text = formatSuite(runSuite(suite, rounds));
    console.log(`${text}\n`);
    parts.push(text);
  }
  if (isWanted('profile')) {
    const text = formatProfiles(workloads, folder);
    console.log(`${text}\n`);
    parts.push(text);
  }
  parts.push(`Skipped peers:\n\n${peers.skipped.map((name) => `- ${name}`).join('\n')}`);
}
if (isWanted('limits')) {
  const text = formatLimits(await runLimits(folder));
  console.log(`${text}\n`);
  parts.push(text);
}
if (values.write) {
  const page = join(root, 'docs/benchmarks.md');
  const [head] = readFileSync(page, 'utf8').split('<!-- measured -->');
  writeFileSync(page, `${head}<!-- measured -->\n\n${parts.join('\n\n')}\n`);
}
console.log(`skipped peers: ${peers.skipped.join('; ')}`);
if (parts.some((text) => text.includes('FAILED'))) process.exitCode = 1;
