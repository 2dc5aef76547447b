import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { root } from '../run.mjs';

test('the article\'s example keeps one picture in seven ways, gets it back, and refuses a folder that is not empty', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgstore-article-'));
  const example = () => spawnSync(process.execPath, [path.join(root, 'examples/article/article.mjs'), folder], { encoding: 'utf8' });
  try {
    const { status, stdout, stderr } = example();
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.match(stdout, /freedom\.npy +720080 +720128 +100\.0 % +equal/);
    assert.equal(stdout.match(/equal$/gm)?.length, 5);
    assert.equal(stdout.match(/differ by \d+ at most$/gm)?.length, 2);
    assert.match(stdout, /with the label 9\./);
    assert.equal(example().status, 7);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
