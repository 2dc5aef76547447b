import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const RUNNERS = join(__dirname, 'runners');
const README = readFileSync(join(__dirname, '../README.md'), 'utf8');

/** The loop of a file: from `for` to the end. */
function loopOf(path: string): string {
  const text = readFileSync(path, 'utf8');
  return text.slice(text.indexOf('for (const'));
}

// Both import the build, as a stranger does; the fast lane makes it before.
describe('the lines of the README', () => {
  it('run under node:test, and skip with the reason', () => {
    const file = join(RUNNERS, 'node-test.mjs');
    expect(README).toContain(loopOf(file));
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], { cwd: ROOT, encoding: 'utf8', env });
    expect(stdout).toContain('ok 3 - declarations: accepts is data that agrees with itself, and is the same for every store');
    expect(stdout).toContain('# SKIP the store has no random access: get and keys are not there');
    expect(stdout).toMatch(/^# pass 7$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(status).toBe(0);
  }, 120_000);

  it('run under Vitest, and skip with the reason', () => {
    expect(README).toContain(loopOf(join(RUNNERS, 'vitest.test.mjs')));
    const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', RUNNERS, '--cache=false', '--reporter=json'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, VITEST: undefined, JEST_WORKER_ID: undefined } });
    expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 7, numFailedTests: 0, numPendingTests: 3, success: true });
    expect(stdout).toContain('(the store has no random access: get and keys are not there)');
    expect(status).toBe(0);
  }, 120_000);

  it('are the same for Jest, whose run of the kit is the one of this repository', () => {
    const loop = loopOf(join(RUNNERS, 'vitest.test.mjs'));
    expect(README.split(loop)).toHaveLength(2);
    expect(README).toContain("import { it } from 'vitest'; // not for Jest");
  });
});
