// Adapters of strangers, in empty folders outside of the workspace: made or copied there, tried by the kit, packed, installed, and used to carry
// the golden database there and back, by the command and by the library.
import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from '../checks.mjs';
import { root } from '../run.mjs';
import { lintPackage } from './packages.mjs';
import { emptyFolder, script } from './world.mjs';

const golden = path.join(root, 'fixtures/caffe_lmdb');

/** The least number of cases of the kit that say something of a store that is written and read. */
const FEWEST_CASES = 40;

/** Everything below `folder`, with one package manager. */
export async function checkAdapters(checks, manager, folder) {
  const home = emptyFolder(path.join(folder, 'home'));
  const installed = await checks.check(`${manager.name}: installs the command and the library in an empty folder`, () => {
    manager.install(home, ['imgstore', '@imgstore/convert', '@imgstore/core', '@imgstore/lmdb', '@imgstore/webdataset', '@imgstore/codec', '@imgstore/create-adapter']);
  });
  if (!installed) return;
  const made = path.join(folder, 'imgstore-adapter-foo');
  await checks.check(`${manager.name}: the generator makes an adapter`, () => {
    const said = manager.exec(home, 'create-adapter', 'foo', '--dir', made);
    expect(said.includes('npm install'), `it said ${said}`);
  });
  const example = path.join(folder, 'imgstore-adapter-jsonl');
  cpSync(path.join(root, 'examples/imgstore-adapter-jsonl'), example, { recursive: true, filter: (file) => !/[/\\](node_modules|dist)$/.test(file) });
  const adapters = [
    { format: 'foo', extension: 'foo', factory: 'fooStore', from: 'imgstore-adapter-foo', source: made },
    { format: 'jsonl', extension: 'jsonl', factory: 'jsonlStore', from: 'imgstore-adapter-jsonl', source: example },
    // It holds encoded images only: what was pixels goes there as PNG, and must be pixels again.
    { format: 'webdataset', extension: 'tar', factory: 'webdataset', from: '@imgstore/webdataset', isEncoded: true },
  ];
  for (const adapter of adapters) {
    if (adapter.source === undefined || await checkPackage(checks, manager, { ...adapter, folder, home })) await checkWays(checks, manager, { ...adapter, home });
  }
}

/** The package of somebody else: its tests, and whether what it ships can be installed. */
async function checkPackage(checks, manager, { format, source, from, folder, home }) {
  const isTried = await checks.check(`${manager.name}: ${from} passes the kit, with the packed packages`, () => {
    manager.install(source, ['@imgstore/core', '@imgstore/testkit'], { isKept: false });
    const said = manager.run(source, 'test');
    const count = (word) => Number(new RegExp(`^[#ℹ] ${word} (\\d+)$`, 'm').exec(said)?.[1] ?? NaN);
    expect(count('fail') === 0 && count('pass') >= FEWEST_CASES, said);
  });
  if (!isTried) return false;
  await checks.check(`${manager.name}: ${from} passes its own lint`, () => manager.run(source, 'lint'));
  return checks.check(`${manager.name}: ${from} is packed and installed`, async () => {
    const packed = emptyFolder(path.join(folder, `packed-${format}`));
    manager.pack(source, packed);
    const [tarball] = readdirSync(packed).filter((name) => name.endsWith('.tgz')).map((name) => path.join(packed, name));
    expect(tarball !== undefined, 'no tarball was made');
    if (manager.name === 'npm') await lintPackage(checks, from, tarball);
    manager.install(home, [tarball]);
  });
}

/** There and back again. */
async function checkWays(checks, manager, { format, extension, factory, from, home, isEncoded = false }) {
  await checks.check(`${manager.name}: the command carries the golden database to ${format} and back`, () => {
    const [there, back] = [`command.${extension}`, `command_${format}_lmdb`];
    manager.exec(home, 'imgstore', 'convert', '--from', 'lmdb', '--to', format, golden, there);
    manager.exec(home, 'imgstore', 'convert', '--from', format, '--to', 'lmdb', there, back, ...isEncoded ? ['--codec', 'raw'] : []);
    compare(home, { factory, from, there, back, isEncoded });
  });
  await checks.check(`${manager.name}: the library carries the golden database to ${format} and back`, () => {
    const [there, back] = [`library.${extension}`, `library_${format}_lmdb`];
    script(home, `${format}.mjs`, `
      import { createCodec } from '@imgstore/codec';
      import { convert } from '@imgstore/convert';
      import { lmdb } from '@imgstore/lmdb';
      import { ${factory} } from '${from}';
      const codec = ${isEncoded ? 'createCodec()' : 'undefined'};
      await convert(lmdb(${JSON.stringify(golden)}), ${factory}('${there}'), { allow: [], ...codec && { codec } });
      await convert(${factory}('${there}'), lmdb('${back}'), { allow: [], ...codec && { codec, encoding: 'raw' } });`);
    compare(home, { factory, from, there, back, isEncoded });
  });
}

/** @throws Error unless both stores hold what the golden database holds: keys, labels, names of classes, features and every byte (where images are encoded: all but these). */
function compare(home, { factory, from, there, back, isEncoded }) {
  const said = script(home, 'compare.mjs', `
    import assert from 'node:assert/strict';
    import { createHash } from 'node:crypto';
    import { lmdb } from '@imgstore/lmdb';
    import { ${factory} } from '${from}';

    async function facts(store) {
      const found = [];
      for await (const { key, label, className, image, features } of store.read()) {
        const { kind, format, dtype, shape, layout, color, bytes, data } = image;
        const sha256 = createHash('sha256').update(bytes ?? data).digest('hex');
        found.push({ key, label, className, features: [...features], image: { kind, format, dtype, shape, layout, color, sha256 } });
      }
      return found;
    }
    const withoutPixels = (samples) => samples.map(({ image, ...rest }) => ({ ...rest, kind: 'encoded' }));

    const expected = await facts(lmdb(${JSON.stringify(golden)}));
    const found = await facts(${factory}(${JSON.stringify(there)}));
    if (${isEncoded}) assert.deepEqual(found.map(({ image, ...rest }) => ({ ...rest, kind: image.kind })), withoutPixels(expected));
    else assert.deepEqual(found, expected);
    assert.deepEqual(await facts(lmdb(${JSON.stringify(back)})), expected);
    console.log(expected.length);`);
  expect(said === '12\n', `${said} samples were compared of 12`);
}
