import { ImgstoreError, quote, refusedImage, sniffImage } from '@imgstore/core';
import { readAvifHeader } from './header/avif.js';
import { readBmpHeader } from './header/bmp.js';
import type { BmpHeader } from './header/bmp.js';
import { readGifHeader } from './header/gif.js';
import type { GifHeader } from './header/gif.js';
import type { PlainHeader } from './header/header.js';
import { readJpegHeader } from './header/jpeg.js';
import { readPngHeader } from './header/png.js';
import { readTiffHeader } from './header/tiff.js';
import { readWebpHeader } from './header/webp.js';

/** The header of any image that is read. */
export type ImageHeader = PlainHeader | GifHeader | BmpHeader;

/** Reads one format's header. */
type ReadHeader = (bytes: Uint8Array) => ImageHeader;

/** By the format that the magic bytes tell: all that is ever let through to a decoder. */
const READERS = new Map<string, ReadHeader>([
  ['jpeg', readJpegHeader], ['png', readPngHeader], ['gif', readGifHeader], ['webp', readWebpHeader], ['tiff', readTiffHeader], ['bmp', readBmpHeader], ['avif', readAvifHeader],
]);

/** How what is read begins, and how many bytes tell it. */
const MAGIC: readonly (readonly [begin: string, bytes: number])[] = [
  ['\xff\xd8\xff', 3], ['\x89PNG\r\n\x1a\n', 8], ['GIF8', 6], ['RIFF', 12], ['II*\0', 8], ['MM\0*', 8], ['BM', 18], ['\0\0\0', 16],
];

/**
 * The header of the image that the bytes are, whatever they are said to be.
 * @throws ImgstoreError UNSUPPORTED, with the reason, when they are no image that is read; TRUNCATED, CORRUPT.
 */
export function readHeader(bytes: Uint8Array): ImageHeader {
  const read = READERS.get(sniffImage(bytes)?.format ?? '');
  if (read !== undefined) return read(bytes);
  if (bytes.length === 0) throw new ImgstoreError('TRUNCATED', 'the image has no bytes');
  const head = latin1(bytes);
  if (MAGIC.some(([begin, least]) => bytes.length < least && (begin.startsWith(head) || head.startsWith(begin)))) throw new ImgstoreError('TRUNCATED', `the image is cut: it has ${bytes.length} bytes`);
  throw new ImgstoreError('UNSUPPORTED', `the bytes are no image that can be decoded: ${refusedImage(bytes) ?? `they begin with ${quote(head.slice(0, 16))}`}`, { hint: 'JPEG, PNG, GIF, WebP, TIFF, BMP and AVIF are' });
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 1024));
}
