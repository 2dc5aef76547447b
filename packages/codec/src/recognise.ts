import { ImgstoreError, sniffImage } from '@imgstore/core';
import { readJpegHeader } from './header/jpeg.js';
import { readPngHeader } from './header/png.js';
import { readWebpHeader } from './header/webp.js';
import type { Header } from './header/header.js';

/** The readers of headers, by the format that the magic bytes tell: the list of what is let through to a decoder. */
const READERS: ReadonlyMap<string, (bytes: Uint8Array) => Header> = new Map([
  ['jpeg', readJpegHeader], ['png', readPngHeader], ['webp', readWebpHeader],
]);

/** The header of the image that the bytes are. @throws ImgstoreError UNSUPPORTED when they are none known here, what the reader throws. */
export function readHeader(bytes: Uint8Array): Header {
  const read = READERS.get(sniffImage(bytes)?.format ?? '');
  if (read === undefined) throw new ImgstoreError('UNSUPPORTED', 'no image that is known here');
  return read(bytes);
}
