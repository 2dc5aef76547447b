/** PNG (W3C, third edition, 5): a signature of 8 bytes, then chunks `length:u32be type:4 payload crc:u32be`, the CRC-32 of type and payload; the last is IEND. */
import type { ByteCursor } from '../../bytes/cursor.js';
import { ImgstoreError } from '../../errors.js';
import { countPart } from '../parts.js';
import type { ImageCheckOptions } from './check.js';

/** That every chunk is there up to IEND and has its checksum: decoders pass over damage in chunks that they do not need. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkPng(cursor: ByteCursor, { crc32, place }: ImageCheckOptions): void {
  cursor.skip(8);
  for (let type = '', chunks = 0; type !== 'IEND';) {
    const start = cursor.position;
    chunks = countPart(chunks, 'chunks in the PNG', { ...place, offset: start });
    const length = cursor.u32be();
    if (length > 0x7fff_ffff) throw new ImgstoreError('CORRUPT', `a chunk of the PNG has ${length} bytes, more than a chunk may have`, { ...place, offset: start });
    const covered = cursor.bytes(4 + length);
    type = String.fromCharCode(...covered.subarray(0, 4));
    const [stored, computed] = [cursor.u32be(), crc32(covered)];
    if (stored !== computed) throw new ImgstoreError('CORRUPT', `a chunk of the PNG has the checksum 0x${hex(computed)}, stored is 0x${hex(stored)}`, { ...place, offset: start });
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
