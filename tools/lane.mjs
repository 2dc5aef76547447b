// node tools/lane.mjs fast|slow|corpus|oracle [JEST ARGUMENTS]
//
// A lane is the specs of all packages with one suffix (jest.config.mjs). The fast lane builds first, since some of its
// tests run the built command, and ends with the tests of tools/; arguments narrow it to what Jest is asked for.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { oraclePython } from './oracle-env.mjs';
import { fail, reportCounts, root, run, shared, sharedFolder } from './run.mjs';

const [lane, ...args] = process.argv.slice(2);
const environment = { ...process.env, IMGSTORE_LANE: lane, IMGSTORE_SHARED: shared };

if (!['fast', 'slow', 'corpus', 'oracle'].includes(lane)) fail(`unknown lane ${JSON.stringify(lane)}: fast, slow, corpus or oracle`);
if (lane === 'corpus') sharedFolder('corpus');
if (lane === 'oracle') environment.IMGSTORE_PYTHON = oraclePython();

/** Every skipped test has its reason at the end of its name, in parentheses; one without is a failure. Narrowed runs skip by name. */
function printSkipped({ testResults }) {
  if (args.length > 0) return;
  const titles = testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'pending').map(({ title }) => title);
  const reasons = new Map();
  for (const title of titles) {
    const reason = /\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(title)?.[1];
    if (reason === undefined) {
      console.error(`skipped without a reason: ${title}`);
      counts.failed++;
    } else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const [reason, count] of reasons) console.log(`skipped ${count}: ${reason}`);
}

if (!build()) process.exit(1);

const scratch = mkdtempSync(path.join(tmpdir(), 'imgstore-lane-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const counts = { passed: 0, failed: 0 };

const results = path.join(scratch, 'jest.json');
let status = run(process.execPath, ['node_modules/jest/bin/jest.js', '--json', '--outputFile', results, ...args], {
  env: environment, stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  const summary = JSON.parse(readFileSync(results, 'utf8'));
  counts.passed += summary.numPassedTests;
  // A suite that cannot be loaded has no tests of its own to fail.
  counts.failed += summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  printSkipped(summary);
} catch {
  counts.failed += 1;
}

if (lane === 'fast' && args.length === 0) {
  const tests = readdirSync(path.join(root, 'tools/test')).filter((name) => name.endsWith('.test.mjs')).map((name) => `tools/test/${name}`);
  const tap = path.join(scratch, 'tools.tap');
  const toolsStatus = run(process.execPath, [
    '--test', '--test-reporter=tap', `--test-reporter-destination=${tap}`, '--test-reporter=dot', '--test-reporter-destination=stdout', ...tests,
  ]);
  const text = readFileSync(tap, 'utf8');
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  if (toolsStatus !== 0) console.error(text.split('\n').filter((line) => /^\s*(not ok|error:|#)/.test(line)).join('\n'));
  counts.passed += count('pass');
  counts.failed += count('fail') + count('cancelled');
  status ||= toolsStatus;
  console.log(`tools: ${count('pass')} passed, ${count('fail')} failed`);
}

if (counts.passed + counts.failed === 0) {
  console.error(`the ${lane} lane ran no test`);
  status ||= 1;
}
reportCounts(`test-${lane}`, counts);
process.exitCode = status;
