import { ImgstoreError, ordinalKey, shardPath, shardStart } from '@imgstore/core';
import type { Accepts, SplittableStore, WritableStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import { fromJson, toJson } from './json.js';
import { staged } from './staged.js';

const accepts: Accepts = {
  image: 'optional', encoded: 'any', tensor: { dtypes: ['uint8', 'float32'], layouts: ['HWC', 'CHW'] }, key: { kind: 'text' },
  label: { min: 0, max: 1e6 }, classes: true, features: ['bytes', 'int64', 'float32', 'float64'], borrow: true, count: true,
};

/** Lines in N files, cut by the number of samples; it is read in ranges, and written whole or part by part. Keyless when asked. */
export function shards(path: string, { count: files = 1, keyless = false } = {}): WritableStore & SplittableStore {
  const paths = Array.from({ length: files }, (_, i) => shardPath(path, i, files, { extension: '.toy' }));
  const lines = (): string[] => paths.flatMap((one) => {
    const file = openFileReader(one);
    const text = Buffer.alloc(file.size);
    file.readExactly(text, 0);
    file.close();
    return text.toString().split('\n').slice(0, -1);
  });
  return {
    format: 'toy-shards', location: path, accepts,
    async* read({ signal, skip = 0, range } = {}) {
      const [start, end] = [Number(range?.start ?? 0), Number(range?.end ?? Infinity)];
      for (const [ordinal, line] of [...lines().entries()].slice(start, end).slice(skip)) {
        signal?.throwIfAborted();
        const sample = fromJson(line);
        yield keyless ? { ...sample, key: ordinalKey(ordinal) } : sample;
      }
    },
    describe: async () => ({ keys: keyless ? 'ordinal' : 'stored', ...(keyless ? { ordered: true } : {}) }),
    async split(options) {
      const [count, parts] = [lines().length, 'count' in options ? options.count : 1];
      const starts = Array.from({ length: parts + 1 }, (_, i) => shardStart(i, parts, count));
      return starts.slice(0, -1).map((start, i) => ({ start, end: starts[i + 1] ?? count, first: start, count: (starts[i + 1] ?? count) - start }));
    },
    write: (samples, { part, source, ...options } = {}) => staged(paths.filter((_, i) => part === undefined || i === part.index), options, async (targets) => {
      const total = source?.count;
      if (total === undefined && part === undefined) throw new ImgstoreError('CONTRACT', 'no count', { location: path });
      const counts = targets.map(() => 0);
      let ordinal = 0;
      let at = 0;
      for await (const sample of samples) {
        while (part === undefined && ordinal >= shardStart(at + 1, files, total ?? 0)) at++;
        targets[at]?.write(Buffer.from(`${toJson(sample)}\n`));
        counts[at] = (counts[at] ?? 0) + 1;
        ordinal++;
      }
      return counts;
    }),
  };
}
