import { createRequire } from 'node:module';

export { openFileSource as openPath, openInflater, pathOfUrl, readStandardInput as standardInput } from '@imgstore/core/files';
export { openDeflater } from './io/zlib.node.js';

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
