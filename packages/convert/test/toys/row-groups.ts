import { decodeUtf8 } from '@imgstore/core';
import type { Accepts, Sample, WritableStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import { fromJson, toJson } from './json.js';
import { staged } from './staged.js';

const GROUP = 100;

const accepts: Accepts = {
  image: 'optional', encoded: 'any', tensor: { dtypes: ['uint8', 'uint16', 'float32', 'float64'], layouts: ['HWC'], colors: ['gray', 'rgb', 'rgba'] },
  key: { kind: 'text' }, label: { min: -(2 ** 31), max: 2 ** 31 - 1 }, classes: true, features: ['bytes', 'int64', 'float64'],
};

/** Groups of 100 samples, a group a line, as Parquet's row groups: write() keeps 100 samples, so it never takes borrowed bytes. */
export function rowGroups(path: string): WritableStore {
  const read = (): readonly string[] => {
    const file = openFileReader(path);
    const bytes = new Uint8Array(file.size);
    file.readExactly(bytes, 0);
    file.close();
    return (decodeUtf8(bytes) ?? '').split('\n').slice(0, -1);
  };
  return {
    format: 'toy-row-groups', location: path, accepts,
    async* read({ signal, skip = 0 } = {}) {
      const samples = read().flatMap((line) => JSON.parse(line) as string[]);
      for (const text of samples.slice(skip)) {
        signal?.throwIfAborted();
        yield fromJson(text);
      }
    },
    async describe() {
      return { keys: 'stored', count: read().reduce((count, line) => count + (JSON.parse(line) as string[]).length, 0) };
    },
    write: (samples, options = {}) => staged([path], options, async ([file]) => {
      let count = 0;
      let group: Sample[] = [];
      const flush = (): void => {
        if (group.length > 0) file?.write(Buffer.from(`${JSON.stringify(group.map(toJson))}\n`));
        group = [];
      };
      for await (const sample of samples) {
        count++;
        if (group.push(sample) === GROUP) flush();
      }
      flush();
      return [count];
    }),
  };
}
