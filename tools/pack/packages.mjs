// What is in the packages, and whether every entry can be used.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { browserGraphProblems } from '../browser-graph.mjs';
import { expect } from '../checks.mjs';
import { root } from '../run.mjs';
import { manifests, output, script, tsc } from './world.mjs';

const WANTED = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'];
const ALLOWED = /^(dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts|bin\/[\w-]+\.js|schema\/.+\.json|templates\/.+\.template|LICENSE|README\.md|package\.json)$/;

/** Of each package: what it ships, and what the linters of packages say. */
export async function checkPackages(checks, packed) {
  for (const { name, tarball, files } of packed) {
    await checks.check(`${name} ships its licence, README, build and sources, and nothing else`, () => {
      for (const wanted of WANTED) expect(files.includes(wanted), `${wanted} is not in the package`);
      const odd = files.filter((file) => !ALLOWED.test(file));
      expect(odd.length === 0, `not expected in the package: ${odd.join(', ')}`);
    });
    await lintPackage(checks, name, tarball);
  }
}

/** publint and attw, without a complaint. */
export async function lintPackage(checks, name, tarball) {
  await checks.check(`${name} is clean for publint`, async () => {
    const bytes = readFileSync(tarball);
    const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) }, level: 'suggestion', strict: true });
    expect(messages.length === 0, messages.map((message) => formatMessage(message, pkg, { color: false })).join('\n'));
  });
  await checks.check(`${name} is clean for attw`, () => {
    output(path.join(root, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'], path.dirname(tarball));
  });
}

/** Every specifier that can be imported: `@imgstore/core`, `@imgstore/core/files`, ... */
const entries = manifests.flatMap(({ name, exports }) => Object.keys(exports).filter((key) => key !== './package.json').map((key) => path.posix.join(name, key)));

/** Every entry, from a folder where all packages are installed. */
export async function checkEntries(checks, home) {
  for (const entry of entries) {
    await checks.check(`import and require() of ${entry} give the same module`, () => {
      script(home, 'both.mjs', `
        import { createRequire } from 'node:module';
        import * as imported from ${JSON.stringify(entry)};
        const required = createRequire(import.meta.url)(${JSON.stringify(entry)});
        const names = Object.keys(imported);
        if (names.length === 0) throw new Error('it exports nothing');
        for (const name of names) if (required[name] !== imported[name]) throw new Error(name + ' differs');`);
    });
  }
  await checks.check('the types of every entry compile in a strict program that knows none of our conditions', () => {
    writeFileSync(path.join(home, 'types.ts'), entries.map((entry, index) => `export * as entry${index} from ${JSON.stringify(entry)};`).join('\n'));
    output(process.execPath, [tsc, '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--typeRoots', path.join(root, 'node_modules/@types'), '--types', 'node', 'types.ts'], home);
  });
  for (const entry of ['@imgstore/core', '@imgstore/tfrecord']) {
    await checks.check(`nothing that ${entry} loads in a browser is a module of Node`, () => {
      const problems = browserGraphProblems(home, entry);
      expect(problems.length === 0, problems.join('\n'));
    });
  }
}

/** The command and the library, on the golden database. */
export async function checkCommand(checks, home) {
  const { version } = manifests.find(({ name }) => name === 'imgstore');
  const imgstore = path.join(home, 'node_modules/.bin/imgstore');
  const golden = path.join(root, 'fixtures/caffe_lmdb');
  await checks.check('imgstore --version says the version of the package', () => {
    const said = output(imgstore, ['--version'], home).trim();
    expect(said.endsWith(version), `it said ${said}, the package is ${version}`);
  });
  await checks.check('the command converts the golden database', () => {
    output(imgstore, ['convert', '--from', 'lmdb', '--to', 'tfrecord', golden, 'command.tfrecord'], home);
    const { scanned: count } = JSON.parse(output(imgstore, ['inspect', 'command.tfrecord', '--json'], home));
    expect(count === 12, `inspect counts ${count} samples of 12`);
  });
  await checks.check('the library converts the golden database to the same bytes', () => {
    const said = script(home, 'convert.mjs', `
      import { convert } from '@imgstore/convert';
      import { lmdb } from '@imgstore/lmdb';
      import { tfrecord } from '@imgstore/tfrecord';
      const report = await convert(lmdb(${JSON.stringify(golden)}), tfrecord('library.tfrecord'), { allow: [] });
      console.log(report.samples, report.decoded);`);
    expect(said === '12 0\n', `samples and decoded are ${said}`);
    const [one, other] = ['command.tfrecord', 'library.tfrecord'].map((name) => readFileSync(path.join(home, name)));
    expect(one.length > 0 && one.equals(other), 'the two files differ');
  });
}
