// One case of the limits, in a process of its own: prints {"time": s, "rss": MiB, "written": samples}.
import { convert } from '@imgstore/convert';
import { lmdb } from '@imgstore/lmdb';
import { tfrecord } from '@imgstore/tfrecord';
import { peakMebibytes } from '../peak-memory.mjs';
import { fakeJpeg, noiseBytes } from './workloads.mjs';

const [, , op, ...args] = process.argv;

/** i -> a number in [0, count), each once: keys in no order, without a list of them. `count` is no multiple of the step's prime. */
const scattered = (i, count) => (i * 15_485_863) % count;

async function* make(kind, count, key) {
  const noise = noiseBytes(1 << 21);
  for (let i = 0; i < count; i++) {
    const offset = (i * 131) % 2_000_000;
    const image = kind === 'jpeg'
      ? { kind: 'encoded', format: 'jpeg', bytes: fakeJpeg(256, 256, 15_000 + (i * 7) % 10_000, noise, (i * 131) % 2_000_000) }
      : { kind: 'tensor', dtype: 'uint8', shape: [1, 28, 28], layout: 'CHW', color: 'gray', data: noise.subarray(offset, offset + 784) };
    yield { key: key(i), label: i % 10, image, features: new Map() };
  }
}

const number = (i) => String(i).padStart(8, '0');
const start = performance.now();
let written;
if (op === 'make') {
  const [kind, count, path] = [args[0], Number(args[1]), args[2]];
  written = (await lmdb(path).write(make(kind, count, number), { source: { keys: 'stored', ordered: true } })).samples;
} else if (op === 'make-random') {
  const [kind, count, path] = [args[0], Number(args[1]), args[2]];
  const rows = async function* () {
    for await (const sample of make(kind, count, (i) => `${number(scattered(i, count))}_r`)) {
      yield sample.image.kind === 'encoded' ? sample : { ...sample, image: { ...sample.image, shape: [28, 28, 1], layout: 'HWC' } };
    }
  };
  written = (await tfrecord(path).write(rows())).samples;
} else if (op === 'lmdb-tfrecord') written = (await convert(lmdb(args[0]), tfrecord(args[1]))).samples;
else if (op === 'tfrecord-lmdb') written = (await convert(tfrecord(args[0]), lmdb(args[1]))).samples;
else throw new Error(`unknown operation "${op}"`);
console.log(JSON.stringify({ time: (performance.now() - start) / 1000, rss: peakMebibytes(), written }));
