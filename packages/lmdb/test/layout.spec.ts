import { layoutName, layoutOf, recogniseLayout } from '../src/wire/layout.js';
import { readSnapshot } from '../src/wire/meta.js';
import type { PageFile } from '../src/wire/meta.js';
import { EntryScan } from '../src/wire/scan.js';
import { fixtureBytes } from './helpers/fixtures.js';

/** Bytes as a file. */
const memory = (bytes: Buffer): PageFile => ({ size: bytes.length, readExactly: (target, position) => void target.set(bytes.subarray(position, position + target.length)) });

/** The head of a file with the magic number and a version at that byte. */
function head(at: number, version: number, order: 'LE' | 'BE' = 'LE'): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes[`writeUInt32${order}`](0xbeefc0de, at);
  bytes[`writeUInt32${order}`](version, at + 4);
  return bytes;
}

describe('layouts of LMDB files', () => {
  // The tables of LMDB's headers, in numbers.
  it.each([
    [1, 8, { headerLength: 16, pointerBase: 0, flagsAt: 10, lowerAt: 12, upperAt: 14, freeAt: 40, mainAt: 88, lastPageAt: 136, txnidAt: 144, metaEnd: 152, recordLength: 48, referenceLength: 8 }],
    [1, 4, { headerLength: 12, pointerBase: 0, flagsAt: 6, lowerAt: 8, upperAt: 10, freeAt: 28, mainAt: 56, lastPageAt: 84, txnidAt: 88, metaEnd: 92, recordLength: 28, referenceLength: 4 }],
    [2, 8, { headerLength: 24, pointerBase: 24, flagsAt: 18, lowerAt: 20, upperAt: 22, freeAt: 48, mainAt: 96, lastPageAt: 144, txnidAt: 152, metaEnd: 160, recordLength: 48, referenceLength: 24 }],
    [3, 4, { headerLength: 16, pointerBase: 16, flagsAt: 10, lowerAt: 12, upperAt: 14, freeAt: 32, mainAt: 60, lastPageAt: 88, txnidAt: 92, metaEnd: 96, recordLength: 28, referenceLength: 12 }],
  ] as const)('have their fields where data format %i with words of %i bytes has them', (dataFormat, wordLength, fields) => {
    expect(layoutOf(dataFormat, wordLength)).toMatchObject(fields);
  });

  it.each([[16, 1, 1, 8], [12, 1, 1, 4], [24, 2, 2, 8], [16, 2, 2, 4], [24, 3, 3, 8], [16, 3, 3, 4]])(
    'are told by the magic number at byte %i and version %i', (at, version, dataFormat, wordLength) => {
      expect(recogniseLayout(head(at, version))).toMatchObject({ dataFormat, wordLength });
    });

  it('have names that say who writes them', () => {
    expect(layoutName(layoutOf(2, 8))).toBe('LMDB data format 2, as npm lmdb writes it');
    expect(layoutName(layoutOf(1, 4))).toBe('LMDB data format 1 (32-bit), as liblmdb 0.9 writes it');
  });

  it('are not seen in other bytes', () => {
    expect(recogniseLayout(new Uint8Array(64))).toBeUndefined();
    expect(recogniseLayout(new Uint8Array(3))).toBeUndefined();
  });

  it('of big-endian machines are refused by name', () => {
    expect(() => recogniseLayout(head(16, 1, 'BE'))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining('big-endian') }));
  });

  it('of development versions are refused with their number', () => {
    expect(() => recogniseLayout(head(16, 999))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining('999') }));
  });

  it('do not have version 1 behind a header of 24 bytes', () => {
    expect(() => recogniseLayout(head(24, 1))).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
  });
});

describe('a database of a 32-bit machine', () => {
  /** Data format 1: a branch (page 4) over two leaves (2, 3), the second with a value on an overflow page (5). */
  function database(): Buffer {
    const file = Buffer.alloc(6 * 4096);
    const page = (number: number, flags: number, nodes: readonly Buffer[]): Buffer => {
      const bytes = file.subarray(number * 4096, (number + 1) * 4096);
      bytes.writeUInt32LE(number, 0);
      bytes.writeUInt16LE(flags, 6);
      let upper = 4096;
      nodes.forEach((node, index) => {
        upper -= node.length + node.length % 2;
        node.copy(bytes, upper);
        bytes.writeUInt16LE(upper, 12 + 2 * index);
      });
      bytes.writeUInt16LE(12 + 2 * nodes.length, 8);
      bytes.writeUInt16LE(upper, 10);
      return bytes;
    };
    const words = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => {
      const word = Buffer.alloc(4);
      word.writeUInt32LE(value);
      return word;
    }));
    const node = (first: number, flags: number, key: string, data: Buffer): Buffer => {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(first, 0);
      header.writeUInt16LE(flags, 4);
      header.writeUInt16LE(key.length, 6);
      return Buffer.concat([header, Buffer.from(key), data]);
    };
    page(2, 2, [node(1, 0, 'a', Buffer.from('1')), node(3, 0, 'bb', Buffer.from('two'))]);
    page(3, 2, [node(3000, 1, 'c', words(5))]);
    page(4, 1, [node(2, 0, '', Buffer.alloc(0)), node(3, 0xffff, 'c', Buffer.alloc(0))]); // the upper two bytes are ignored
    const run = page(5, 4, []);
    run.writeUInt32LE(1, 8);
    run.fill('x', 12, 12 + 3000);
    for (const number of [0, 1]) {
      const meta = page(number, 8, []);
      words(0xbeefc0de, 1, 0, 65536).copy(meta, 12);
      words(4096, 8, 0, 0, 0, 0, 0xffffffff).copy(meta, 28);
      words(0, number * 0x20000, number, number * 2, number, number * 3, number ? 4 : 0xffffffff).copy(meta, 56);
      words(number ? 5 : 1, number).copy(meta, 84);
    }
    return file;
  }

  it('is read with its branches, leaves and overflow pages', async () => {
    const file = memory(database());
    const snapshot = readSnapshot(file);
    expect(snapshot).toMatchObject({ layout: { dataFormat: 1, wordLength: 4 }, txnid: 1, main: { depth: 2, entries: 3, root: 4 } });
    const found: string[] = [];
    const scan = new EntryScan(file, snapshot);
    while (!scan.isDone) {
      await scan.fill((key, value) => void found.push(`${Buffer.from(key).toString()}=${value.length > 10 ? value.length : Buffer.from(value).toString()}`), () => undefined);
    }
    expect(found).toEqual(['a=1', 'bb=two', 'c=3000']);
  });
});

describe('meta pages', () => {
  const failure = (bytes: Buffer): unknown => {
    try {
      readSnapshot(memory(bytes));
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const patched = (name: string, change: (bytes: Buffer) => void): Buffer => {
    const bytes = fixtureBytes(name);
    change(bytes);
    return bytes;
  };
  const FLAGS = 88 + 4;

  it.each<[string, Buffer, string, number | undefined, string]>([
    ['an empty file', Buffer.alloc(0), 'TRUNCATED', 0, 'empty'],
    ['a few zero bytes', Buffer.alloc(100), 'TRUNCATED', 100, 'too short'],
    ['zeros', Buffer.alloc(8192), 'CORRUPT', 0, 'not an LMDB data file'],
    ['a git-LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n'), 'NOT_A_STORE', 0, 'git-LFS'],
    ['an HTML page', Buffer.from('<!DOCTYPE html><html>'.padEnd(300)), 'NOT_A_STORE', 0, 'HTML'],
    ['a file cut in its first meta page', fixtureBytes('raw').subarray(0, 100), 'TRUNCATED', 100, 'inside meta page 0'],
    ['a file cut before its second meta page', fixtureBytes('raw').subarray(0, 4096), 'TRUNCATED', 4096, 'before meta page 1 at byte 4096'],
    ['a page size of 0', patched('raw', (bytes) => bytes.writeUInt32LE(0, 40)), 'CORRUPT', 40, 'page size is 0'],
    ['a page size of 5000', patched('raw', (bytes) => bytes.writeUInt32LE(5000, 40)), 'CORRUPT', 40, 'page size is 5000'],
    ['a page size of 64 KiB in format 1', patched('raw', (bytes) => bytes.writeUInt32LE(65536, 40)), 'CORRUPT', 40, 'page size is 65536'],
    ['meta page 0 without its magic number', patched('raw', (bytes) => bytes.writeUInt32LE(0, 16)), 'CORRUPT', 0, 'meta page 0 is damaged'],
    ['meta page 1 without its magic number', patched('raw', (bytes) => bytes.writeUInt32LE(0, 4096 + 16)), 'CORRUPT', 4096 + 16, 'data format 1, as liblmdb 0.9 writes it: meta page 1 is damaged'],
    ['meta page 1 of another format', patched('raw', (bytes) => bytes.writeUInt32LE(2, 4096 + 20)), 'CORRUPT', 4096 + 16, 'it says LMDB data format 2 (32-bit)'],
    ['meta page 1 of an unknown format', patched('raw', (bytes) => bytes.writeUInt32LE(7, 4096 + 20)), 'CORRUPT', 4096 + 16, 'no known magic number and version'],
    ['a meta page with the number of another', patched('raw', (bytes) => bytes.writeUInt32LE(3, 4096)), 'CORRUPT', 4096, 'says it is page 3'],
    ['a meta page that is a leaf', patched('raw', (bytes) => bytes.writeUInt16LE(2, 10)), 'CORRUPT', 10, 'page flags are 0x2'],
    ['a meta page of another page size', patched('raw', (bytes) => bytes.writeUInt32LE(8192, 4096 + 40)), 'CORRUPT', 4096 + 40, 'its page size is 8192, that of meta page 0 4096'],
    ['a last page of 0', patched('raw', (bytes) => bytes.writeUInt32LE(0, 4096 + 136)), 'CORRUPT', 4096 + 136, 'last page is 0'],
    ['an even transaction on meta page 1', patched('raw', (bytes) => bytes.writeUInt32LE(2, 4096 + 144)), 'CORRUPT', 4096 + 144, 'transaction 2 has no place on it'],
    ['transactions that are not neighbours', patched('raw', (bytes) => bytes.writeUInt32LE(7, 4096 + 144)), 'CORRUPT', 144, 'transactions 0 and 7'],
    ['a root that is a meta page', patched('raw', (bytes) => bytes.writeUInt32LE(1, 4096 + 128)), 'CORRUPT', 4096 + 88, 'page 1 as its root'],
    ['a root beyond the last page', patched('raw', (bytes) => bytes.writeUInt32LE(99, 4096 + 128)), 'CORRUPT', 4096 + 88, 'page 99 as its root'],
    ['a depth of 40', patched('raw', (bytes) => bytes.writeUInt16LE(40, 4096 + 88 + 6)), 'CORRUPT', 4096 + 88, '40 levels deep'],
    ['no root but entries', patched('raw', (bytes) => bytes.fill(0xff, 4096 + 128, 4096 + 136)), 'CORRUPT', 4096 + 88, 'has no root, but'],
    ['duplicates', patched('raw', (bytes) => bytes.writeUInt16LE(4, 4096 + FLAGS)), 'UNSUPPORTED', 4096 + FLAGS, 'MDB_DUPSORT'],
    ['flags that only duplicates have', patched('raw', (bytes) => bytes.writeUInt16LE(0x10, 4096 + FLAGS)), 'CORRUPT', 4096 + FLAGS, '0x10'],
    ['encryption', patched('format3', (bytes) => bytes.writeUInt16LE(0x2008, 48 + 4)), 'UNSUPPORTED', 52, 'encrypted'],
    ['page checksums', patched('format3', (bytes) => bytes.writeUInt16LE(16, 4094)), 'UNSUPPORTED', 4094, 'checksums'],
  ])('with %s are refused', (_, bytes, code, offset, text) => {
    expect(failure(bytes)).toMatchObject({ code, offset, what: expect.stringContaining(text) });
  });

  it('are believed in nothing that is not needed: the size of the map, the count of entries', () => {
    const bytes = patched('raw', (file) => file.fill(0xff, 32, 40).fill(0xff, 4096 + 32, 4096 + 40));
    expect(failure(bytes)).toBeUndefined();
  });
});
