import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openFileReader, readHead } from '../../src/files/index.js';
import { errnoError, observe, useFolder } from './helpers.js';

const root = useFolder();
const fixture = (text: string): string => {
  const path = join(root(), 'source.bin');
  fs.writeFileSync(path, text);
  return path;
};

describe('a file reader', () => {
  it('fills what it is given from any position, and says how much there was at the end', () => {
    const reader = openFileReader(fixture('0123456789'));
    const target = new Uint8Array(4);
    expect([reader.size, reader.read(target, 3), Buffer.from(target).toString()]).toEqual([10, 4, '3456']);
    expect([reader.read(target, 8), reader.read(target, 10), reader.read(target, 1000), reader.read(new Uint8Array(0), 0)]).toEqual([2, 0, 0, 0]);
    reader.close();
  });

  it('goes on after a short read and after an interruption', () => {
    const reader = openFileReader(fixture('0123456789'));
    const real = fs.readSync.bind(fs) as (...args: unknown[]) => number;
    let calls = 0;
    const spy = jest.spyOn(fs, 'readSync').mockImplementation(((fd: number, buffer: Uint8Array, offset: number, length: number, position: number) => {
      if (++calls % 2 === 0) throw errnoError('EINTR');
      return real(fd, buffer, offset, Math.min(length, 3), position);
    }) as typeof fs.readSync);
    const target = new Uint8Array(10);
    try {
      reader.readExactly(target, 0);
    } finally {
      spy.mockRestore();
      reader.close();
    }
    expect([Buffer.from(target).toString(), calls]).toEqual(['0123456789', 7]);
  });

  it('gives up when every attempt is interrupted', async () => {
    const path = fixture('0123456789');
    const reader = openFileReader(path);
    const { error, operations } = await observe(() => reader.read(new Uint8Array(1), 0), () => errnoError('EAGAIN'));
    reader.close();
    expect(error).toMatchObject({ code: 'IO', file: path, cause: { code: 'EAGAIN' } });
    expect(operations.length).toBeLessThan(1000);
  });

  it('refuses to read what is not there as TRUNCATED with the offset of the end', () => {
    const path = fixture('0123456789');
    const reader = openFileReader(path);
    expect(() => reader.readExactly(new Uint8Array(4), 8)).toThrow(expect.objectContaining({ code: 'TRUNCATED', file: path, offset: 10 }));
    reader.close();
  });

  it('calls a file CHANGED that became shorter than it was at opening', () => {
    const path = fixture('0123456789');
    const reader = openFileReader(path);
    fs.truncateSync(path, 5);
    expect(() => reader.readExactly(new Uint8Array(4), 4)).toThrow(expect.objectContaining({ code: 'CHANGED', offset: 5 }));
    reader.close();
  });

  it.each([
    ['grew', (path: string) => fs.appendFileSync(path, 'x')],
    ['shrank', (path: string) => fs.truncateSync(path, 1)],
    ['was written with the same size', (path: string) => {
      fs.writeFileSync(path, '9876543210');
      fs.utimesSync(path, 1, 1);
    }],
  ])('notices that the file %s since it was opened', (_, change) => {
    const path = fixture('0123456789');
    const reader = openFileReader(path);
    expect(() => reader.checkUnchanged()).not.toThrow();
    change(path);
    expect(() => reader.checkUnchanged()).toThrow(expect.objectContaining({ code: 'CHANGED', file: path }));
    reader.close();
  });

  it('can be closed twice and not be read afterwards', async () => {
    const path = fixture('0123456789');
    const { result, openHandles, operations } = await observe(() => {
      const reader = openFileReader(path);
      reader.close();
      reader.close();
      return reader;
    });
    expect([openHandles, operations.filter((name) => name === 'close').length]).toEqual([0, 1]);
    expect(() => result?.read(new Uint8Array(1), 0)).toThrow(expect.objectContaining({ code: 'CONTRACT' }));
  });

  it('leaves every time of the source as it was, for the owner of the file', () => {
    const path = fixture('0123456789');
    fs.utimesSync(path, 1_000_000_000, 1_000_000_000);
    const before = fs.statSync(path, { bigint: true });
    const reader = openFileReader(path);
    reader.readExactly(new Uint8Array(10), 0);
    reader.close();
    const { mtimeNs, ctimeNs, size } = fs.statSync(path, { bigint: true });
    expect([mtimeNs, ctimeNs, size]).toEqual([before.mtimeNs, before.ctimeNs, before.size]);
    // Only Linux can open a file without a new access time.
    if (process.platform === 'linux') expect(fs.statSync(path, { bigint: true }).atimeNs).toBe(before.atimeNs);
  });

  (process.platform === 'linux' ? it : it.skip)('opens the file of another owner, who alone may keep the access time (on Linux only)', () => {
    const path = fixture('0123456789');
    const real = fs.openSync.bind(fs);
    const flagsUsed: number[] = [];
    const spy = jest.spyOn(fs, 'openSync').mockImplementation((name, flags, mode) => {
      flagsUsed.push(Number(flags));
      if (flagsUsed.length === 1) throw errnoError('EPERM');
      return real(name, flags, mode);
    });
    try {
      openFileReader(path).close();
    } finally {
      spy.mockRestore();
    }
    expect(flagsUsed.map((flags) => (flags & fs.constants.O_NOATIME) !== 0)).toEqual([true, false]);
  });

  it('says NOT_FOUND for what is not there, for a path through a file and for a link that leads nowhere', () => {
    const path = fixture('');
    fs.symlinkSync(join(root(), 'nowhere'), join(root(), 'dangling'));
    for (const missing of [join(root(), 'missing'), join(path, 'below'), join(root(), 'dangling')]) {
      expect(() => openFileReader(missing)).toThrow(expect.objectContaining({ code: 'NOT_FOUND', file: missing }));
    }
  });

  it('refuses a folder, a pipe and a device by name, without waiting and without opening them', async () => {
    const pipe = join(root(), 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    for (const [path, what] of [[root(), 'a folder'], [pipe, 'a pipe'], ['/dev/zero', 'a device']] as const) {
      const { error, operations } = await observe(() => openFileReader(path));
      expect(error).toMatchObject({ code: 'UNSUPPORTED', message: `${path}: ${what}, not a regular file` });
      expect(operations).toEqual(['stat']);
    }
  });

  it('refuses a socket by name', async () => {
    const path = join(root(), 's');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(() => openFileReader(path)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: `${path}: a socket, not a regular file` }));
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuses a pipe that took the place of a file between two looks, without waiting for a writer', async () => {
    const path = fixture('0123456789');
    const { error, openHandles } = await observe(() => openFileReader(path), (_, name) => {
      if (name !== 'open') return;
      fs.unlinkSync(path);
      expect(spawnSync('mkfifo', [path]).status).toBe(0);
    });
    expect(error).toMatchObject({ code: 'UNSUPPORTED' });
    expect(openHandles).toBe(0);
  });

  it('gives a failure of the system as IO with its errno, a line that names both, and what to do', async () => {
    const path = fixture('0123456789');
    const { error } = await observe(() => openFileReader(path), (_, name) => (name === 'open' ? errnoError('EMFILE') : undefined));
    expect(error).toMatchObject({ code: 'IO', file: path, cause: { code: 'EMFILE' }, message: `${path}: cannot open: EMFILE (as the test wants it)` });
    expect((error as { hint?: string }).hint).toMatch(/ulimit/);
  });

  it('closes the file when it cannot be looked at', async () => {
    const path = fixture('0123456789');
    const { error, openHandles } = await observe(() => openFileReader(path), (_, name) => (name === 'fstat' ? errnoError('EIO') : undefined));
    expect(error).toMatchObject({ code: 'IO' });
    expect(openHandles).toBe(0);
  });

  it('refuses a path with a NUL byte', () => {
    expect(() => openFileReader('a\0b')).toThrow(expect.objectContaining({ code: 'BAD_OPTION', message: 'not a path: it holds a NUL byte' }));
  });
});

describe('readHead', () => {
  it('gives the first bytes, and of a shorter file all', () => {
    const path = fixture('0123456789');
    expect([4, 10, 64].map((most) => Buffer.from(readHead(path, most)).toString())).toEqual(['0123', '0123456789', '0123456789']);
    expect(() => readHead(join(root(), 'nothing'), 4)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
