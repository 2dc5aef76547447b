import { ordinalKey } from '@imgstore/core';
import type { Accepts, WritableStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import { outside, staged } from './staged.js';

/** Fixed-shape records, a label byte and the planes of an image, as in CIFAR-10's binary version. */
export function cifar(path: string, { side = 32 } = {}): WritableStore {
  const shape = [3, side, side];
  const length = 1 + 3 * side * side;
  const accepts: Accepts = {
    image: 'required', encoded: [], tensor: { dtypes: ['uint8'], layouts: ['CHW'], colors: ['rgb'], shape },
    key: { kind: 'ordinal' }, label: { min: 0, max: 255, required: true }, classes: false, features: 'none', borrow: true,
  };
  return {
    format: 'toy-cifar', location: path, accepts,
    async* read({ signal, skip = 0, borrow = false } = {}) {
      const file = openFileReader(path);
      const record = new Uint8Array(length);
      try {
        for (let ordinal = skip; (ordinal + 1) * length <= file.size; ordinal++) {
          signal?.throwIfAborted();
          file.readExactly(record, ordinal * length);
          const bytes = borrow ? record : record.slice();
          yield {
            key: ordinalKey(ordinal), label: bytes[0] ?? 0, features: new Map(),
            image: { kind: 'tensor', dtype: 'uint8', shape, layout: 'CHW', color: 'rgb', data: bytes.subarray(1) },
            origin: { file: path, record: ordinal, offset: ordinal * length },
          };
        }
      } finally {
        file.close();
      }
    },
    async describe() {
      const file = openFileReader(path);
      file.close();
      return { keys: 'ordinal', ordered: true, count: Math.floor(file.size / length), bytes: file.size, image: { dtype: 'uint8', shape, layout: 'CHW', color: 'rgb' } };
    },
    write: (samples, options = {}) => staged([path], options, async ([file]) => {
      let count = 0;
      for await (const sample of samples) {
        const { image, label } = sample;
        if (image?.kind !== 'tensor' || image.data.length !== length - 1 || label === undefined) throw outside(sample);
        file?.write(Uint8Array.of(label));
        file?.write(image.data);
        count++;
      }
      return [count];
    }),
  };
}
