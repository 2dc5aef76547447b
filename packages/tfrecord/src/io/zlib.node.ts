import { createDeflate, createGzip } from 'node:zlib';
import { openDeflater as deflateWith } from '@imgstore/core/files';
import type { Deflater } from '@imgstore/core/files';
import type { StreamCompression } from '../platform.js';

const chunkLength = 1 << 18;
/** The tenth byte of a GZIP header names the system it was made on. 255 is "unknown" (RFC 1952): the same bytes everywhere. */
const systemByte = 9;

/** See {@link Platform}. */
export function openDeflater(kind: StreamCompression, level: number | undefined, sink: (piece: Uint8Array) => void): Deflater {
  const options = { chunkSize: chunkLength, ...(level === undefined ? {} : { level }) };
  const stream = kind === 'gzip' ? createGzip(options) : createDeflate(options);
  let begun = kind === 'zlib';
  return deflateWith(stream, (piece) => {
    if (!begun && piece.length > systemByte) piece[systemByte] = 255;
    begun = true;
    sink(piece);
  });
}
