import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'packages/cli/bin/imgstore.js');

/** The commands in the README's shell blocks, in order, without `npx imgstore`. */
function commands() {
  const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block);
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('npx imgstore ')).map((line) => line.slice('npx imgstore '.length));
}

test('every imgstore command of the README runs as it stands, one after the other', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'imgstore-readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'fixtures/caffe_lmdb'), join(folder, 'fixtures/caffe_lmdb'), { recursive: true });
  const lines = commands();
  assert.ok(lines.length >= 6, `only ${lines.length} commands`);
  for (const line of lines) {
    const args = line.split(' ').map((word) => word.replaceAll("'", ''));
    const answer = execFileSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    assert.notEqual(answer, '', line);
  }
});
