// The project's own lint rules, through ESLint's API and the real configuration (without types, which all but one do not need).
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { imgstore } from '../lint/plugin.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root, overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] });

/** The messages of our rules, and of no-restricted-*, for a source text as if it stood in that file. */
async function lint(file, text) {
  const [result] = await eslint.lintText(text, { filePath: path.join(root, 'packages', file) });
  const fatal = result.messages.filter((message) => message.fatal);
  assert.deepEqual(fatal, [], 'the source text parses');
  return result.messages.filter(({ ruleId }) => /^imgstore\/|no-restricted|no-explicit-any/.test(ruleId ?? '')).map(({ message }) => message);
}

const refused = [
  ['core/src/sample.ts', `import '@imgstore/convert';`, /imports point down/],
  ['core/src/sample.ts', `import protobuf from 'protobufjs/minimal.js';`, /not a dependency/],
  ['core/src/sample.ts', `import { readSync } from 'node:fs';`, /must run in a browser/],
  ['core/src/sample.ts', `export type Stats = import('node:fs').Stats;`, /must run in a browser/],
  ['core/src/files/browser.ts', `import { readSync } from 'node:fs';`, /must run in a browser/],
  ['core/src/index.ts', `export * from './files/index.js';`, /that one needs Node/],
  ['tfrecord/src/store.ts', `import { inflate } from './platform.node.js';`, /that one needs Node/],
  ['core/src/sample.ts', `export const bytes = Buffer.alloc(1);`, /must run in a browser/],
  ['tfrecord/src/framing.ts', `import { crc32 } from 'node:zlib';`, /must run in a browser/],
  ['tfrecord/src/store.ts', `import { lmdb } from '@imgstore/lmdb';`, /imports point down/],
  ['tfrecord/src/store.ts', `import '../../lmdb/src/index.js';`, /stays inside src/],
  ['tfrecord/src/store.ts', `import '../test/helper.js';`, /stays inside src/],
  ['lmdb/src/store.ts', `export * from '@imgstore/convert';`, /imports point down/],
  ['lmdb/src/store.ts', `import '@imgstore/codec';`, /imports point down/],
  ['lmdb/src/store.ts', `import sharp from 'sharp';`, /only @imgstore\/codec imports sharp/],
  ['lmdb/src/store.ts', `const sharp = await import('sharp');`, /only @imgstore\/codec imports sharp/],
  ['lmdb/src/store.ts', `const name = 'x'; await import(name);`, /is a literal/],
  ['lmdb/src/store.ts', `import { readSync } from 'fs';`, /write "node:fs"/],
  ['lmdb/src/store.ts', `export { nothing } from '/etc/hosts.js';`, /never absolute/],
  ['lmdb/src/store.ts', `const sharp = require('sharp');`, /only @imgstore\/codec imports sharp/],
  ['convert/src/convert.ts', `import type { Options } from '@imgstore/tfrecord';`, /imports point down/],
  ['convert/src/convert.ts', `import 'imgstore';`, /imports point down/],
  ['cli/src/builtins.ts', `import tfrecord from '@imgstore/tfrecord/adapter';`, /only by import\(\) in builtins.ts/],
  ['cli/src/convert.ts', `await import('@imgstore/lmdb');`, /only by import\(\) in builtins.ts/],
  ['nowhere/src/index.ts', `import '@imgstore/core';`, /has no line in tools\/lint\/layers.mjs/],
  ['lmdb/src/store.ts', `export default 1;`, /only adapter.ts has a default export/],
  ['lmdb/src/store.ts', `const one = 1; export { one as default };`, /only adapter.ts has a default export/],
  ['lmdb/src/store.ts', `export enum Kind { leaf }`, /not an enum/],
  ['lmdb/src/adapter.ts', `export enum Kind { leaf }`, /not an enum/],
  ['lmdb/src/store.ts', `export const value: any = 1;`, /Unexpected any/],
  ['lmdb/src/store.ts', `// eslint-disable-next-line eqeqeq\nexport const same = 1 == 1;`, /say why/],
  ['lmdb/src/store.ts', `/* eslint-disable -- because */\nexport const value = 1;`, /name the rule/],
  ['lmdb/src/store.ts', `/* eslint-disable */\nexport const value = 1;`, /say why/],
];

const accepted = [
  ['core/src/sample.ts', `import { check } from './errors.js'; export { check };`],
  ['core/src/files/reader.ts', `import { readSync } from 'node:fs'; export const size = Buffer.byteLength(''); export { readSync };`],
  ['tfrecord/src/store.ts', `import { fromBatches } from '@imgstore/core'; import { openFileReader } from '@imgstore/core/files'; export { fromBatches, openFileReader };`],
  ['tfrecord/src/store.ts', `import { inflate } from '#platform'; export { inflate };`],
  ['tfrecord/src/platform.node.ts', `import { inflate } from 'node:zlib'; export { inflate };`],
  ['lmdb/src/store.ts', `import { fstatSync } from 'node:fs'; export { fstatSync };`],
  ['lmdb/src/adapter.ts', `export default 1;`],
  ['convert/src/convert.ts', `import type { Sample } from '@imgstore/core'; export type { Sample };`],
  ['cli/src/builtins.ts', `export const load = () => import('@imgstore/tfrecord/adapter');`],
  ['cli/src/plugins.ts', `export const load = (path: string): unknown => import(path);`],
  ['cli/src/convert.ts', `import { convert } from '@imgstore/convert'; export { convert };`],
  ['lmdb/src/store.ts', `// eslint-disable-next-line eqeqeq -- the one place that wants both null and undefined\nexport const same = (1 as unknown) == null;`],
];

for (const [file, text, expected] of refused) {
  test(`reports in ${file}: ${text.replaceAll('\n', ' ')}`, async () => {
    const messages = await lint(file, text);
    assert.ok(messages.some((message) => expected.test(message)), `${expected} is not among ${JSON.stringify(messages)}`);
  });
}

for (const [file, text] of accepted) {
  test(`accepts in ${file}: ${text.replaceAll('\n', ' ')}`, async () => {
    assert.deepEqual(await lint(file, text), []);
  });
}

const typed = new ESLint({
  cwd: import.meta.dirname,
  overrideConfigFile: true,
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { imgstore },
    rules: { 'imgstore/byte-copies': 'error' },
  },
});

/** By what is copied: how many reports. */
const copies = {
  'bytes: Uint8Array': 1, 'bytes: Uint8Array | undefined': 1, 'bytes: Uint8Array<ArrayBuffer>': 1,
  'bytes: string': 0, 'bytes: readonly Uint8Array[]': 0, 'bytes: Float32Array': 0, 'bytes: ArrayBuffer': 0,
};

for (const [parameter, count] of Object.entries(copies)) {
  test(`reports ${count} slices of ${parameter}`, async () => {
    const [result] = await typed.lintText(`export const copy = (${parameter}): unknown => bytes?.slice(0, 1);`, { filePath: path.join(import.meta.dirname, 'copy.ts') });
    assert.deepEqual(result.messages.map(({ ruleId }) => ruleId), Array(count).fill('imgstore/byte-copies'));
  });
}
