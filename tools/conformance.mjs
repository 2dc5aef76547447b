// npm run conformance [-- ADAPTER ... | zoo]: runs the conformance kit over every adapter with all its option sets, and the kit's zoo of broken
// stores, and prints both as Markdown tables: cases passed, time, and what was skipped with the reasons that the kit derived.
//
// The cases are those of the specs `conformance.slow.spec.ts` and `zoo(.slow).spec.ts`; this only counts them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './run.mjs';

const GROUPS = [
  'declarations', 'detect', 'empty store', 'round trip', 'inputs', 'reading', 'abort', 'failing source', 'existing target', 'outside accepts', 'borrowing', 'describe',
  'index', 'split', 'parts', 'operations', 'truncation', 'bad samples', 'flips', 'memory',
];
const GROUP = new RegExp(`(?:^|: )(?:${GROUPS.join('|')}): `);

/** The options that a case ran with: what the kit puts before the group. */
export function optionsOf(title) {
  const { index } = GROUP.exec(title) ?? { index: 0 };
  return index === 0 ? 'no options' : title.slice(0, index);
}

/** The reason at the end of a skipped case's title. */
export function reasonOf(title) {
  return /\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(title)?.[1] ?? 'no reason';
}

/** The rows of one adapter, and how often each reason stood in the way. */
export function tally(results) {
  const rows = new Map();
  const reasons = new Map();
  for (const { title, status, duration } of results) {
    const options = optionsOf(title);
    const row = rows.get(options) ?? { options, passed: 0, failed: 0, skipped: 0, time: 0 };
    rows.set(options, row);
    if (status === 'pending') {
      row.skipped++;
      reasons.set(reasonOf(title), (reasons.get(reasonOf(title)) ?? 0) + 1);
    } else row[status === 'passed' ? 'passed' : 'failed']++;
    row.time += (duration ?? 0) / 1000;
  }
  return { rows: [...rows.values()], reasons };
}

/** The tests of these specs, by package. */
function runSpecs(lane, pattern, packages) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'imgstore-conformance-'));
  try {
    const file = path.join(scratch, 'jest.json');
    run(process.execPath, ['node_modules/jest/bin/jest.js', '--json', '--outputFile', file, '--testPathPatterns', pattern], {
      env: { ...process.env, IMGSTORE_LANE: lane }, stdio: ['ignore', 'ignore', 'inherit'],
    });
    return JSON.parse(readFileSync(file, 'utf8')).testResults.map(({ name, assertionResults }) => ({ adapter: path.relative(path.join(root, 'packages'), name).split(path.sep)[0], assertionResults }))
      .filter(({ adapter }) => packages.length === 0 || packages.includes(adapter));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function printKit(wanted) {
  const pattern = `packages/${wanted.length > 0 ? `(${wanted.join('|')})` : '[^/]+'}/test/(conformance|healthy).slow.spec`;
  const results = runSpecs('slow', pattern, wanted).sort((a, b) => (a.adapter < b.adapter ? -1 : 1));
  let failed = 0;
  console.log('| adapter | options | passed | failed | skipped | s |\n|---|---|---|---|---|---|');
  const skips = [];
  for (const { adapter, assertionResults } of results) {
    const { rows, reasons } = tally(assertionResults);
    for (const row of rows) console.log(`| ${adapter} | ${row.options} | ${row.passed} | ${row.failed} | ${row.skipped} | ${row.time.toFixed(1)} |`);
    const sum = (member) => rows.reduce((total, row) => total + row[member], 0);
    console.log(`| **${adapter}** | ${rows.length} sets | ${sum('passed')} | ${sum('failed')} | ${sum('skipped')} | ${sum('time').toFixed(0)} |`);
    failed += sum('failed');
    skips.push(...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `| ${adapter} | ${count} | ${reason} |`));
  }
  console.log(`\nSkipped, each for a reason that the kit took from the store:\n\n| adapter | cases | reason |\n|---|---|---|\n${skips.join('\n')}`);
  return failed + (results.length === 0 ? 1 : 0);
}

function printZoo() {
  const results = [...runSpecs('fast', 'testkit/test/zoo.spec', []), ...runSpecs('slow', 'testkit/test/zoo.slow.spec', [])].flatMap(({ assertionResults }) => assertionResults);
  console.log('\n| the broken store | is caught by the case | |\n|---|---|---|');
  for (const { title, status } of results) {
    const [, fault = title, caught = ''] = /^(.*): is caught by "(.*)"$/.exec(title) ?? [];
    console.log(`| ${fault} | ${caught} | ${status === 'passed' ? 'caught' : status} |`);
  }
  return results.filter(({ status }) => status !== 'passed').length + (results.length === 0 ? 1 : 0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wanted = process.argv.slice(2);
  const adapters = wanted.filter((word) => word !== 'zoo');
  const hasKit = wanted.length === 0 || adapters.length > 0;
  const failed = (hasKit ? printKit(adapters) : 0) + (wanted.length > adapters.length || wanted.length === 0 ? printZoo() : 0);
  if (failed > 0) process.exitCode = 1;
}
