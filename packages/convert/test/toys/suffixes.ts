import { ByteSink, encodeUtf8 } from '@imgstore/core';
import type { Accepts, Sample, WritableStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { staged } from './staged.js';

const accepts: Accepts = {
  image: 'required', encoded: ['jpeg', 'png'], key: { kind: 'text', allows: /^[^.]+$/ },
  label: { min: 0, max: Number.MAX_SAFE_INTEGER }, classes: false, features: ['bytes'], reserved: ['cls', 'jpeg', 'png'], borrow: true,
};

/** The members of a sample follow each other, KEY.jpeg, KEY.cls, KEY.FEATURE, as in WebDataset's archives: a key may hold no dot. */
export function suffixes(path: string): WritableStore {
  function* members(file: FileReader): Generator<[name: string, bytes: Buffer]> {
    const header = Buffer.alloc(8);
    for (let at = 0; at < file.size; at += 8 + header.readUInt32LE(0) + header.readUInt32LE(4)) {
      file.readExactly(header, at);
      const [name, bytes] = [Buffer.alloc(header.readUInt32LE(0)), Buffer.alloc(header.readUInt32LE(4))];
      file.readExactly(name, at + 8);
      file.readExactly(bytes, at + 8 + name.length);
      yield [name.toString(), bytes];
    }
  }
  return {
    format: 'toy-suffixes', location: path, accepts,
    async* read({ signal, skip = 0 } = {}) {
      const file = openFileReader(path);
      const groups = new Map<string, Map<string, Buffer>>();
      for (const [name, bytes] of members(file)) {
        const [key, suffix] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)];
        groups.set(key, (groups.get(key) ?? new Map<string, Buffer>()).set(suffix, bytes));
      }
      file.close();
      for (const [key, parts] of [...groups].slice(skip)) {
        signal?.throwIfAborted();
        const [format, bytes] = [...parts][0] ?? ['', Buffer.alloc(0)];
        const cls = parts.get('cls');
        const features: Sample['features'] = new Map([...parts].filter(([name]) => !accepts.reserved?.includes(name)).map(([name, value]) => [name, { kind: 'bytes', values: [value] }]));
        yield { key, image: { kind: 'encoded', format, bytes }, features, ...(cls === undefined ? {} : { label: Number(cls.toString()) }) };
      }
    },
    describe: async () => ({ keys: 'stored' }),
    write: (samples, options = {}) => staged([path], options, async ([file]) => {
      let count = 0;
      for await (const { key, image, label, features } of samples) {
        const parts: [string, Uint8Array][] = image?.kind === 'encoded' ? [[image.format, image.bytes]] : [];
        if (label !== undefined) parts.push(['cls', encodeUtf8(String(label))]);
        for (const [name, { kind, values }] of features) parts.push([name, kind === 'bytes' ? values[0] ?? Buffer.alloc(0) : Buffer.alloc(0)]);
        for (const [suffix, bytes] of parts) {
          const [name, sink] = [encodeUtf8(`${key}.${suffix}`), new ByteSink()];
          for (const length of [name.length, bytes.length]) sink.u32le(length);
          for (const part of [sink.view(), name, bytes]) file?.write(part);
        }
        count++;
      }
      return [count];
    }),
  };
}
