/**
 * An entry of a zip archive's central directory (APPNOTE 6.3, 4.3.12), and the header before its bytes (4.3.7). All numbers are
 * little-endian.
 *
 *     0 signature 4   8 flags 2      16 CRC-32 4       24 size 4          30 extra length 2     42 local header 4
 *     4 versions 4    10 method 2    20 compressed 4   28 name length 2   32 comment length 2   46 name, extra, comment
 */
import { ByteCursor, escapeKey, ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** An entry as the central directory tells of it. All of it is a claim. */
export interface ZipEntry {
  /** As stored: a view of the directory. */
  readonly nameBytes: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** An entry without name, extra field and comment. */
export const ENTRY_LENGTH = 46;
/** A local header without name and extra field. */
export const LOCAL_LENGTH = 30;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const ALL_32 = 0xffff_ffff;

/** The entry at the cursor, which stands behind it then. @throws ImgstoreError CORRUPT, TRUNCATED, UNSUPPORTED (encrypted). */
export function parseEntry(cursor: ByteCursor, place: ErrorPlace): ZipEntry {
  const { offset: at } = cursor;
  if (cursor.u32le() !== CENTRAL) throw new ImgstoreError('CORRUPT', 'no entry of the directory where one is expected', { ...place, offset: at });
  cursor.skip(4);
  const flags = cursor.u16le();
  const method = cursor.u16le();
  cursor.skip(4);
  const crc = cursor.u32le();
  const compressed = cursor.u32le();
  const plain = cursor.u32le();
  const nameLength = cursor.u16le();
  const extraLength = cursor.u16le();
  const commentLength = cursor.u16le();
  cursor.skip(8);
  const local = cursor.u32le();
  const nameBytes = cursor.bytes(nameLength);
  const extra = cursor.bytes(extraLength);
  cursor.skip(commentLength);
  if ((flags & 1) !== 0) throw new ImgstoreError('UNSUPPORTED', 'the entry is encrypted', { ...place, offset: at, key: escapeKey(nameBytes) });
  if (compressed !== ALL_32 && plain !== ALL_32 && local !== ALL_32) return { nameBytes, method, crc, compressedSize: compressed, size: plain, offset: local };
  const [size = 0, compressedSize = 0, offset = 0] = widened(extra, [plain, compressed, local], { ...place, offset: at });
  return { nameBytes, method, crc, compressedSize, size, offset };
}

/** The sizes and the offset, those that do not fit 32 bits from the zip64 extra field, in this order. */
function widened(extra: Uint8Array, values: readonly number[], place: ErrorPlace): readonly number[] {
  const cursor = new ByteCursor(extra, { place });
  while (cursor.remaining >= 4) {
    const [id, length] = [cursor.u16le(), cursor.u16le()];
    if (id !== 1) {
      cursor.skip(length);
      continue;
    }
    const wide = new ByteCursor(cursor.bytes(length), { place });
    return values.map((value) => (value === ALL_32 ? wide.u64le() : value));
  }
  return values;
}

/** How long an entry's local header is. @throws ImgstoreError CORRUPT when it is not that of the entry. */
export function localLength(bytes: Uint8Array, { nameBytes, method, offset }: ZipEntry, place: ErrorPlace): number {
  const cursor = new ByteCursor(bytes, { base: offset, place });
  const at = { ...place, offset };
  if (cursor.u32le() !== LOCAL) throw new ImgstoreError('CORRUPT', 'no entry begins where the directory of the archive says', at);
  cursor.skip(4);
  const localMethod = cursor.u16le();
  cursor.skip(16);
  const [nameLength, extraLength] = [cursor.u16le(), cursor.u16le()];
  const isSameName = nameLength === nameBytes.length && cursor.bytes(nameLength).every((byte, index) => byte === nameBytes[index]);
  if (localMethod !== method || !isSameName) throw new ImgstoreError('CORRUPT', 'the entry is not the one that the directory of the archive says', at);
  return LOCAL_LENGTH + nameLength + extraLength;
}
