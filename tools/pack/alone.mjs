// @imgstore/tfrecord by itself: in an empty folder, with nothing of ours but what it needs.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '../checks.mjs';
import { root } from '../run.mjs';
import { output, script, tsc } from './world.mjs';

const MOST_THIRD_PARTIES = 3;

/** A program that uses the types: it compiles as it is, and not with the line that is wrong. */
const program = (wrong) => `
import { readSamples, tfrecord } from '@imgstore/tfrecord';
import type { TfrecordStore } from '@imgstore/tfrecord';

const store: TfrecordStore = tfrecord('golden.tfrecord');
export const labels: (number | undefined)[] = [];
for await (const sample of store.read()) {
  labels.push(sample.label);
  if (sample.image?.kind === 'encoded') labels.push(sample.image.bytes.length);
}
for await (const { key } of readSamples(new Uint8Array())) labels.push(key.length);
${wrong ? "export const wrong: string = (await store.describe()).count;" : ''}
`;

/** In `folder`, which is there and empty; `golden` is a TFRecord of that many samples. */
export async function checkTfrecordAlone(checks, manager, folder, { golden, samples }) {
  cpSync(golden, path.join(folder, 'golden.tfrecord'));
  if (!await checks.check('@imgstore/tfrecord is installed alone', () => manager.install(folder, ['@imgstore/core', '@imgstore/tfrecord']))) return;
  await checks.check(`@imgstore/tfrecord brings at most ${MOST_THIRD_PARTIES} packages of others`, () => {
    const found = packagesIn(path.join(folder, 'node_modules'));
    const others = found.filter((name) => !name.startsWith('@imgstore/'));
    expect(found.includes('@imgstore/tfrecord'), 'it is not there itself');
    expect(found.length - others.length === 2, `of ours there are ${found.filter((name) => name.startsWith('@imgstore/')).join(', ')}`);
    expect(others.length <= MOST_THIRD_PARTIES, `there are ${others.length}: ${others.join(', ')}`);
  });
  const use = "let count = 0; for await (const { key } of tfrecord('golden.tfrecord').read()) if (key) count++; console.log(count);";
  await checks.check('@imgstore/tfrecord alone is used by import', () => {
    const said = script(folder, 'imports.mjs', `import { tfrecord } from '@imgstore/tfrecord';\n${use}`);
    expect(said === `${samples}\n`, `it read ${said} samples of ${samples}`);
  });
  await checks.check(`@imgstore/tfrecord alone is used by require() (Node ${process.versions.node})`, () => {
    const said = script(folder, 'requires.cjs', `const { tfrecord } = require('@imgstore/tfrecord');\n(async () => { ${use} })();`);
    expect(said === `${samples}\n`, `it read ${said} samples of ${samples}`);
  });
  const resolutions = { nodenext: ['--module', 'nodenext'], bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'] };
  const library = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,dom,dom.asynciterable', '--typeRoots', path.join(root, 'node_modules/@types'), '--types', 'node'];
  for (const [name, flags] of Object.entries(resolutions)) {
    await checks.check(`@imgstore/tfrecord alone is used by TypeScript with ${name} resolution`, () => {
      const compile = (wrong) => {
        writeFileSync(path.join(folder, 'program.ts'), program(wrong));
        output(process.execPath, [tsc, ...library, ...flags, 'program.ts'], folder);
      };
      compile(false);
      let said = 'nothing';
      try {
        compile(true);
      } catch (error) {
        said = error.message;
      }
      expect(/Type 'number \| undefined' is not assignable to type 'string'/.test(said), `a wrong program gives ${said}`);
    });
  }
}

/** The names of all installed packages, also of those within others. */
function packagesIn(modules) {
  if (!existsSync(modules)) return [];
  return readdirSync(modules).filter((name) => !name.startsWith('.')).flatMap((name) => (name.startsWith('@')
    ? readdirSync(path.join(modules, name)).map((inner) => `${name}/${inner}`) : [name]))
    .flatMap((name) => [JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8')).name, ...packagesIn(path.join(modules, name, 'node_modules'))]);
}
