import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { encodeNpy, npy } from '../src/index.js';
import { formatEnd } from '../src/wire/zip-write.js';

// The built command on files that no memory holds. Node itself takes some 50 MiB.

const MIB = 2 ** 20;
const bin = resolve(__dirname, '../../cli/bin/imgstore.js');
/** Says, at the end of the command, the most memory that it had. */
const gauge = `${pathToFileURL(resolve(__dirname, '../../../tools/peak-memory.mjs')).href}?report`;

jest.setTimeout(120_000); // the machine may have other work

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-npy-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

function imgstore(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string; readonly mebibytes: number } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', gauge, bin, ...args], { encoding: 'utf8', timeout: 60_000 });
  const [, text = stderr, memory] = /^([\s\S]*)\nPEAK ([\d.]+)$/.exec(stderr) ?? [];
  return { status, stdout, stderr: text, mebibytes: Number(memory) };
}

/** A stack of so many images of 600 x 400 x 3, a hole but for its header and its last image. */
function sparse(name: string, count: number, last: Uint8Array): void {
  const header = encodeNpy({ dtype: 'uint8', shape: [0], data: new Uint8Array(0) }).length;
  const text = Buffer.alloc(header, ' ');
  text.write(`\x93NUMPY\x01\x00`, 'latin1');
  text.writeUInt16LE(header - 10, 8);
  text.write(`{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, 600, 400, 3), }`, 10);
  text[header - 1] = 0x0a;
  const file = openSync(path(name), 'w');
  writeSync(file, text, 0, header, 0);
  ftruncateSync(file, header + count * last.length);
  writeSync(file, last, 0, last.length, header + (count - 1) * last.length);
  closeSync(file);
}

describe('a sparse stack of 8 GB', () => {
  const count = 11_200;
  const last = Uint8Array.from({ length: 600 * 400 * 3 }, (_, at) => at % 251);
  beforeAll(() => sparse('large.npy', count, last));

  it('is inspected within 128 MiB', () => {
    expect(statSync(path('large.npy')).size).toBeGreaterThan(8e9);
    const { status, stdout, stderr, mebibytes } = imgstore('inspect', path('large.npy'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('11,200 samples');
    expect(mebibytes).toBeLessThan(128);
  });

  it.each([['tfrecord', 'end.tfrecord'], ['npy', 'end.npy']])('gives its last hundred images to %s within 128 MiB', async (format, target) => {
    const { status, stderr, mebibytes } = imgstore('convert', path('large.npy'), path(target), '--skip', String(count - 100), '--limit', '100');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(statSync(path(target)).size).toBeGreaterThan(100 * last.length);
    expect(mebibytes).toBeLessThan(128);
    if (format !== 'npy') return;
    const store = npy(path(target));
    expect((await store.describe()).count).toBe(100);
    expect((await store.get('00000099'))?.image).toMatchObject({ data: last });
    await store.close();
  });
});

describe('an archive of 4 MB', () => {
  /** A deflate stream of an array of 255 x 16 MiB zeros, and an archive that says its sizes so. */
  function bomb(name: string, claimed: (plain: number) => number): void {
    const piece = deflateRawSync(new Uint8Array(16 * MIB), { finishFlush: constants.Z_FULL_FLUSH });
    const header = encodeNpy({ dtype: 'uint8', shape: [0], data: new Uint8Array(0) });
    const text = "{'descr': '|u1', 'fortran_order': False, 'shape': (255, 4096, 4096), }";
    header.set(Buffer.from(text.padEnd(header.length - 11)), 10);
    const block = Buffer.from([0, header.length, 0, ~header.length & 0xff, 0xff]);
    const data = Buffer.concat([block, header, ...Array<Buffer>(255).fill(piece), Buffer.from([3, 0])]);
    const size = claimed(header.length + 255 * 16 * MIB);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(5, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(5, 28);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(51, 12);
    end.writeUInt32LE(35 + data.length, 16);
    writeFileSync(path(name), Buffer.concat([local, Buffer.from('x.npy'), data, central, Buffer.from('x.npy'), end]));
  }

  it.each<readonly [string, (plain: number) => number, RegExp]>([
    ['that says it holds 4 GiB', (plain) => plain, /compressed bytes that give 42\d+, more than 1000 to 1/],
    ['that holds 4 GiB and says it holds little', () => 4_000_000, /the entry holds more than the 4000000 bytes that the archive says/],
  ])('%s is refused in bounded memory', (_, claimed, message) => {
    bomb('bomb.npz', claimed);
    expect(statSync(path('bomb.npz')).size).toBeLessThan(4.3e6);
    for (const args of [['inspect', path('bomb.npz')], ['convert', path('bomb.npz'), path('out.tfrecord')]]) {
      const { status, stderr, mebibytes } = imgstore(...args);
      expect(stderr).toMatch(message);
      expect(status).toBe(5);
      expect(mebibytes).toBeLessThan(192);
    }
    expect(readdirSync(folder)).not.toContain('out.tfrecord');
  });
});

describe('an archive of 1,200,000 arrays', () => {
  const count = 1_200_000;
  const plain = encodeNpy({ dtype: 'uint8', shape: [1, 1], data: Uint8Array.of(7) });
  const lengths = { local: 30 + 12 + plain.length, central: 46 + 12 };

  /** Entries `00000000.npy` and so on, stored; zip64 at the end alone. */
  function write(name: string): void {
    const crc = crc32(plain);
    const file = openSync(path(name), 'w');
    const directory = Buffer.alloc(count * lengths.central);
    const entries = Buffer.alloc(10_000 * lengths.local);
    for (let index = 0; index < count; index++) {
      const entry = `${String(index).padStart(8, '0')}.npy`;
      const local = entries.subarray(index % 10_000 * lengths.local);
      local.writeUInt32LE(0x04034b50, 0);
      local.writeUInt16LE(12, 26);
      local.write(entry, 30);
      local.set(plain, 42);
      const central = directory.subarray(index * lengths.central);
      central.writeUInt32LE(0x02014b50, 0);
      central.writeUInt32LE(crc, 16);
      central.writeUInt32LE(plain.length, 20);
      central.writeUInt32LE(plain.length, 24);
      central.writeUInt16LE(12, 28);
      central.writeUInt32LE(index * lengths.local, 42);
      central.write(entry, 46);
      if (index % 10_000 === 9_999) writeSync(file, entries);
    }
    writeSync(file, directory);
    writeSync(file, formatEnd(count, directory.length, count * lengths.local));
    closeSync(file);
  }

  it('is described, asked for a key and read within 256 MiB', () => {
    write('many.npz');
    const index = resolve(__dirname, '../dist/index.js');
    const { stderr, stdout, status } = spawnSync(process.execPath, ['--import', gauge, '--input-type=module', '-e', `
      import { npy } from ${JSON.stringify(index)};
      const store = npy(${JSON.stringify(path('many.npz'))});
      const { count, ordered } = await store.describe();
      const label = (await store.get('01100000')).key;
      await store.close();
      let keys = 0;
      for await (const key of store.keys()) keys++;
      let samples = 0;
      for await (const sample of store.read()) if (++samples === 200_000) break;
      console.log(JSON.stringify({ count, ordered, label, keys, samples }));
    `], { encoding: 'utf8', timeout: 100_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${JSON.stringify({ count, ordered: true, label: '01100000', keys: count, samples: 200_000 })}\n` });
    expect(Number(/PEAK ([\d.]+)$/.exec(stderr)?.[1])).toBeLessThan(256);
  });
});
