import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { lockProblems } from '../check-lock.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const integrity = 'sha512-AAAA';

/** A sound lock of two workspace packages, a registry package and its nested dependency; `change` breaks a copy. */
function lock(change = () => undefined) {
  const value = {
    lockfileVersion: 3,
    packages: {
      '': { workspaces: ['packages/*'], devDependencies: { tool: '^1.0.0' } },
      'packages/one': { version: '0.1.0', dependencies: { two: '0.1.0', leaf: '2.0.0' } },
      'packages/one/node_modules/leaf': { version: '2.0.0', integrity },
      'packages/two': { version: '0.1.0' },
      'node_modules/one': { resolved: 'packages/one', link: true },
      'node_modules/two': { resolved: 'packages/two', link: true },
      'node_modules/tool': { version: '1.2.3', integrity, dependencies: { leaf: '^1.0.0' }, optionalDependencies: { 'tool-linux': '1.2.3' } },
      'node_modules/tool/node_modules/leaf': { version: '1.0.0', integrity },
      'node_modules/tool-linux': { version: '1.2.3', integrity, optional: true },
    },
  };
  change(value.packages, value);
  return value;
}

test('finds nothing in a sound lock file', () => assert.deepEqual(lockProblems(lock()), []));

const broken = [
  ['an optional dependency without an entry', (p) => delete p['node_modules/tool-linux'], /node_modules\/tool depends on tool-linux, which is not locked/],
  ['a dependency without an entry', (p) => delete p['packages/one/node_modules/leaf'], /packages\/one depends on leaf, which is not locked/],
  ['a development dependency of the root without an entry', (p) => delete p['node_modules/tool'], /the root depends on tool/],
  ['a nested copy that is only a sibling', (p) => { p['node_modules/other/node_modules/leaf'] = p['node_modules/tool/node_modules/leaf']; delete p['node_modules/tool/node_modules/leaf']; }, /tool depends on leaf/],
  ['another version than the exact one asked for', (p) => { p['node_modules/tool-linux'].version = '1.2.2'; }, /tool-linux 1\.2\.3, locked is 1\.2\.2/],
  ['another version of a workspace package', (p) => { p['packages/two'].version = '0.2.0'; }, /two 0\.1\.0, locked is 0\.2\.0/],
  ['an entry without integrity', (p) => delete p['node_modules/tool'].integrity, /node_modules\/tool has no sha512 integrity/],
  ['an entry with a weak digest', (p) => { p['node_modules/tool'].integrity = 'sha1-AAAA'; }, /has no sha512 integrity/],
  ['the address of a registry', (p) => { p['node_modules/tool'].resolved = 'https://registry.example/tool.tgz'; }, /names the host/],
  ['another version of the file', (_, value) => { value.lockfileVersion = 2; }, /lockfileVersion/],
];

for (const [what, change, expected] of broken) {
  test(`reports ${what}`, () => {
    const problems = lockProblems(lock(change));
    assert.equal(problems.length, 1, JSON.stringify(problems));
    assert.match(problems[0], expected);
  });
}

test('exits 1 for a broken copy of the real lock file and 0 for the real one', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgstore-lock-'));
  try {
    const real = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    const platform = Object.keys(real.packages).find((key) => real.packages[key].optional && !key.slice(13).includes('node_modules'));
    delete real.packages[platform];
    const file = path.join(folder, 'package-lock.json');
    writeFileSync(file, JSON.stringify(real));
    const run = (...args) => spawnSync(process.execPath, [path.join(root, 'tools/check-lock.mjs'), ...args], { encoding: 'utf8' });
    const bad = run(file);
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, new RegExp(`${platform.slice('node_modules/'.length)}, which is not locked`));
    assert.equal(run().status, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
