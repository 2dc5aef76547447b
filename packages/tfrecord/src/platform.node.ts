import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ImgstoreError } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import type { ByteReader } from './io/bytes.js';

export { readStandardInput as standardInput } from '@imgstore/core/files';
export { openDeflater, openInflater } from './io/zlib.node.js';

/** See {@link Platform}. `@node-rs/crc32` is optional: where it is not installed or does not load, the tables do its work. */
export const nativeCrc32c: ((bytes: Uint8Array) => number) | undefined = loadNative();

function loadNative(): ((bytes: Uint8Array) => number) | undefined {
  try {
    const library: unknown = createRequire(import.meta.url)('@node-rs/crc32');
    if (typeof library !== 'object' || library === null || !('crc32c' in library) || typeof library.crc32c !== 'function') return undefined;
    return library.crc32c as (bytes: Uint8Array) => number;
  } catch {
    return undefined;
  }
}

export function openPath(path: string): ByteReader {
  const file = openFileReader(path);
  let position = 0;
  return {
    size: file.size,
    get consumed() {
      return position;
    },
    read(target) {
      // What was added to the file since is not part of it: checkUnchanged will see it.
      const length = file.read(target.subarray(0, Math.max(0, file.size - position)), position);
      position += length;
      return length;
    },
    seek(to) {
      position = to;
    },
    checkUnchanged: () => file.checkUnchanged(),
    close: () => file.close(),
  };
}

export function pathOfUrl(url: URL): string {
  if (url.protocol !== 'file:') throw new ImgstoreError('BAD_OPTION', `a URL must be a file URL, not ${url.protocol}; give a stream of its bytes instead`);
  return fileURLToPath(url);
}
