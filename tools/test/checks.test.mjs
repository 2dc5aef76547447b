import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const checks = pathToFileURL(path.resolve(import.meta.dirname, '../checks.mjs')).href;

/** Runs a lane of checks in a process of its own: its status, what it said and what it reported. */
function lane(t, body) {
  const results = mkdtempSync(path.join(tmpdir(), 'imgstore-checks-'));
  t.after(() => rmSync(results, { recursive: true }));
  const text = `import { Checks, expect } from '${checks}'; const checks = new Checks('mine'); ${body} checks.finish();`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', text], { encoding: 'utf8', env: { ...process.env, IMGSTORE_RESULTS: results } });
  return { status, stdout, reported: JSON.parse(readFileSync(path.join(results, 'mine.json'), 'utf8')) };
}

test('a lane whose checks pass succeeds, and reports how many', (t) => {
  const { status, stdout, reported } = lane(t, `await checks.check('one', () => {}); await checks.check('two', async () => expect(true, 'no'));`);
  assert.equal(stdout, 'ok      one\nok      two\n2 checks passed, 0 failed\n');
  assert.deepEqual([status, reported], [0, { passed: 2, failed: 0 }]);
});

test('a check that throws or rejects fails the lane with its reason, and the next one is run', (t) => {
  const { status, stdout, reported } = lane(t, `
    await checks.check('one', () => expect(false, 'it is not so')); await checks.check('two', () => Promise.reject(new Error('late'))); await checks.check('three', () => {});`);
  assert.equal(stdout, 'FAILED  one\nit is not so\nFAILED  two\nlate\nok      three\n1 checks passed, 2 failed\n');
  assert.deepEqual([status, reported], [1, { passed: 1, failed: 2 }]);
});

test('a lane without a check fails', (t) => {
  assert.deepEqual(lane(t, ''), { status: 1, stdout: '0 checks passed, 0 failed\n', reported: { passed: 0, failed: 0 } });
});
