// npm run test:pack: the packages as a stranger gets them. They are packed, installed together in an empty folder, and
// used with plain node: the other tests run the sources, this one runs what ships.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { browserGraphProblems } from './browser-graph.mjs';
import { fail, reportCounts, root } from './run.mjs';

const scratch = mkdtempSync(path.join(tmpdir(), 'imgstore-pack-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const home = path.join(scratch, 'home');
mkdirSync(home);

/** Runs a program in the empty folder; its output, or an error with all that it said. */
function output(program, args, cwd = home) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status} ${error?.message ?? ''}\n${stdout}${stderr}`);
  return stdout;
}

const counts = { passed: 0, failed: 0 };
/** One check: passes unless it throws. */
function check(what, body) {
  try {
    body();
    counts.passed += 1;
    console.log(`ok      ${what}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${what}\n${error.message}`);
  }
}
function expect(value, what) {
  if (!value) throw new Error(what);
}

/** Runs a module of the empty folder, written for the occasion. */
function script(name, text) {
  writeFileSync(path.join(home, name), text);
  return output(process.execPath, [name]);
}

const folders = readdirSync(path.join(root, 'packages'));
const manifests = folders.map((folder) => JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8')))
  .filter(({ private: isPrivate }) => !isPrivate);
/** Every specifier that can be imported: `@imgstore/core`, `@imgstore/core/files`, ... */
const entries = manifests.flatMap(({ name, exports }) => Object.keys(exports)
  .filter((key) => key !== './package.json').map((key) => path.posix.join(name, key)));

const packed = JSON.parse(output('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch, ...manifests.map(({ name }) => `--workspace=${name}`)], root));
for (const { name, files } of Object.values(packed)) {
  const paths = files.map((file) => file.path);
  check(`${name} ships its licence, README, build and sources, and nothing else`, () => {
    for (const wanted of ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']) {
      expect(paths.includes(wanted), `${wanted} is not in the package`);
    }
    const odd = paths.filter((file) => !/^(dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts|bin\/\w+\.js|schema\/.+\.json|LICENSE|README\.md|package\.json)$/.test(file));
    expect(odd.length === 0, `not expected in the package: ${odd.join(', ')}`);
  });
}

writeFileSync(path.join(home, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }');
const tarballs = readdirSync(scratch).filter((name) => name.endsWith('.tgz')).map((name) => path.join(scratch, name));
try {
  output('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', ...tarballs]);
} catch (error) {
  reportCounts('pack', { ...counts, failed: counts.failed + 1 });
  fail(error.message);
}

for (const entry of entries) {
  check(`import and require() of ${entry} give the same module`, () => {
    script('both.mjs', `
      import { createRequire } from 'node:module';
      import * as imported from ${JSON.stringify(entry)};
      const required = createRequire(import.meta.url)(${JSON.stringify(entry)});
      const names = Object.keys(imported);
      if (names.length === 0) throw new Error('it exports nothing');
      for (const name of names) if (required[name] !== imported[name]) throw new Error(name + ' differs');`);
  });
}

check('the types of every entry compile in a strict program that knows none of our conditions', () => {
  writeFileSync(path.join(home, 'types.ts'), entries.map((entry, index) => `export * as entry${index} from ${JSON.stringify(entry)};`).join('\n'));
  output(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict',
    '--module', 'nodenext', '--target', 'es2023', '--typeRoots', path.join(root, 'node_modules/@types'), '--types', 'node', 'types.ts']);
});

for (const entry of ['@imgstore/core', '@imgstore/tfrecord']) {
  check(`nothing that ${entry} loads in a browser is a module of Node`, () => {
    const problems = browserGraphProblems(home, entry);
    expect(problems.length === 0, problems.join('\n'));
  });
}

const version = manifests.find(({ name }) => name === 'imgstore').version;
const imgstore = path.join(home, 'node_modules/.bin/imgstore');
const golden = path.join(root, 'fixtures/caffe_lmdb');
check('imgstore --version says the version of the package', () => {
  const said = output(imgstore, ['--version']).trim();
  expect(said.endsWith(version), `it said ${said}, the package is ${version}`);
});
check('the command converts the golden database', () => {
  output(imgstore, ['convert', '--from', 'lmdb', '--to', 'tfrecord', golden, 'command.tfrecord']);
  const { scanned: count } = JSON.parse(output(imgstore, ['inspect', 'command.tfrecord', '--json']));
  expect(count === 12, `inspect counts ${count} samples of 12`);
});
check('the library converts the golden database to the same bytes', () => {
  const said = script('convert.mjs', `
    import { convert } from '@imgstore/convert';
    import { lmdb } from '@imgstore/lmdb';
    import { tfrecord } from '@imgstore/tfrecord';
    const report = await convert(lmdb(${JSON.stringify(golden)}), tfrecord('library.tfrecord'), { allow: [] });
    console.log(report.samples, report.decoded);`);
  expect(said === '12 0\n', `samples and decoded are ${said}`);
  const [one, other] = ['command.tfrecord', 'library.tfrecord'].map((name) => readFileSync(path.join(home, name)));
  expect(one.length > 0 && one.equals(other), 'the two files differ');
});

console.log(`${counts.passed} checks passed, ${counts.failed} failed`);
reportCounts('pack', counts);
process.exitCode = counts.failed > 0 ? 1 : 0;
