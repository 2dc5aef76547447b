import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, execute, node } from './helpers/node.js';
import type { Outcome } from './helpers/node.js';

describe('the command', () => {
  it('is a file that can be run, with a first line for the shell', () => {
    expect(readFileSync(BIN, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
    if (process.platform !== 'win32') expect(statSync(BIN).mode & 0o111).toBe(0o111);
  });

  it('says in one line what to do when it is not built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-'));
    cpSync(BIN, join(folder, 'bin/imgstore.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const outcome = await node([join(folder, 'bin/imgstore.js')]);
    rmSync(folder, { recursive: true });
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'imgstore is not built: run npm run build first\n' });
  });

  it('prints its version', async () => {
    expect(await node([BIN, '--version'])).toEqual({ code: 0, stdout: expect.stringMatching(/^imgstore \d/) as string, stderr: '' });
  });

  it('exits as main says', async () => {
    expect(await node([BIN, 'convret'])).toEqual({ code: 2, stdout: '', stderr: 'error[BAD_OPTION]: unknown command "convret"\n  did you mean "convert"?\n' });
  });
});

describe('what is loaded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-'));
  afterAll(() => { rmSync(folder, { recursive: true }); });

  /** The packages of the modules that a command line loads, from the repository or from node_modules. */
  async function packagesOf(argv: readonly string[]): Promise<ReadonlySet<string>> {
    const log = join(folder, `${argv.join('').replace(/\W/g, '')}.log`);
    writeFileSync(log, '');
    const { code, stderr } = await node(['--import', join(__dirname, 'helpers/import-log.mjs'), BIN, ...argv], { IMPORT_LOG: log });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const urls = readFileSync(log, 'utf8').split('\n').filter((url) => url.startsWith('file:'));
    return new Set(urls.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)|\/packages\/([^/]+)/.exec(url)?.slice(1).find(Boolean) ?? url));
  }

  it('for help, the version and the list of formats is the command, core and the parser alone', async () => {
    const lines = [['--help'], ['--version'], ['formats'], ['convert', '--help'], ['inspect', '--help']];
    const loaded = await Promise.all(lines.map(packagesOf));
    expect(loaded.map((packages) => [...packages].sort())).toEqual(lines.map(() => ['cli', 'commander', 'core']));
  });

  it('for formats NAME is that adapter and no other', async () => {
    const loaded = await packagesOf(['formats', 'lmdb']);
    expect(loaded).toContain('lmdb');
    expect(loaded).not.toContain('tfrecord');
    expect(loaded).not.toContain('convert');
  });

  it('for a conversion is the decoder only where pixels are decoded', async () => {
    const db = join(__dirname, '../../../fixtures/caffe_lmdb');
    expect(await packagesOf(['convert', db, join(folder, 'copy.tfrecord'), '-q'])).not.toContain('sharp');
    expect(await packagesOf(['convert', db, join(folder, 'png.tfrecord'), '--codec', 'png', '-q'])).toContain('sharp');
  });
});

describe('a pipe', () => {
  it.each([['formats'], ['--help']])('that is closed early is no error: %s', async (argument) => {
    const outcome = await shell(`"$NODE" "$BIN" ${argument} | true; exit "\${PIPESTATUS[0]}"`);
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  const itOnLinux = process.platform === 'linux' ? it : it.skip;
  itOnLinux('to a full disk is exit code 7 (on Linux only)', async () => {
    const { code, stderr } = await shell('"$NODE" "$BIN" formats --json > /dev/full');
    expect(code).toBe(7);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'IO', errno: 'ENOSPC', exitCode: 7 } });
  });

  function shell(script: string): Promise<Outcome> {
    return execute('bash', ['-c', script], { NODE: process.execPath, BIN });
  }
});
