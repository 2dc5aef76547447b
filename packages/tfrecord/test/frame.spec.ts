import { isImgstoreError } from '@imgstore/core';
import { readRecords } from '@imgstore/tfrecord';
import { crc32ByTable, crc32cByTable, maskCrc } from '../src/wire/crc.js';
import { collect, collectUntilError, concat, frame, frameHeader, little, pieces, text } from './helpers/records.js';

const data = [text('first'), text('the second record, which is longer'), new Uint8Array(0), text('last')];
const file = concat(...data.map(frame));
const ends = data.map((_, index) => data.slice(0, index + 1).reduce((sum, { length }) => sum + length + 16, 0));

it('reads every record with its offset and ordinal', async () => {
  const records = await collect(readRecords(file));
  expect(records.map((record) => [...record.data])).toEqual(data.map((bytes) => [...bytes]));
  expect(records.map(({ offset, record }) => [offset, record])).toEqual([[0, 0], [ends[0], 1], [ends[1], 2], [ends[2], 3]]);
});

it('reads no record from an empty file', async () => {
  expect(await collect(readRecords(new Uint8Array(0)))).toEqual([]);
});

it.each([1, 2, 11, 12, 13, 50, 1000])('reads the same from pieces of %i bytes', async (length) => {
  const records = await collect(readRecords(pieces(file, length)));
  expect(records.map((record) => [...record.data])).toEqual(data.map((bytes) => [...bytes]));
});

it('refuses a file cut at any byte but the end of a record, after the records before the cut', async () => {
  for (const source of [(bytes: Uint8Array) => bytes, (bytes: Uint8Array) => pieces(bytes, 7)]) {
    for (let cut = 1; cut < file.length; cut++) {
      const { values, error } = await collectUntilError(readRecords(source(file.slice(0, cut))));
      const whole = ends.filter((end) => end <= cut).length;
      expect(values).toHaveLength(whole);
      if (ends.includes(cut)) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: 'TRUNCATED', record: whole, offset: ends[whole - 1] ?? 0 });
    }
  }
});

it('refuses a flip of any bit of the last two records', async () => {
  for (let at = ends[1]!; at < file.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = file.slice();
      damaged[at]! ^= 1 << bit;
      const { values, error } = await collectUntilError(readRecords(damaged));
      expect(values).toHaveLength(at < ends[2]! ? 2 : 3);
      expect(error).toMatchObject({ code: 'CORRUPT', offset: at < ends[2]! ? ends[1] : ends[2] });
    }
  }
});

it('refuses a flip of any bit of the first record, before or behind it nothing is given', async () => {
  for (let at = 0; at < ends[0]!; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = file.slice();
      damaged[at]! ^= 1 << bit;
      const { values, error } = await collectUntilError(readRecords(damaged));
      // A length whose checksum is wrong may look like something else, never like a record.
      expect([values.length, error?.code]).toEqual([0, expect.stringMatching(/^(?:CORRUPT|NOT_A_STORE|TRUNCATED)$/)]);
    }
  }
});

it('names the checksum, what it is and what is stored', async () => {
  const damaged = frame(text('data'));
  damaged[13]! ^= 1;
  const { error } = await collectUntilError(readRecords(damaged));
  expect(error?.message).toMatch(/^<bytes>, record 0 at byte 0: data checksum 0x[0-9a-f]{8}, stored 0x[0-9a-f]{8}$/);
});

it.each([
  ['an unmasked checksum', (bytes: Uint8Array) => crc32cByTable(bytes), 'did not mask'],
  ["zlib's polynomial", (bytes: Uint8Array) => crc32ByTable(bytes), "zlib's polynomial"],
  ["zlib's polynomial, masked", (bytes: Uint8Array) => maskCrc(crc32ByTable(bytes)), "zlib's polynomial"],
])('recognises %s', async (_name, checksum, said) => {
  const bytes = text('data');
  const inData = concat(frameHeader(4), bytes, little(checksum(bytes), 4));
  const inLength = concat(little(4, 8), little(checksum(little(4, 8)), 4), bytes, little(0, 4));
  for (const source of [inData, inLength]) {
    const { error } = await collectUntilError(readRecords(source));
    expect(error).toMatchObject({ code: 'CORRUPT' });
    expect(error?.message).toContain(said);
  }
});

it.each([2n ** 30n + 1n, 2n ** 31n, 2n ** 32n, 2n ** 40n])('refuses a length of %s in a file that does not hold so much, before memory is taken', async (length) => {
  const { error } = await collectUntilError(readRecords(concat(frameHeader(length), new Uint8Array(20))));
  expect(error).toMatchObject({ code: 'TRUNCATED', offset: 0 });
  expect(error?.message).toContain(`a record of ${length} bytes is announced, 16 are left`);
});

it.each([2n ** 30n + 1n, 2n ** 31n, 2n ** 40n])('refuses a length of %s in a stream of unknown size', async (length) => {
  const { error } = await collectUntilError(readRecords(pieces(concat(frameHeader(length), new Uint8Array(20)), 8)));
  expect(error).toMatchObject({ code: 'LIMIT', record: 0, offset: 0 });
});

it.each([2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 4n, 2n ** 64n - 1n])('refuses a length of %s', async (length) => {
  for (const source of [concat(frameHeader(length), new Uint8Array(20)), pieces(frameHeader(length), 12)]) {
    const { error } = await collectUntilError(readRecords(source));
    expect(error).toMatchObject({ code: 'LIMIT' });
    expect(error?.message).toContain(`${length} bytes`);
  }
});

it('takes memory for an announced length only as the bytes arrive', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    yield frameHeader(2 ** 30);
    for (let piece = 0; piece < 40; piece++) {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      yield new Uint8Array(1 << 16);
    }
  }
  expect((await collectUntilError(readRecords(source()))).error).toMatchObject({ code: 'TRUNCATED' });
  expect(peak).toBeLessThan(64 << 20);
});

it.each([[1, 'TRUNCATED'], [11, 'TRUNCATED'], [12, 'CORRUPT'], [4096, 'CORRUPT']] as const)('refuses %i zero bytes behind the last record', async (count, code) => {
  const { values, error } = await collectUntilError(readRecords(concat(file, new Uint8Array(count))));
  expect(values).toHaveLength(data.length);
  expect(error).toMatchObject({ code, record: data.length, offset: file.length });
});

it.each([
  ['an HTML page', text('\n<!DOCTYPE html><html><head><title>404</title>'), /HTML/],
  ['a git-LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'), /git-LFS pointer.*git lfs pull/],
  ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), /PNG/],
  ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1), /JPEG/],
  ['a ZIP', text('PK\x03\x04aaaaaaaaaaaa'), /ZIP/],
  ['Riegeli', Uint8Array.of(0x83, 0xaf, 0x70, 0xd1, 0x0d, 0x88, 0x4a, 0x3f, 0, 0, 0, 0), /ArrayRecord/],
  ['a short HTML page', text('<html>'), /HTML/],
])('says what %s is instead', async (_name, bytes, said) => {
  for (const source of [bytes, pieces(bytes, 5)]) {
    const { error } = await collectUntilError(readRecords(source));
    expect(error).toMatchObject({ code: 'NOT_A_STORE' });
    expect(error?.message).toMatch(said);
  }
});

it('says CORRUPT at byte 0 of what nobody knows', async () => {
  const { error } = await collectUntilError(readRecords(text('something else altogether')));
  expect(error).toMatchObject({ code: 'CORRUPT', record: 0, offset: 0 });
});

it('refuses a record above the limit that was set', async () => {
  const { error } = await collectUntilError(readRecords(file, { limits: { record: 10 } }));
  expect(error).toMatchObject({ code: 'LIMIT', record: 1 });
  expect(isImgstoreError(error, 'LIMIT')).toBe(true);
});

it('gives records that are the caller’s for ever, and borrowed ones only until the next pull', async () => {
  const many = concat(...Array.from({ length: 400 }, (_, index) => frame(little(index, 4))));
  const owned = await collect(readRecords(many));
  expect(owned.map((record) => record.data[0]! + 256 * record.data[1]!)).toEqual(Array.from({ length: 400 }, (_, index) => index));
  let index = 0;
  for await (const { data: borrowed } of readRecords(pieces(many, 1000), { borrow: true })) expect(borrowed).toEqual(little(index++, 4));
  expect(index).toBe(400);
});

it('stops with the reason of its signal', async () => {
  const reason = new Error('enough');
  await expect(collect(readRecords(file, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
});
