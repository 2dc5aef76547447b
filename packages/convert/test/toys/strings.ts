import type { Accepts, WritableStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import { outside, staged } from './staged.js';

const accepts: Accepts = {
  image: 'required', encoded: ['jpeg', 'png'], key: { kind: 'text', unique: true, maxBytes: 64 }, classes: true, features: 'none', borrow: true,
};

/** Lines of a key, a class name and an image: classes have names here, and no numbers. */
export function strings(path: string): WritableStore {
  return {
    format: 'toy-strings', location: path, accepts,
    async* read({ signal, skip = 0 } = {}) {
      const file = openFileReader(path);
      const text = Buffer.alloc(file.size);
      file.readExactly(text, 0);
      file.close();
      for (const line of text.toString().split('\n').slice(skip, -1)) {
        signal?.throwIfAborted();
        const [key = '', className = '', format = '', bytes = ''] = line.split('\t');
        yield { key, ...(className ? { className } : {}), image: { kind: 'encoded', format, bytes: Buffer.from(bytes, 'base64') }, features: new Map() };
      }
    },
    describe: async () => ({ keys: 'stored' }),
    write: (samples, options = {}) => staged([path], options, async ([file]) => {
      let count = 0;
      for await (const sample of samples) {
        const { key, className = '', image } = sample;
        if (image?.kind !== 'encoded') throw outside(sample);
        file?.write(Buffer.from(`${[key, className, image.format, Buffer.from(image.bytes).toString('base64')].join('\t')}\n`));
        count++;
      }
      return [count];
    }),
  };
}
