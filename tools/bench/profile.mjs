// Where the time of a conversion goes: one run each under V8's sampling profiler, its samples sorted by what they were for.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const work = fileURLToPath(new URL('./work.mjs', import.meta.url));

/** What is profiled: the suite's conversion. */
const cases = (w) => [
  { name: 'LMDB (JPEG) to TFRecord', args: ['convert-lmdb-tfrecord', w.w1.lmdb] },
  { name: 'TFRecord to LMDB, small', args: ['convert-tfrecord-lmdb', w.w2.tfrecord] },
  { name: 'NPY to TFRecord', args: ['convert-npy-tfrecord', w.arrays.folder] },
];

/** The first row that a frame, or the nearest package's frame above it, belongs to. */
const ROWS = [
  ['reading files', (frame, file) => frame === 'read' && file === undefined],
  ['giving bytes to the system (what is not done beside)', (frame, file) => /^write(Buffer|At)?$/.test(frame) && file === undefined],
  ['checksums', (frame) => /^crc32/.test(frame)],
  ['garbage collection', (frame) => frame === '(garbage collector)'],
  ['waiting for a write beside, or for the processor', (frame) => frame === '(idle)'],
  ['TFRecord: frames and Examples, copied and parsed', (_, file) => file === 'tfrecord'],
  ['LMDB: pages and Datums', (_, file) => file === 'lmdb'],
  ['NPY: headers and rows', (_, file) => file === 'npy'],
  ['convert: checks against what the target holds, and the ledger', (_, file) => file === 'convert'],
  ['core: headers of images, iteration, other file operations', (_, file) => file === 'core'],
];

/** The table as Markdown: per cent of the time after start-up. */
export function formatProfiles(workloads, folder) {
  const profiles = cases(workloads).map(({ name, args }) => ({ name, shares: profileOf([...args, join(folder, 'out', 'profiled')]) }));
  const lines = ['### Where the time goes', '', `| per cent of the main thread's time | ${profiles.map(({ name }) => name).join(' | ')} |`, `|---|${'---|'.repeat(profiles.length)}`];
  for (const [row] of [...ROWS, ['other']]) {
    const shares = profiles.map(({ shares: all }) => all.get(row) ?? 0);
    if (shares.some((share) => share >= 0.005)) lines.push(`| ${row} | ${shares.map((share) => Math.round(share * 100)).join(' | ')} |`);
  }
  return lines.join('\n');
}

function profileOf(args) {
  const scratch = mkdtempSync(join(tmpdir(), 'imgstore-profile-'));
  const output = args.at(-1);
  rmSync(output, { recursive: true, force: true });
  try {
    const child = spawnSync(process.execPath, ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', scratch, work, ...args], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`profile of ${args[0]}: ${child.stderr.trim().slice(-300)}`);
    return sharesOf(JSON.parse(readFileSync(join(scratch, readdirSync(scratch)[0]), 'utf8')));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(output, { recursive: true, force: true });
  }
}

/** The share of each row in what came after start-up: from the first sample in `convert()` on. */
export function sharesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const packageOf = (id) => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const found = /packages\/([a-z]+)\/(?:dist|src)\//.exec(byId.get(at).callFrame.url)?.[1];
      if (found !== undefined) return { name: found, isOwn: at === id };
    }
    return undefined;
  };
  const sums = new Map();
  let total = 0;
  let hasBegun = false;
  samples.forEach((id, index) => {
    const { functionName, url } = byId.get(id).callFrame;
    const owner = packageOf(id);
    hasBegun ||= owner?.name === 'convert' && functionName !== '';
    if (!hasBegun) return;
    const file = owner === undefined || (url === '' && /^(?:read|writeBuffer|writeAt|write)$/.test(functionName)) ? undefined : owner.name;
    const [row] = ROWS.find(([, isOf]) => isOf(functionName, file)) ?? ['other'];
    sums.set(row, (sums.get(row) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  return new Map([...sums].map(([row, sum]) => [row, sum / total]));
}
