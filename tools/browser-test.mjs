// npm run test:browser: what a page gets. `readSamples` is bundled as a web developer bundles it, opened in Chromium on a Blob, on the body of a
// response and on a file that is dropped, and held against what Node reads.
//
// Chromium is what IMGSTORE_CHROMIUM names, or chromium, chromium-browser or google-chrome on the PATH. Without one the lane fails in CI, and
// says elsewhere that it was skipped.
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Checks, expect } from './checks.mjs';
import { root } from './run.mjs';

const page = `<!doctype html>
<meta charset="utf-8">
<title>readSamples</title>
<div id="drop" style="width: 400px; height: 300px">drop a file here</div>
<script type="module">
  import { readSamples } from '/bundle.js';

  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
  async function digestOf(image) {
    return image && hex(await crypto.subtle.digest('SHA-256', image.kind === 'encoded' ? image.bytes : image.data));
  }

  /** What samples say, as JSON. */
  window.facts = async (source) => {
    const found = [];
    for await (const { key, label, className, image } of readSamples(source)) {
      found.push({ key, label, className, kind: image?.kind, format: image?.format, shape: image?.shape, sha256: await digestOf(image) });
    }
    return found;
  };
  window.errorOf = (source) => window.facts(source).then(() => undefined, ({ name, code, message }) => ({ name, code, message }));

  window.dropped = new Promise((resolve, reject) => {
    const zone = document.getElementById('drop');
    zone.addEventListener('dragover', (event) => event.preventDefault());
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      window.facts(file).then((samples) => resolve({ name: file.name, isTrusted: event.isTrusted, samples }), reject);
    });
  });
  document.title = 'ready';
</script>
`;

/** The path of Chromium, or undefined. */
function findChromium() {
  const names = process.env.IMGSTORE_CHROMIUM ? [process.env.IMGSTORE_CHROMIUM] : ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => (
    (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name))));
  return names.find((name) => {
    try {
      accessSync(name, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The same facts as the page's, from Node. */
async function factsInNode(file) {
  const { tfrecord } = await import('@imgstore/tfrecord');
  const found = [];
  for await (const { key, label, className, image } of tfrecord(file).read()) {
    const bytes = image?.kind === 'encoded' ? image.bytes : image?.data;
    found.push({ key, label, className, kind: image?.kind, format: image?.format, shape: image?.shape, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return JSON.parse(JSON.stringify(found));
}

/** Serves the files by their names, on this machine only. */
async function serve(files) {
  const server = createServer(({ url }, response) => {
    const file = files.get(url);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.type }).end(file.body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** `readSamples` and what it needs, as a page loads it, from the build. */
async function bundle() {
  const { build } = await import('esbuild');
  const { outputFiles: [file] } = await build({
    stdin: { contents: `export { readSamples } from '@imgstore/tfrecord';`, resolveDir: root }, bundle: true, minify: true, format: 'esm', platform: 'browser', write: false,
  });
  return file.text;
}

/** @throws Error unless both are the same JSON. */
function same(found, expected) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value));
  expect(one === other, `${one}\n  expected ${other}`);
}

async function main(executablePath) {
  const checks = new Checks('browser');
  const scratch = mkdtempSync(path.join(tmpdir(), 'imgstore-browser-'));
  const file = path.join(scratch, 'train.tfrecord');
  let server, browser;
  try {
    const [{ convert }, { lmdb }, { tfrecord }] = await Promise.all([import('@imgstore/convert'), import('@imgstore/lmdb'), import('@imgstore/tfrecord')]);
    await convert(lmdb(path.join(root, 'fixtures/caffe_lmdb')), tfrecord(file), { allow: [] });
    const bytes = readFileSync(file);
    const expected = await factsInNode(file);
    const data = 'application/octet-stream';
    server = await serve(new Map([
      ['/', { type: 'text/html', body: page }], ['/bundle.js', { type: 'text/javascript', body: await bundle() }],
      ['/train.tfrecord', { type: data, body: bytes }], ['/train.tfrecord.gz', { type: data, body: gzipSync(bytes) }],
    ]));
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const tab = await browser.newPage();
    const troubles = [];
    tab.on('pageerror', (error) => troubles.push(error.message));
    await tab.goto(`http://127.0.0.1:${server.address().port}/`);
    await tab.waitForFunction(() => document.title === 'ready');

    await checks.check(`a page reads a Blob as Node reads the file (${expected.length} samples)`, async () => {
      expect(expected.length === 12, `Node reads ${expected.length} samples of 12`);
      same(await tab.evaluate(async () => window.facts(new Blob([await (await fetch('/train.tfrecord')).arrayBuffer()]))), expected);
    });
    await checks.check('a page reads the body of a response while it arrives', async () => {
      same(await tab.evaluate(async () => window.facts((await fetch('/train.tfrecord')).body)), expected);
    });
    await checks.check('a page reads a compressed one', async () => {
      same(await tab.evaluate(async () => window.facts((await fetch('/train.tfrecord.gz')).body)), expected);
    });
    await checks.check('a page reads a file that is dropped on it', async () => {
      const session = await tab.context().newCDPSession(tab);
      const drag = { x: 100, y: 100, data: { items: [], files: [file], dragOperationsMask: 1 } };
      for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { ...drag, type });
      same(await tab.evaluate(() => window.dropped), { name: 'train.tfrecord', isTrusted: true, samples: expected });
    });
    await checks.check('a page is told of a cut file, with code and place', async () => {
      writeFileSync(file, bytes.subarray(0, bytes.length - 3));
      const error = await tab.evaluate(async () => window.errorOf(new Blob([(await (await fetch('/train.tfrecord')).arrayBuffer()).slice(0, -3)])));
      const inNode = await factsInNode(file).then(() => undefined, ({ code }) => code);
      same({ name: error?.name, code: error?.code, isPlaced: /record 11 at byte \d+/.test(error?.message) }, { name: 'ImgstoreError', code: inNode, isPlaced: true });
    });
    await checks.check('nothing goes wrong in the page besides', () => same(troubles, []));
  } catch (error) {
    checks.fail('the browser', error);
  } finally {
    await browser?.close();
    server?.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  checks.finish();
}

const executable = findChromium();
if (executable !== undefined) await main(executable);
else if (process.env.CI) {
  console.error('no Chromium was found: install chromium, or set IMGSTORE_CHROMIUM to one');
  process.exitCode = 1;
} else console.log('skipped: no Chromium was found (install chromium, or set IMGSTORE_CHROMIUM to one)');
