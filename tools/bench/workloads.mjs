// The bench's inputs, made once in a folder (a tmpfs gives the steadiest results). With ../shared/bench and Python they are
// the ones of its gen_workloads.py, else stores of the same sizes made here: the images are then random bytes behind a JPEG header.
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the paths of the workloads, making what is missing. */
export async function makeWorkloads(folder, peers) {
  const data = join(folder, 'data');
  const done = join(data, 'complete');
  if (!existsSync(done)) {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    const made = peers.python && peers.pylmdb
      && spawnSync(peers.python, [join(peers.bench, 'gen_workloads.py'), data], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
    if (!made) await makeOwn(data);
    writeFileSync(done, made ? 'gen_workloads.py\n' : 'tools/bench/workloads.mjs\n');
  }
  makeFolders(data);
  return {
    w1: { lmdb: join(data, 'w1.lmdb'), tfrecord: join(data, 'w1.tfrecord'), samples: 20_000, what: '20,000 JPEG of 256x256' },
    w2: { lmdb: join(data, 'w2.lmdb'), tfrecord: join(data, 'w2.tfrecord'), samples: 60_000, what: '60,000 raw 28x28' },
    w3: { tfrecord: join(data, 'w3.tfrecord'), samples: 2_000, what: '2,000 raw 600x400x3' },
    raw: { lmdb: join(data, 'wraw.lmdb'), samples: 4_000, what: '4,000 raw CHW BGR 3x256x256' },
    arrays: { folder: join(data, 'w3-500'), samples: 500, bytes: bytesIn(join(data, 'w3-500')), what: '500 .npy of 600x400x3' },
    files: { folder: join(data, 'w1'), list: join(data, 'w1list.txt'), samples: 20_000, bytes: listedBytes(data, 20_000), what: '20,000 JPEG of 256x256' },
    fewFiles: { folder: join(data, 'w1'), list: join(data, 'w1list-2000.txt'), samples: 2_000, bytes: listedBytes(data, 2_000), what: '2,000 JPEG of 256x256' },
  };
}

/** Parts of the folders, for suites in which all of them would take too long. */
function makeFolders(data) {
  const some = join(data, 'w3-500');
  if (!existsSync(some)) {
    mkdirSync(some);
    for (const name of readdirSync(join(data, 'w3')).sort().slice(0, 500)) linkSync(join(data, 'w3', name), join(some, name));
  }
  const lines = readFileSync(join(data, 'w1list.txt'), 'utf8').split('\n').slice(0, 2_000);
  writeFileSync(join(data, 'w1list-2000.txt'), `${lines.join('\n')}\n`);
}

function bytesIn(folder) {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function listedBytes(data, count) {
  const paths = readFileSync(join(data, 'w1list.txt'), 'utf8').split('\n').slice(0, count).map((line) => line.split(' ')[0]);
  return paths.reduce((sum, path) => sum + statSync(join(data, 'w1', path)).size, 0);
}

function* randomBytes(seed) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 24 === 0xff ? 0xfe : state >>> 24; // no 0xff: nothing that looks like a marker
  }
}

/** A JPEG as far as its header goes, then bytes of no meaning. */
export function fakeJpeg(width, height, length, noise, offset) {
  const header = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
    0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0];
  const bytes = new Uint8Array(length);
  bytes.set(noise.subarray(offset, offset + length));
  bytes.set(header);
  bytes.set([0xff, 0xd9], length - 2);
  return bytes;
}

/** `length` bytes that are the same in each run. */
export function noiseBytes(length, seed = 1) {
  const source = randomBytes(seed);
  return Uint8Array.from({ length }, () => source.next().value);
}

const label = (i) => (i * 7919) % 1000;
const tensor = (data, shape, layout, color) => ({ kind: 'tensor', dtype: 'uint8', shape, layout, color, data });

async function* samples(count, image, key) {
  for (let i = 0; i < count; i++) yield { key: key(i), label: label(i), image: image(i), features: new Map() };
}

async function makeOwn(data) {
  const { lmdb } = await import('@imgstore/lmdb');
  const { tfrecord } = await import('@imgstore/tfrecord');
  const { writeNpy } = await import('@imgstore/npy');
  const noise = noiseBytes(1 << 22);
  const number = (i) => String(i).padStart(8, '0');
  const ordered = { source: { keys: 'stored', ordered: true } };
  const jpeg = (i) => ({ kind: 'encoded', format: 'jpeg', bytes: fakeJpeg(256, 256, 15_000 + (i * 7) % 10_000, noise, (i * 131) % 4_000_000) });
  const grey = (i) => tensor(noise.subarray(i % 4_000_000, i % 4_000_000 + 784), [1, 28, 28], 'CHW', 'gray');
  const dense = (i) => tensor(noise.subarray((i * 37) % 3_000_000, (i * 37) % 3_000_000 + 720_000), [600, 400, 3], 'HWC', 'rgb');
  const planes = (i) => tensor(noise.subarray(i, i + 196_608), [3, 256, 256], 'CHW', 'bgr');
  await lmdb(join(data, 'w1.lmdb')).write(samples(20_000, jpeg, (i) => `${number(i)}_${i}.jpg`), ordered);
  await tfrecord(join(data, 'w1.tfrecord')).write(samples(20_000, jpeg, (i) => `${i}.jpg`));
  await lmdb(join(data, 'w2.lmdb')).write(samples(60_000, grey, number), ordered);
  const rows = (i) => ({ ...grey(i), shape: [28, 28, 1], layout: 'HWC' });
  await tfrecord(join(data, 'w2.tfrecord'), { preset: 'mnist-howto' }).write(samples(60_000, rows, number));
  await tfrecord(join(data, 'w3.tfrecord')).write(samples(2_000, dense, number));
  mkdirSync(join(data, 'w3'));
  for (let i = 0; i < 500; i++) await writeNpy(join(data, 'w3', `${String(i).padStart(4, '0')}.npy`), { dtype: 'uint8', shape: [600, 400, 3], data: dense(i).data });
  const paths = Array.from({ length: 20_000 }, (_, i) => `${String(Math.floor(i / 1000)).padStart(3, '0')}/${String(i).padStart(6, '0')}.jpg`);
  for (const [i, path] of paths.entries()) {
    mkdirSync(join(data, 'w1', path, '..'), { recursive: true });
    writeFileSync(join(data, 'w1', path), jpeg(i).bytes);
  }
  writeFileSync(join(data, 'w1list.txt'), paths.map((path, i) => `${path} ${label(i)}\n`).join(''));
  await lmdb(join(data, 'wraw.lmdb')).write(samples(4_000, planes, number), ordered);
}
