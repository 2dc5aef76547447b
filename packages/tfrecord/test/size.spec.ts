import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');

/** What a browser's bundle takes for some of our exports: gzip -9, in kB of 1000 bytes as the README says it; and what it imports. */
async function bundle(names: string): Promise<{ readonly kilobytes: number; readonly external: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${names} } from '@imgstore/tfrecord';`, resolveDir: __dirname },
    bundle: true, minify: true, format: 'esm', platform: 'browser', conditions: ['@imgstore/source', 'browser', 'import'],
    external: ['node:*'], write: false, metafile: true,
  });
  const external = Object.values(metafile.inputs).flatMap(({ imports }) => imports).filter(({ external: isExternal }) => isExternal).map(({ path }) => path);
  return { kilobytes: Math.round(gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 100) / 10, external };
}

it.each([
  ['readRecords', 6], ['readRecords, decodeExample', 10],
])('%s takes at most %i kB of a browser bundle, and the README says how much', async (names, most) => {
  const { kilobytes, external } = await bundle(names);
  expect(external).toEqual([]);
  expect(kilobytes).toBeLessThanOrEqual(most);
  expect(readme).toContain(`| \`${names.replace(', ', '`, `')}\` | ${kilobytes.toFixed(1)} kB |`);
});

it('everything together imports no module of Node in a browser', async () => {
  const { kilobytes, external } = await bundle('readSamples, decodeSequenceExample, encodeExample, writeRecords, tfrecord');
  expect(external).toEqual([]);
  expect(readme).toContain(`| everything | ${kilobytes.toFixed(1)} kB |`);
});
