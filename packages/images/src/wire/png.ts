/**
 * PNG (W3C, third edition, 5): 8 bytes of signature, then chunks: length u32be | type, 4 letters | data | CRC-32 of type and data, u32be.
 * The last one is IEND.
 */
import { crc32 } from 'node:zlib';
import type { ErrorPlace } from '@imgstore/core';
import { broken, cutShort, viewOf } from './ends.js';

const SIGNATURE_LENGTH = 8;
const CHUNK_OVERHEAD = 12;
const IEND = 0x49454e44;

/** That all chunks are there, and their checksums right. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkPng(bytes: Uint8Array, place: ErrorPlace): void {
  const view = viewOf(bytes);
  for (let at = SIGNATURE_LENGTH; ;) {
    if (at + CHUNK_OVERHEAD > bytes.length) throw cutShort('a chunk', at, place);
    const length = view.getUint32(at);
    if (length > 0x7fff_ffff) throw broken(`a chunk of ${length} bytes, more than a PNG may have`, at, place);
    const end = at + CHUNK_OVERHEAD + length;
    if (end > bytes.length) throw cutShort('a chunk', at, place);
    const [stored, found] = [view.getUint32(end - 4), crc32(bytes.subarray(at + 4, end - 4))];
    if (stored !== found) throw broken(`the checksum of a chunk is ${hex(found)}, stored is ${hex(stored)}`, end - 4, place);
    if (view.getUint32(at + 4) === IEND) return;
    at = end;
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
