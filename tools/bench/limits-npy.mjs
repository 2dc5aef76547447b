// The limits of arrays: files that claim or hold gigabytes, given to the command. Their inputs are made in moments: a sparse file, and a
// deflate stream that is one segment again and again.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, deflateRawSync } from 'node:zlib';

const cli = fileURLToPath(new URL('../../packages/cli/bin/imgstore.js', import.meta.url));
/** Put before the command: says its peak memory. */
const report = new URL('../peak-memory.mjs?report', import.meta.url).href;

const IMAGE = 600 * 400 * 3;
/** 8 GB of such images. */
const COUNT = Math.floor(8e9 / IMAGE);
const BOMB_PLAIN = 2 ** 32;

/** The cases: what is made, the arguments, the status, and what may be taken: MiB and seconds. */
export function npyCases(folder) {
  const at = (name) => join(folder, 'limits-data', name);
  const big = at('sparse-8GB.npy');
  const bomb = at('bomb.npz');
  return [
    { name: 'inspect a .npy of 8 GB', make: () => makeSparse(big), args: ['inspect', big], status: 0, limit: 128, seconds: 10 },
    {
      name: 'convert --skip near the end --limit 100 of a .npy of 8 GB', make: () => makeSparse(big), status: 0, limit: 128, seconds: 10,
      args: ['convert', big, at('out.tfrecord'), '--skip', String(COUNT - 100), '--limit', '100'], output: at('out.tfrecord'),
    },
    { name: 'refuse an .npz of 4 MB that holds 4 GiB', make: () => makeBomb(bomb), args: ['convert', bomb, at('out.tfrecord')], status: 5, limit: 128, seconds: 10, output: at('out.tfrecord') },
  ];
}

/** Runs one of them. */
export function runNpyCase({ name, make, args, status, limit, seconds }) {
  make();
  const start = performance.now();
  const child = spawnSync(process.execPath, ['--import', report, cli, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const time = (performance.now() - start) / 1000;
  const rss = Number(/^PEAK ([\d.]+)$/m.exec(child.stderr)?.[1]);
  const wrong = [
    child.status !== status && `exit ${child.status}, expected ${status}: ${child.stderr.trim().split('\n')[0]}`,
    !(rss <= limit) && 'memory', !(time <= seconds) && `more than ${seconds} s`,
  ].filter(Boolean);
  return { name, time, rss, limit, failure: wrong.join(', ') };
}

function header(shape) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00'), Buffer.from([118, 0]), Buffer.from(`${text.padEnd(117)}\n`)]);
}

function makeSparse(path) {
  if (existsSync(path)) return;
  const file = openSync(path, 'w');
  const bytes = header([COUNT, 600, 400, 3]);
  writeSync(file, bytes, 0, bytes.length, 0);
  ftruncateSync(file, bytes.length + COUNT * IMAGE);
  closeSync(file);
}

/** One stack of 4 GiB of zeros. Segments that end in a full flush can follow each other as often as one likes. */
function makeBomb(path) {
  if (existsSync(path)) return;
  const plain = 2 ** 24;
  const segment = deflateRawSync(Buffer.alloc(plain), { finishFlush: constants.Z_FULL_FLUSH });
  const shape = [BOMB_PLAIN / 2 ** 16 - 1, 256, 256];
  const first = header(shape);
  const size = first.length + shape[0] * 2 ** 16;
  const parts = [deflateRawSync(first, { finishFlush: constants.Z_FULL_FLUSH })];
  let left = size - first.length;
  for (; left >= plain; left -= plain) parts.push(segment);
  parts.push(deflateRawSync(Buffer.alloc(left)));
  const data = Buffer.concat(parts);
  const name = Buffer.from('x.npy');
  const fields = (signature, before, after) => Buffer.concat([u32(signature), before, u16(20), u16(0), u16(8), u16(0), u16(0x21), u32(0), u32(data.length), u32(size), u16(name.length), u16(0), after]);
  const local = Buffer.concat([fields(0x04034b50, Buffer.alloc(0), Buffer.alloc(0)), name]);
  const central = Buffer.concat([fields(0x02014b50, u16(20), Buffer.alloc(14)), name]);
  const end = Buffer.concat([u32(0x06054b50), Buffer.alloc(4), u16(1), u16(1), u32(central.length), u32(local.length + data.length), u16(0)]);
  writeFileSync(path, Buffer.concat([local, data, central, end]));
}

function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
