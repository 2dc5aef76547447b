// The page and the script are the same commands. tools/pack-test.mjs runs the script.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { codeBlocks } from '../markdown.mjs';

const guide = path.resolve(import.meta.dirname, '../../docs/adapters/guide.sh');
const script = readFileSync(guide, 'utf8');

test('guide.sh runs the commands of write-one.md, in their order', () => {
  const page = readFileSync(path.join(path.dirname(guide), 'write-one.md'), 'utf8');
  const shown = codeBlocks(page).filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
  const run = [...script.matchAll(/^step '(.*)'$/gm)].map(([, command]) => command);
  assert.ok(run.length >= 10, `only ${run.length} commands`);
  assert.deepEqual(shown, ['npm create @imgstore/adapter foo', ...run]);
});

test('guide.sh names the versions that the packages have', () => {
  const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../packages/core/package.json'), 'utf8'));
  const named = [...script.matchAll(/-(\d+\.\d+\.\d+)\.tgz/g)].map(([, found]) => found);
  assert.deepEqual([...new Set(named)], [version]);
});

test('guide.sh refuses a folder that is not empty, and leaves it as it is', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgstore-guide-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'mine'), '');
  const { status, stderr } = spawnSync('bash', [guide, folder], { encoding: 'utf8' });
  assert.deepEqual([status, stderr, readdirSync(folder)], [7, `${folder} is not empty\n`, ['mine']]);
});
