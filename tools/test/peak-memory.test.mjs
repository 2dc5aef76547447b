import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const report = new URL('../peak-memory.mjs?report', import.meta.url).href;
const peak = (program) => Number(/PEAK ([\d.]+)$/.exec(spawnSync(process.execPath, ['--import', report, '-e', program], { encoding: 'utf8' }).stderr)?.[1]);

test('a program is not measured with the process that started it', { skip: process.platform !== 'linux' && 'other systems have no mark of their own' }, () => {
  const large = Buffer.alloc(300 * 2 ** 20, 1);
  assert.ok(process.memoryUsage.rss() > large.length);
  assert.ok(peak('') < 150);
});

test('what a program let go of counts', () => {
  assert.ok(peak('Buffer.alloc(300 * 2 ** 20, 1); setTimeout(() => {}, 10)') > 300);
});
