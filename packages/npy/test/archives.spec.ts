import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { ByteSink, isImgstoreError } from '@imgstore/core';
import type { ErrorCode } from '@imgstore/core';
import { encodeNpy, listNpz, npy, readNpy } from '../src/index.js';
import type { NpyArray } from '../src/index.js';
import { formatEnd, formatLocal, putCentral } from '../src/wire/zip-write.js';
import { all, failureOf, temporaryFolder } from './helpers/files.js';
import { fixtureBytes, fixturePath } from './helpers/fixtures.js';

const { file } = temporaryFolder();

/** What an archive of one entry says; each number can be a lie. */
interface Claims {
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly offset?: number;
  readonly localName?: string;
  readonly entries?: number;
  readonly directoryOffset?: number;
}

/** An archive of one entry by hand, as zips were before zip64. */
function archive(plain: Uint8Array, claims: Claims = {}): Buffer {
  const { method = 0, flags = 0, localName = 'a.npy', entries = 1 } = claims;
  const data = method === 8 ? deflateRawSync(plain) : Buffer.from(plain);
  const [crc, size, compressed] = [claims.crc ?? crc32(plain), claims.size ?? plain.length, claims.compressedSize ?? data.length];
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(method, 8);
  local.writeUInt16LE(localName.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(flags, 8);
  central.writeUInt16LE(method, 10);
  central.writeUInt32LE(crc, 16);
  central.writeUInt32LE(compressed, 20);
  central.writeUInt32LE(size, 24);
  central.writeUInt16LE(5, 28);
  central.writeUInt32LE(claims.offset ?? 0, 42);
  const front = Buffer.concat([local, Buffer.from(localName), data]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(51, 12);
  end.writeUInt32LE(claims.directoryOffset ?? front.length, 16);
  return Buffer.concat([front, central, Buffer.from('a.npy'), end]);
}

const array: NpyArray = { dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const plain = encodeNpy(array);

describe('an archive', () => {
  it.each([0, 8])('without zip64, with method %d, is read', async (method) => {
    expect(await readNpy(archive(plain, { method }))).toEqual(array);
  });

  it('with a comment at its end is read', async () => {
    const bytes = archive(plain);
    bytes.writeUInt16LE(4, bytes.length - 2);
    expect(await readNpy(Buffer.concat([bytes, Buffer.from('PK\x05\x06', 'latin1')]))).toEqual(array);
  });

  it.each<readonly [string, Claims, ErrorCode, RegExp]>([
    ['method 99', { method: 99 }, 'UNSUPPORTED', /method 99/],
    ['an encrypted entry', { flags: 1 }, 'UNSUPPORTED', /encrypted/],
    ['a wrong CRC', { crc: 1 }, 'CORRUPT', /checksum 0x[0-9a-f]{8}, stored 0x00000001/],
    ['a wrong CRC of a deflated entry', { method: 8, crc: 1 }, 'CORRUPT', /stored 0x00000001/],
    ['a stored entry of two sizes', { size: 999 }, 'CORRUPT', /its sizes are 134 and 999/],
    ['a size that is too small', { method: 8, size: 133 }, 'CORRUPT', /holds more than the 133 bytes/],
    ['a size that is too large', { method: 8, size: 135 }, 'CORRUPT', /135 bytes are there, expected 134/],
    ['compressed bytes cut short', { method: 8, compressedSize: 20 }, 'TRUNCATED', /the deflate stream ends before it is complete/],
    ['an entry that reaches into the directory', { compressedSize: 10_000, size: 10_000 }, 'CORRUPT', /reach into what follows/],
    ['an offset that lies', { offset: 1 }, 'CORRUPT', /reach into|no entry begins/],
    ['an offset behind the file', { offset: 0xffff_0000 }, 'CORRUPT', /reach into what follows/],
    ['another name before the entry', { localName: 'b.npy' }, 'CORRUPT', /not the one that the directory/],
    ['too many entries', { entries: 2 }, 'CORRUPT', /2 entries, its directory has 1/],
    ['a directory elsewhere', { directoryOffset: 3 }, 'CORRUPT', /directory of the archive is said to end at/],
  ])('with %s is refused', async (_, claims, code, message) => {
    const failure = await failureOf(readNpy(archive(plain, claims)));
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(code);
  });

  it('that claims 4 GiB of a few bytes is refused before it is read', async () => {
    const claims = archive(plain, { method: 8, size: 0xffff_fff0 });
    expect((await failureOf(readNpy(claims))).message).toMatch(/ compressed bytes that give 4294967280, more than 1000 to 1/);
  });

  it('that gives more than it says is refused when it has given so much', async () => {
    const bomb = encodeNpy({ dtype: 'uint8', shape: [2 ** 23], data: new Uint8Array(2 ** 23) });
    const failure = await failureOf(readNpy(archive(bomb, { method: 8, size: 200 })));
    expect([failure.code, failure.key]).toEqual(['CORRUPT', 'a.npy']);
    expect((await failureOf(readNpy(archive(bomb, { method: 8 }), { limits: { ratio: 500 } }))).code).toBe('LIMIT');
    expect((await readNpy(archive(bomb, { method: 8 }), { limits: { ratio: 2000 } })).shape).toEqual([2 ** 23]);
  });

  it.each(['samples.npz', 'samples-deflated.npz', 'stack.npz'])('%s cut anywhere, or with any byte changed, gives what was there or a typed error', async (name) => {
    const whole = fixtureBytes(name);
    const before = await everything(whole);
    for (let length = 0; length < whole.length; length += 1 + Math.floor(length / 50)) {
      expect((await failureOf(listNpz(whole.subarray(0, length)))).code).toMatch(/^(TRUNCATED|CORRUPT)$/);
    }
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ flip;
      const outcome = await everything(changed).catch((error: unknown) => error);
      if (isImgstoreError(outcome)) return;
      // Names have no checksum, nor have dates; elements have.
      expect(Object.values(outcome as object)).toEqual(Object.values(before));
    }), { seed: 5, numRuns: 300 });
  });

  it('with a damaged entry is read past it when that is asked for', async () => {
    const bytes = fixtureBytes('samples.npz');
    const at = bytes.indexOf('\x93NUMPY', bytes.indexOf('b/ä.npy'), 'latin1') + 130;
    bytes[at] = (bytes[at] as number) ^ 1;
    const store = npy(file('damaged.npz', bytes));
    expect(await failureOf(all(store.read()))).toMatchObject({ code: 'CORRUPT', key: 'b/ä.npy' });
    const errors: string[] = [];
    const found = await all(store.read({ onBadSample: (error) => errors.push(error.message) }));
    expect(found.map(({ key }) => key)).toEqual(['a', '__proto__']);
    expect(errors).toEqual([expect.stringContaining('checksum')]);
  });

  it('whose directory is in another order, has folders and a name twice is read in the order of the file, and asked for a name has the last', async () => {
    const parts = [['b.npy', 1], ['folder/', 0], ['a.npy', 2], ['b.npy', 3]] as const;
    const sink: Uint8Array[] = [];
    const directory = new ByteSink();
    const entries = parts.map(([name, value]) => {
      const bytes = value === 0 ? new Uint8Array() : encodeNpy({ dtype: 'uint8', shape: [1, 1], data: Uint8Array.of(value) });
      const entry = { name: Buffer.from(name), isDeflated: false, crc: crc32(bytes), compressedSize: bytes.length, size: bytes.length, offset: Buffer.concat(sink).length };
      sink.push(formatLocal(entry), bytes);
      return entry;
    });
    const offset = Buffer.concat(sink).length;
    for (const entry of entries.toReversed()) putCentral(directory, entry);
    const bytes = Buffer.concat([...sink, directory.view(), formatEnd(entries.length, directory.length, offset)]);
    const store = npy(file('order.npz', bytes));
    expect((await all(store.read())).map(({ key, image }) => [key, image?.kind === 'tensor' && image.data[0]])).toEqual([['b', 1], ['a', 2], ['b', 3]]);
    expect(await all(store.keys())).toEqual(['b', 'a', 'b']);
    expect(await store.describe()).toEqual({ count: 3, keys: 'stored', bytes: bytes.length });
    expect([(await store.get('b'))?.image, await store.get('folder/')]).toMatchObject([{ data: Uint8Array.of(3) }, undefined]);
    await store.close();
    expect((await readNpy(bytes, { entry: 'b' })).data).toEqual(Uint8Array.of(3));
  });

  it('is a stack whose checksum is wrong at its end', async () => {
    const bytes = fixtureBytes('stack.npz');
    bytes[200] = (bytes[200] as number) ^ 1;
    const failure = await failureOf(all(npy(file('stack.npz', bytes)).read()));
    expect([failure.code, failure.feature]).toEqual(['CORRUPT', 'x']);
    expect((await npy(fixturePath('stack.npz')).describe()).count).toBe(4);
  });
});

/** Every array of an archive, by name. */
async function everything(bytes: Uint8Array): Promise<Record<string, NpyArray>> {
  const found: [string, NpyArray][] = [];
  for (const entry of await listNpz(bytes)) found.push([entry, await readNpy(bytes, { entry })]);
  return Object.fromEntries(found);
}
