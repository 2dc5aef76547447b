// The local Nx generator, in a workspace that has only what it touches. tools/pack-test.mjs builds, lints and tries what it makes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

/** A folder with the generator and the files that it changes. */
function workspace(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgstore-generator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const file of ['package.json', 'nx.json', 'LICENSE', 'jest.config.mjs', 'tools/lint/layers.mjs', 'tools/generators', 'packages/create-adapter']) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** `npx nx g ./tools/generators:adapter ...` there. */
function generate(folder, ...args) {
  const nx = path.join(root, 'node_modules/.bin/nx');
  const { status, stdout, stderr } = spawnSync(process.execPath, [nx, 'g', './tools/generators:adapter', ...args], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NO_COLOR: '1' },
  });
  return { status, output: stdout + stderr };
}

test('makes packages/NAME of the templates for strangers, and adds it to the lists of packages', async (t) => {
  const folder = workspace(t);
  const { status, output } = generate(folder, 'foo-bar');
  assert.equal(status, 0, output);
  assert.match(output, /npm install/);
  const { namesOf, renderAdapter } = await import(path.join(root, 'packages/create-adapter/dist/index.js'));
  for (const [file, text] of renderAdapter('workspace', namesOf('foo-bar'))) {
    if (file.endsWith('.ts') || file.endsWith('.md')) assert.equal(readFileSync(path.join(folder, 'packages/foo-bar', file), 'utf8'), text, file);
    else assert.ok(existsSync(path.join(folder, 'packages/foo-bar', file)), file);
  }
  assert.equal(readFileSync(path.join(folder, 'packages/foo-bar/LICENSE'), 'utf8'), readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  const { layers } = await import(path.join(folder, 'tools/lint/layers.mjs'));
  assert.deepEqual(layers['foo-bar'], { workspace: ['core'] });
  const { default: jest } = await import(path.join(folder, 'jest.config.mjs'));
  assert.equal(jest.projects.filter(({ displayName, rootDir }) => displayName === 'foo-bar' && rootDir === 'packages/foo-bar').length, 1);
});

test('refuses the name of a format that is there, and one that is none, and changes nothing', (t) => {
  const folder = workspace(t);
  const lists = () => ['jest.config.mjs', 'tools/lint/layers.mjs'].map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const before = lists();
  for (const [name, said] of [['lmdb', /comes with imgstore/], ['Foo', /small letters/], ['create-adapter', /packages\/create-adapter: the folder is there/]]) {
    const { status, output } = generate(folder, name);
    assert.notEqual(status, 0, name);
    assert.match(output, said);
  }
  assert.deepEqual(lists(), before);
});
