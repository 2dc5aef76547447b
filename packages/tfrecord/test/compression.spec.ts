import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { readRecords, tfrecord } from '@imgstore/tfrecord';
import { readBytes } from '../src/io/bytes.js';
import type { ByteReader } from '@imgstore/core';
import * as node from '../src/platform.node.js';
import * as web from '../src/platform.web.js';
import type { InflateOptions, Platform } from '../src/platform.js';
import { collect, collectUntilError, concat, frame, pieces, stream, temporaryFolder, text } from './helpers/records.js';
import { png, sample } from './helpers/samples.js';

const records = Array.from({ length: 100 }, (_, index) => text(`record ${index} ${'x'.repeat(index)}`));
const file = concat(...records.map(frame));
const path = temporaryFolder();

it.each([
  ['GZIP', gzipSync(file)],
  ['ZLIB', deflateSync(file)],
  ['ZLIB with a small window', deflateSync(file, { windowBits: 9 })],
  ['ZLIB without compression', deflateSync(file, { level: 0 })],
  ['GZIP in several members', concat(gzipSync(file.subarray(0, 1000)), gzipSync(new Uint8Array(0)), gzipSync(file.subarray(1000)))],
])('reads %s, told by its content', async (_name, bytes) => {
  for (const source of [bytes, pieces(bytes, 97), pieces(bytes, 5000)]) {
    expect((await collect(readRecords(source))).map(({ data }) => data.length)).toEqual(records.map(({ length }) => length));
  }
});

it.each([['gzip', gzipSync(file)], ['zlib', deflateSync(file)]])('refuses a %s stream that is cut anywhere', async (kind, bytes) => {
  const cuts = [2, 5, 10, 11, 100, Math.floor(bytes.length / 2), ...Array.from({ length: 12 }, (_, index) => bytes.length - 1 - index)];
  for (const cut of cuts) {
    const { values, error } = await collectUntilError(readRecords(bytes.subarray(0, cut)));
    expect(error).toMatchObject({ code: 'TRUNCATED' });
    expect(error?.message).toContain(kind);
    expect(values.length).toBeLessThanOrEqual(records.length);
  }
});

it('refuses a wrong CRC-32, length or Adler-32 of a compressed stream', async () => {
  for (const [bytes, at] of [[gzipSync(file), -8], [gzipSync(file), -1], [deflateSync(file), -1]] as const) {
    bytes[bytes.length + at]! ^= 1;
    expect((await collectUntilError(readRecords(bytes))).error).toMatchObject({ code: 'CORRUPT' });
  }
});

it.each([
  ['zero bytes', new Uint8Array(4)],
  ['text', text('trailing')],
])('refuses %s behind a compressed stream', async (_name, trailing) => {
  for (const bytes of [gzipSync(file), deflateSync(file)]) {
    for (const source of [concat(bytes, trailing), pieces(concat(bytes, trailing), bytes.length)]) {
      expect((await collectUntilError(readRecords(source))).error).toMatchObject({ code: 'CORRUPT' });
    }
  }
});

it('refuses a stream that gives more than a thousand bytes for each of its own', async () => {
  const bomb = gzipSync(frame(new Uint8Array(8 << 20)), { level: 9 });
  expect((await collectUntilError(readRecords(bomb))).error).toMatchObject({ code: 'LIMIT' });
  expect(await collect(readRecords(bomb, { limits: { ratio: 2000 } }))).toHaveLength(1);
});

it('says what a compressed stream of something else holds', async () => {
  const tar = new Uint8Array(1024);
  tar.set(text('ustar'), 257);
  expect((await collectUntilError(readRecords(gzipSync(tar)))).error).toMatchObject({ code: 'NOT_A_STORE', what: expect.stringContaining('a gzip stream of a tar archive') });
  expect((await collectUntilError(readRecords(gzipSync(text('nothing that is known'))))).error).toMatchObject({ code: 'CORRUPT', offset: 0 });
});

it.each(['gzip', 'zlib'] as const)('writes %s with every level, the same bytes every time', async (compression) => {
  const inflate = compression === 'gzip' ? gunzipSync : inflateSync;
  const plain = path(`${compression}-plain`);
  await tfrecord(plain).write(stream(sample('a', { image: png() })));
  const sizes = new Set<string>();
  for (const level of [0, 1, 6, 9]) {
    const target = path(`${compression}-${level}`);
    const write = async (): Promise<Buffer> => {
      await tfrecord(target, { compression, level }).write(stream(sample('a', { image: png() })), { overwrite: true });
      return readFileSync(target);
    };
    const first = await write();
    expect(await write()).toEqual(first);
    expect(inflate(first)).toEqual(readFileSync(plain));
    // The time and the system it was made on are not in a GZIP header of ours.
    if (compression === 'gzip') expect([...first.subarray(4, 8), first[9]]).toEqual([0, 0, 0, 0, 255]);
    sizes.add(first.toString('hex'));
  }
  expect(sizes.size).toBeGreaterThan(1);
});

it('keeps what a source of bytes throws', async () => {
  const failure = new Error('the network is gone');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync(file).subarray(0, 100);
    throw failure;
  }
  expect((await collectUntilError(readRecords(broken()))).error).toBe(failure);
});

it('closes a compressed source that is left early', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces(gzipSync(file), 100);
    } finally {
      closed = true;
    }
  }
  for await (const _ of readRecords(source())) break;
  expect(closed).toBe(true);
});

describe.each<[string, Pick<Platform, 'openInflater'>]>([['Node', node], ['a browser', web]])('the inflater of %s', (_name, platform) => {
  const options = (kind: 'gzip' | 'zlib'): InflateOptions => ({ kind, ratio: 1000, place: { file: 'f' } });
  const readAll = async (reader: ByteReader): Promise<number> => {
    const target = new Uint8Array(1000);
    let total = 0;
    try {
      for (let got = await reader.read(target); got > 0; got = await reader.read(target)) total += got;
      return total;
    } finally {
      await reader.close();
    }
  };

  it.each([['gzip', gzipSync(file)], ['zlib', deflateSync(file)]] as const)('inflates %s', async (kind, bytes) => {
    expect(await readAll(platform.openInflater(readBytes(bytes), options(kind)))).toBe(file.length);
  });

  it.each([['gzip', gzipSync(file)], ['zlib', deflateSync(file)]] as const)('refuses %s that is cut or damaged', async (kind, bytes) => {
    await expect(readAll(platform.openInflater(readBytes(bytes.subarray(0, -3)), options(kind)))).rejects.toMatchObject({ code: 'TRUNCATED', file: 'f' });
    const damaged = Uint8Array.from(bytes);
    damaged.fill(0xff, 20, 60);
    await expect(readAll(platform.openInflater(readBytes(damaged), options(kind)))).rejects.toMatchObject({ code: expect.stringMatching(/CORRUPT|TRUNCATED/), file: 'f' });
  });

  it('refuses a bomb', async () => {
    const bomb = gzipSync(new Uint8Array(8 << 20), { level: 9 });
    await expect(readAll(platform.openInflater(readBytes(bomb), options('gzip')))).rejects.toMatchObject({ code: 'LIMIT' });
  });
});
