// One row of the bench, in a process of its own: `node work.mjs OP SOURCE [TARGET] [ROOT]`; ROOT is the folder of a list of images. Prints
// its time without start-up and imports (T), its CPU time (C), its peak memory in MiB (RSS) and how many samples it saw (n).
import { peakMebibytes } from '../peak-memory.mjs';

const [, , op, source, target, root] = process.argv;

async function count(iterable, look) {
  let n = 0;
  for await (const value of iterable) {
    look?.(value);
    n++;
  }
  return n;
}

async function prepare() {
  if (op.startsWith('tfrecord-')) {
    const { readRecords, decodeExample } = await import('@imgstore/tfrecord');
    return op === 'tfrecord-read'
      ? () => count(readRecords(source, { borrow: true }))
      : () => count(readRecords(source, { borrow: true }), (record) => decodeExample(record.data));
  }
  if (op.startsWith('lmdb-')) {
    const { readEntries, decodeDatum } = await import('@imgstore/lmdb');
    return op === 'lmdb-read'
      ? () => count(readEntries(source, { borrow: true }))
      : () => count(readEntries(source, { borrow: true }), (entry) => decodeDatum(entry.value));
  }
  const [, from, to, encoding] = /^convert-(\w+)-(\w+?)(?:-(raw))?$/.exec(op) ?? [];
  if (from === undefined) throw new Error(`unknown operation "${op}"`);
  const [{ convert }, { [from]: open }, { [to]: make }] = await Promise.all([import('@imgstore/convert'), import(`@imgstore/${from}`), import(`@imgstore/${to}`)]);
  const codec = encoding && (await import('@imgstore/codec')).createCodec();
  const options = codec ? { codec, encoding } : {};
  return async () => (await convert(open(source, root ? { root } : {}), make(target), options)).samples;
}

const work = await prepare();
const cpu = process.cpuUsage();
const start = performance.now();
const n = await work();
const time = (performance.now() - start) / 1000;
const used = process.cpuUsage(cpu);
console.log(`T=${time.toFixed(4)}\nC=${((used.user + used.system) / 1e6).toFixed(4)}\nRSS=${peakMebibytes().toFixed(1)}\nn=${n}`);
