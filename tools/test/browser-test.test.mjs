// The lane of the browser, where there is none.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs the lane with these variables, and no other way to a browser. */
function lane(variables) {
  const { CI, IMGSTORE_CHROMIUM, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'tools/browser-test.mjs')], {
    encoding: 'utf8', env: { ...environment, PATH: '', ...variables },
  });
  return { status, output: stdout + stderr };
}

test('fails in CI without a Chromium, and says what to do', () => {
  assert.deepEqual(lane({ CI: 'true' }), { status: 1, output: 'no Chromium was found: install chromium, or set IMGSTORE_CHROMIUM to one\n' });
});

test('is skipped elsewhere, with the reason', () => {
  assert.deepEqual(lane({}), { status: 0, output: 'skipped: no Chromium was found (install chromium, or set IMGSTORE_CHROMIUM to one)\n' });
});

test('takes no other Chromium than the one that was named', () => {
  assert.equal(lane({ CI: 'true', IMGSTORE_CHROMIUM: '/no/such/chromium', PATH: process.env.PATH }).status, 1);
});
