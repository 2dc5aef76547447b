import { ByteCursor, ImgstoreError } from '@imgstore/core';
import { crc32 } from 'node:zlib';

/**
 * That every chunk of a PNG is there up to its end, and has its checksum: decoders pass over damage in chunks that they do not
 * need. @throws ImgstoreError TRUNCATED, CORRUPT.
 */
export function checkPng(bytes: Uint8Array): void {
  const cursor = new ByteCursor(bytes);
  cursor.skip(8);
  for (let type = ''; type !== 'IEND';) {
    const start = cursor.position;
    const length = cursor.u32be();
    const covered = cursor.bytes(4 + length);
    type = String.fromCharCode(...covered.subarray(0, 4));
    const stored = cursor.u32be();
    const computed = crc32(covered);
    if (stored !== computed) {
      throw new ImgstoreError('CORRUPT', `the chunk at byte ${start} of the PNG has the checksum 0x${hex(computed)}, stored is 0x${hex(stored)}`);
    }
  }
}

/** That a WebP is as long as it says. @throws ImgstoreError TRUNCATED. */
export function checkWebp(bytes: Uint8Array): void {
  const cursor = new ByteCursor(bytes);
  cursor.skip(4);
  const length = cursor.u32le() + 8;
  if (length > bytes.length) throw new ImgstoreError('TRUNCATED', `the WebP is cut: it says that it has ${length} bytes, ${bytes.length} are there`);
}

/** That the boxes of an AVIF lie within the file. One without a length goes on to the end. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkAvif(bytes: Uint8Array): void {
  const cursor = new ByteCursor(bytes);
  while (cursor.remaining > 0) {
    const start = cursor.position;
    const short = cursor.u32be();
    cursor.skip(4);
    const length = short === 1 ? cursor.u64be() : short === 0 ? bytes.length - start : short;
    const header = cursor.position - start;
    if (length < header) throw new ImgstoreError('CORRUPT', `the box at byte ${start} of the AVIF has a length of ${length}`);
    cursor.skip(length - header);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
