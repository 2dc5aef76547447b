import { ImgstoreError, quote, sniffImage } from '@imgstore/core';
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

/** How files begin that are no pixels, or none that are read here, and the reason. */
const REFUSED: readonly (readonly [begin: string, why: string])[] = [
  ['%PDF-', 'PDF is pages to be drawn, not pixels'],
  ['%!PS', 'PostScript (EPS) is a program to be run, not pixels'],
  ['\xc5\xd0\xd3\xc6', 'PostScript (EPS) is a program to be run, not pixels'],
  ['\x08\xf2\xa6\xb6', 'the format of libvips (.v) is for its own use and may hold commands'],
  ['\xb6\xa6\xf2\x08', 'the format of libvips (.v) is for its own use and may hold commands'],
  ['\x1f\x8b', 'it is gzip data (perhaps an SVGZ), not an image'],
  ['\0\0\0\x0cjP  ', 'JPEG 2000 is not read'], ['\xff\x4f\xff\x51', 'JPEG 2000 is not read'],
  ['\0\0\0\x0cJXL ', 'JPEG XL is not read'], ['\xff\x0a', 'JPEG XL is not read'],
  ['8BPS', 'PSD is not read'], ['\0\0\x01\0', 'ICO is several images in one'], ['\x76\x2f\x31\x01', 'OpenEXR is not read'],
  ['#?RADIANCE', 'Radiance HDR is not read'], ['MATLAB 5.0', 'it is a MATLAB file, not an image'], ['\x89HDF', 'it is an HDF5 file, not an image'],
  ['\x93NUMPY', 'it is a NumPy array, not an image file'],
];

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
  throw new ImgstoreError('UNSUPPORTED', `the bytes are no image that can be decoded: ${reasonOf(bytes)}`, { hint: 'JPEG, PNG, GIF, WebP, TIFF, BMP and AVIF are' });
}

function reasonOf(bytes: Uint8Array): string {
  const head = latin1(bytes.subarray(0, 1024));
  const known = REFUSED.find(([begin]) => head.startsWith(begin));
  if (known !== undefined) return known[1];
  if (/^(\xef\xbb\xbf)?\s*<(svg|\?xml|!--|!doctype svg)/i.test(head)) return 'SVG is a drawing that may name other files, not pixels';
  if (/^P[1-7Ff]\s/.test(head)) return 'PNM (.pbm, .pgm, .ppm) is not read';
  if (/^....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/s.test(head)) return 'HEIF is not read';
  return `they begin with ${quote(head.slice(0, 16))}`;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 1024));
}
