// The Nx generator in a copy of the workspace: what it makes builds, lints and passes the kit.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect } from '../checks.mjs';
import { root } from '../run.mjs';
import { output } from './world.mjs';

const FILES = ['package.json', 'nx.json', 'LICENSE', 'jest.config.mjs', 'eslint.config.mjs', 'tsconfig.base.json', 'tools/lint', 'tools/generators'];
const PACKAGES = ['core', 'testkit', 'create-adapter'];

/** Makes the copy in `folder`, and packages/foo-bar in it. */
export async function checkWorkspaceAdapter(checks, folder) {
  for (const file of [...FILES, ...PACKAGES.map((name) => `packages/${name}`)]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file), { recursive: true, filter: (source) => !/[/\\]packages[/\\][^/\\]+[/\\](test|node_modules)$/.test(source) });
  }
  // Jest wants every folder that it is told of.
  for (const name of readdirSync(path.join(root, 'packages'))) mkdirSync(path.join(folder, 'packages', name), { recursive: true });
  // As npm installs a workspace: what is ours is linked to packages/, the rest is there.
  link(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), (name) => name !== '@imgstore' && !name.startsWith('.'));
  link(path.join(root, 'node_modules/.bin'), path.join(folder, 'node_modules/.bin'), () => true);
  for (const name of PACKAGES) linkPackage(folder, name);

  const made = await checks.check('the Nx generator makes a package of the workspace', () => {
    output(path.join(root, 'node_modules/.bin/nx'), ['g', './tools/generators:adapter', 'foo-bar'], folder, { NX_TUI: 'false', NX_DAEMON: 'false' });
    expect(existsSync(path.join(folder, 'packages/foo-bar/src/wire.ts')), 'packages/foo-bar is not there');
    linkPackage(folder, 'foo-bar');
  });
  if (!made) return;
  const run = (program, ...args) => output(path.join(root, 'node_modules/.bin', program), args, folder);
  await checks.check('the package builds and its tests are typed', () => {
    run('tsc', '-b', 'packages/foo-bar');
    run('tsc', '-p', 'packages/foo-bar/tsconfig.spec.json');
  });
  await checks.check('the package lints by the rules of the workspace', () => run('eslint', 'packages/foo-bar', '--max-warnings', '0'));
  for (const lane of ['fast', 'slow']) {
    await checks.check(`the package passes the kit (${lane} lane)`, () => {
      const said = output(path.join(root, 'node_modules/.bin/jest'), ['--selectProjects', 'foo-bar', '--json'], folder, { IMGSTORE_LANE: lane });
      const { numPassedTests, numFailedTests } = JSON.parse(said);
      expect(numFailedTests === 0 && numPassedTests >= 5, `${numPassedTests} tests passed, ${numFailedTests} failed`);
    });
  }
}

function linkPackage(folder, name) {
  mkdirSync(path.join(folder, 'node_modules/@imgstore'), { recursive: true });
  symlinkSync(path.join(folder, 'packages', name), path.join(folder, 'node_modules/@imgstore', name));
}

/** Links to everything in a folder. */
function link(from, to, isWanted) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter(isWanted)) symlinkSync(path.join(from, name), path.join(to, name));
}
