import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, execute, node } from './helpers/node.js';
import type { Outcome } from './helpers/node.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';

const DATABASE = join(__dirname, '../../../fixtures/caffe_lmdb');

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

/** What standard error says of an interruption. Before it, on a busy machine, that something is waited for. */
function told(signal: string): unknown {
  return expect.stringMatching(new RegExp(`^(?:interrupted by ${signal}; waiting .*\\n)?interrupted by ${signal}\\n$`));
}

describe('a signal', () => {
  const itWithSignals = process.platform === 'win32' ? it.skip : it;

  /** Converts 7 MB in a process that gets the signals at its first write. */
  async function interrupted(signals: string, target: string, ...flags: readonly string[]): Promise<Outcome> {
    const source = join(folder, 'source.tfrecord');
    if (!existsSync(source)) {
      await node([BIN, 'convert', DATABASE, join(folder, 'once.tfrecord')]);
      // TFRecord files one behind the other are one TFRecord file.
      writeFileSync(source, Buffer.concat(new Array<Buffer>(200).fill(readFileSync(join(folder, 'once.tfrecord')))));
    }
    return node(['--import', join(__dirname, 'helpers/signal-while-writing.mjs'), BIN, 'convert', source, join(folder, target), ...flags], { SIGNALS: signals });
  }

  itWithSignals.each([
    ['SIGHUP', 129, ['a.tfrecord']], ['SIGINT', 130, ['a.tfrecord']], ['SIGTERM', 143, ['b', '--to', 'lmdb', '--key', 'ordinal', '--allow', 'key']],
  ] as const)('%s while writing ends with %i and leaves nothing (not on Windows)', async (name, code, [target, ...flags]) => {
    expect(await interrupted(name, target, ...flags)).toEqual({ code, stdout: '', stderr: told(name) });
    expect(readdirSync(folder).sort()).toEqual(['once.tfrecord', 'source.tfrecord']);
  });

  itWithSignals('that comes twice ends the process at once and leaves nothing (not on Windows)', async () => {
    // Whichever of the two comes first to its end.
    expect([130, 143]).toContain((await interrupted('SIGINT,SIGTERM', 'a.tfrecord')).code);
    expect(readdirSync(folder).sort()).toEqual(['once.tfrecord', 'source.tfrecord']);
  });
});

describe('a signal while standard input gives nothing', () => {
  const itWithSignals = process.platform === 'win32' ? it.skip : it;

  itWithSignals('ends the run, which does not wait for more (not on Windows)', async () => {
    const outcome = await node(['--import', join(__dirname, 'helpers/signal-while-waiting.mjs'), BIN, 'convert', '-', join(folder, 'a.tfrecord'), '--from', 'tfrecord']);
    expect(outcome).toEqual({ code: 130, stdout: '', stderr: told('SIGINT') });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('standard input', () => {
  const itOnPosix = process.platform === 'win32' ? it.skip : it;
  const itOnLinux = process.platform === 'linux' ? it : it.skip;

  /** Converts what the shell makes of `redirection`. The shell stays: its memory can be read as long. */
  function converted(redirection: string): Promise<Outcome> {
    return execute('sh', ['-c', `exec ${redirection}; "$0" "$@"; exit $?`, process.execPath, BIN, 'convert', '-', join(folder, 'a.tfrecord'), '--from', 'tfrecord', '-q']);
  }

  itOnPosix.each([
    ['is a folder', '< /', { code: 5, stdout: '', stderr: 'error[UNSUPPORTED]: standard input: a folder, not a file or a pipe\n' }],
    ['is closed', '<&-', { code: 3, stdout: '', stderr: 'error[IO]: standard input: cannot read: it is closed\n' }],
  ])('that %s is refused (not on Windows)', async (_, redirection, outcome) => {
    expect(await converted(redirection)).toEqual(outcome);
    expect(readdirSync(folder)).toEqual([]);
  });

  itOnLinux('that fails while it is read is told as such (on Linux only)', async () => {
    expect(await converted('< /proc/self/mem')).toEqual({ code: 3, stdout: '', stderr: expect.stringMatching(/^error\[IO\]: standard input: cannot read: EIO\b/) });
    expect(readdirSync(folder)).toEqual([]);
  });

  itOnPosix('that is a file is not what is replaced (not on Windows)', async () => {
    const file = await fileOf(join(folder, 'a.tfrecord'), [sampleOf('k', { label: 1 })]);
    mkdirSync(join(folder, 'sub'));
    linkSync(file, join(folder, 'sub/hard.tfrecord'));
    linkSync(file, join(folder, 's-00000-of-00002.tfrecord'));
    const before = readFileSync(file);
    const from = (argv: readonly string[], source = `< '${file}'`): Promise<Outcome> =>
      execute('sh', ['-c', `exec ${source}; "$0" "$@"; exit $?`, process.execPath, BIN, ...argv, '--from', 'tfrecord', '--overwrite']);
    for (const target of [file, join(folder, 'sub/hard.tfrecord')]) {
      for (const argv of [['convert', '-', target], ['convert', '-', target, '--plan'], ['extract', '-', 'k', '-o', target]]) {
        expect(await from(argv)).toMatchObject({ code: 2, stderr: `error[BAD_OPTION]: ${target}: is the source itself\n  write to another place\n` });
      }
    }
    expect(await from(['convert', '-', join(folder, 's'), '--to', 'tfrecord', '--shard-size', '1MB'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/would replace .*s-00000-of-00002\.tfrecord, which is the source\n/) });
    expect(readFileSync(file)).toEqual(before);
    expect(await from(['convert', '-', join(folder, 'b.tfrecord'), '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await from(['convert', '-', file, '-q'], `< '${join(folder, 'b.tfrecord')}'`)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  itOnPosix('may be empty (not on Windows)', async () => {
    expect(await converted('< /dev/null')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(folder)).toEqual(['a.tfrecord']);
  });
});

describe('the bytes that are written', () => {
  it('are the same in two processes with another clock, time zone and locale', async () => {
    const elsewhere = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };
    const clock = ['--import', join(__dirname, 'oracle-clock.mjs')];
    for (const [name, ...flags] of [['train.tfrecord', '--dst-opt', 'compression=gzip'], ['db', '-t', 'lmdb']] as const) {
      const [here, there] = [join(folder, `here-${name}`), join(folder, `there-${name}`)];
      const outcomes = await Promise.all([
        node([BIN, 'convert', DATABASE, here, '-q', ...flags]),
        node([...clock, BIN, 'convert', DATABASE, there, '-q', ...flags], elsewhere),
      ]);
      expect(outcomes).toEqual(outcomes.map(() => ({ code: 0, stdout: '', stderr: '' })));
      expect({ name, digest: digestOf(there) }).toEqual({ name, digest: digestOf(here) });
    }
  });
});

function digestOf(path: string): string {
  const file = existsSync(join(path, 'data.mdb')) ? join(path, 'data.mdb') : path;
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

describe('a system that opens no more files', () => {
  const itOnPosix = process.platform === 'win32' ? it.skip : it;

  itOnPosix('is told in one line, also where it is met while the command is loaded (not on Windows)', async () => {
    const { code, stdout, stderr } = await execute('sh', ['-c', 'ulimit -n 30; exec "$@"', 'sh', process.execPath, BIN, 'inspect', DATABASE]);
    expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: '', stderr: expect.stringMatching(/^error\[IO\]: [^\n]*EMFILE[^\n]*\n$/) as string });
  });
});
