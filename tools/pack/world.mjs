// Where the packed packages are tried: empty folders outside of the workspace, and the programs of a stranger.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

/** The TypeScript of this workspace. */
export const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

/** The one program of the lane that is fetched: a package manager with other rules. */
const PNPM = 'pnpm@10.34.9';

// What a test runner and a package manager tell the programs that they start; it is of no concern to a stranger's.
const OURS = /^(NODE_TEST_CONTEXT|npm_(package|lifecycle)_.*|npm_config_local_prefix)$/i;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));

/** Runs a program; its output, or an error with all that it said. */
export function output(program, args, cwd, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...environment, ...env }, maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')}: status ${status} ${error?.message ?? ''}\n${stdout}${stderr}`);
  return stdout;
}

/** Writes a module into the folder and runs it with plain node; what it printed. */
export function script(folder, name, text, ...args) {
  writeFileSync(path.join(folder, name), text);
  return output(process.execPath, [name, ...args], folder);
}

/** A new empty folder with a package.json of its own. */
export function emptyFolder(folder, manifest = {}) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module', ...manifest }, null, 2));
  return folder;
}

/** The manifests of the packages that are published. */
export const manifests = readdirSync(path.join(root, 'packages'))
  .map((folder) => JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8'))).filter((manifest) => manifest.private !== true);

/** Packs all of them into the folder: for each its name, its tarball and the files in it. */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const said = output('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...manifests.map(({ name }) => `--workspace=${name}`)], root);
  return Object.values(JSON.parse(said)).map(({ name, filename, files }) => ({
    // npm 10 and 11 differ in how they write the name of a scope there.
    name, tarball: path.join(folder, path.basename(filename.replace('@', '').replace('/', '-'))), files: files.map((file) => file.path),
  }));
}

/** Packages of ours with all packages of ours that they need: npm would look for those in the registry. */
function withNeeds(names) {
  const found = new Set(names);
  for (const name of found) {
    const manifest = manifests.find((one) => one.name === name);
    for (const needed of Object.keys({ ...manifest?.dependencies, ...manifest?.peerDependencies })) if (manifests.some((one) => one.name === needed)) found.add(needed);
  }
  return [...found];
}

/** npm, as far as a stranger uses it. `tarballs` are all packed packages by name. */
export function npm(tarballs) {
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  return {
    name: 'npm',
    /** Installs packages by their names in `tarballs`, or by the paths of other tarballs. Without `isKept` the package.json stays as it is. */
    install(folder, packages, { isKept = true } = {}) {
      output('npm', ['install', isKept ? '--save' : '--no-save', ...quiet, ...withNeeds(packages).map((name) => tarballs.get(name) ?? name)], folder);
    },
    run: (folder, ...args) => output('npm', ['run', '--silent', ...args], folder),
    exec: (folder, ...args) => output('npm', ['exec', '--offline', '--', ...args], folder),
    pack: (folder, destination) => output('npm', ['pack', '--silent', '--pack-destination', destination], folder),
  };
}

/** pnpm, which links packages instead of copying, and lets none see what it has not declared. */
export function pnpm(tarballs, store) {
  const run = (folder, ...args) => output('npm', ['exec', '--yes', '--prefer-offline', `--package=${PNPM}`, '--', 'pnpm', ...args], folder);
  const overrides = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  return {
    name: 'pnpm',
    install(folder, packages) {
      const file = path.join(folder, 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      const added = Object.fromEntries(packages.map((name) => (tarballs.has(name) ? [name, `file:${tarballs.get(name)}`] : [nameIn(name), `file:${name}`])));
      writeFileSync(file, JSON.stringify({ ...manifest, devDependencies: { ...manifest.devDependencies, ...added }, pnpm: { overrides } }, null, 2));
      run(folder, 'install', `--store-dir=${store}`, '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile', '--ignore-workspace');
    },
    run: (folder, ...args) => run(folder, '--silent', 'run', ...args),
    exec: (folder, ...args) => run(folder, '--silent', 'exec', ...args),
    pack: (folder, destination) => run(folder, '--silent', 'pack', '--pack-destination', destination),
  };
}

/** The name of the package in a tarball. */
function nameIn(tarball) {
  return JSON.parse(output('tar', ['-xOzf', tarball, 'package/package.json'], path.dirname(tarball))).name;
}
