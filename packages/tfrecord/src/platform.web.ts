import { ImgstoreError } from '@imgstore/core';
import type { ByteReader } from '@imgstore/core';

export { openDeflater, openInflater } from './io/zlib.web.js';

/** See {@link Platform}. */
export const nativeCrc32c: ((bytes: Uint8Array) => number) | undefined = undefined;

/** See {@link Platform}. @throws ImgstoreError UNSUPPORTED always: a browser opens no paths. */
export function openPath(path: string): ByteReader {
  throw new ImgstoreError('UNSUPPORTED', 'a path needs Node: give a Blob, a Uint8Array or a stream', { file: path });
}

/** See {@link Platform}. @throws ImgstoreError UNSUPPORTED always: a browser has no paths. */
export function pathOfUrl(url: URL): string {
  throw new ImgstoreError('UNSUPPORTED', 'a URL is not opened in a browser: give the body of its response', { file: url.href });
}

/** See {@link Platform}. @throws ImgstoreError UNSUPPORTED always. */
export function standardInput(): AsyncIterable<Uint8Array> {
  throw new ImgstoreError('UNSUPPORTED', 'a browser has no standard input');
}
