import { ByteCursor, ByteSink, ordinalKey } from '@imgstore/core';
import type { Accepts, TensorImage, WritableStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import { outside, staged } from './staged.js';

const accepts: Accepts = {
  image: 'required', encoded: [], tensor: { dtypes: ['uint8'], layouts: ['HW'] }, uniform: true,
  key: { kind: 'ordinal' }, classes: false, features: 'none', borrow: true,
};

function header(count: number, [rows = 0, columns = 0]: readonly number[]): Uint8Array {
  const sink = new ByteSink(16);
  for (const number of [0x0803, count, rows, columns]) sink.u32be(number);
  return sink.view();
}

function readHeader(file: ReturnType<typeof openFileReader>): { count: number; form: Omit<TensorImage, 'kind' | 'data'> } {
  const bytes = new Uint8Array(12);
  file.readExactly(bytes, 4);
  const cursor = new ByteCursor(bytes);
  return { count: cursor.u32be(), form: { dtype: 'uint8', shape: [cursor.u32be(), cursor.u32be()], layout: 'HW', color: 'gray' } };
}

/** Images of one size behind a header that counts them, as in MNIST's files: the count is known, and written, last. */
export function idx(path: string): WritableStore {
  return {
    format: 'toy-idx', location: path, accepts,
    async* read({ signal, skip = 0 } = {}) {
      const file = openFileReader(path);
      try {
        const { count, form } = readHeader(file);
        for (let ordinal = skip; ordinal < count; ordinal++) {
          signal?.throwIfAborted();
          const data = new Uint8Array((form.shape[0] ?? 0) * (form.shape[1] ?? 0));
          file.readExactly(data, 16 + ordinal * data.length);
          yield { key: ordinalKey(ordinal), image: { kind: 'tensor', ...form, data }, features: new Map() };
        }
      } finally {
        file.close();
      }
    },
    async describe() {
      const file = openFileReader(path);
      const { count, form: image } = readHeader(file);
      file.close();
      return { keys: 'ordinal', ordered: true, count, image };
    },
    write: (samples, { source, ...options } = {}) => staged([path], options, async ([file]) => {
      let count = 0;
      file?.write(header(0, []));
      for await (const { key, features, image } of samples) {
        if (image?.kind !== 'tensor' || String(image.shape) !== String(source?.image?.shape)) throw outside({ key, features });
        file?.write(image.data);
        file?.writeAt(0, header(++count, image.shape));
      }
      return [count];
    }),
  };
}
