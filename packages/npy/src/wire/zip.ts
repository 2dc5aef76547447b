/**
 * The records at the end of a zip archive (APPNOTE 6.3): the end record and its zip64 forms, which say where the central directory
 * is. All numbers are little-endian.
 */
import { ByteCursor, ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** Where the central directory is. */
export interface DirectoryPlace {
  readonly entries: number;
  readonly length: number;
  readonly offset: number;
}

/** The end record with the longest comment that there can be, and the zip64 locator before it. */
export const TAIL_LENGTH: number = 22 + 65_535 + 20;
/** A zip64 end record without its extensible part. */
export const ZIP64_END_LENGTH = 56;

const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ALL_16 = 0xffff;
const ALL_32 = 0xffff_ffff;

/** Whether bytes begin as a zip archive does, with an entry or empty. */
export function hasZipMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));
}

/**
 * What the end record says, found from the last bytes of the archive; `zip64` is the offset of the record that says it
 * instead, where there is one.
 * @throws ImgstoreError TRUNCATED when there is none, UNSUPPORTED for an archive in several files.
 */
export function parseEnd(tail: Uint8Array, base: number, place: ErrorPlace): { readonly directory: DirectoryPlace; readonly end: number; readonly zip64: number | undefined } {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail[at + 1] !== 0x4b) continue;
    const cursor = new ByteCursor(tail, { base, place });
    cursor.position = at;
    if (cursor.u32le() !== END) continue;
    const [disk, directoryDisk, here, entries] = [cursor.u16le(), cursor.u16le(), cursor.u16le(), cursor.u16le()];
    const [length, offset, comment] = [cursor.u32le(), cursor.u32le(), cursor.u16le()];
    if (at + 22 + comment !== tail.length) continue;
    if (disk !== 0 || directoryDisk !== 0 || here !== entries) throw new ImgstoreError('UNSUPPORTED', 'the archive is split into several files', { ...place, offset: base + at });
    const isZip64 = entries === ALL_16 || length === ALL_32 || offset === ALL_32;
    return { directory: { entries, length, offset }, end: base + at, zip64: isZip64 ? parseLocator(tail, at - 20, base, place) : undefined };
  }
  throw new ImgstoreError('TRUNCATED', 'the archive has no end record: it is cut, or something follows it', { ...place, offset: base + tail.length });
}

function parseLocator(tail: Uint8Array, at: number, base: number, place: ErrorPlace): number | undefined {
  if (at < 0) return undefined;
  const cursor = new ByteCursor(tail, { base, place });
  cursor.position = at;
  if (cursor.u32le() !== ZIP64_LOCATOR) return undefined;
  cursor.skip(4);
  return cursor.u64le();
}

/** What a zip64 end record says. @throws ImgstoreError CORRUPT, LIMIT. */
export function parseZip64End(bytes: Uint8Array, base: number, place: ErrorPlace): DirectoryPlace {
  const cursor = new ByteCursor(bytes, { base, place });
  if (cursor.u32le() !== ZIP64_END) throw new ImgstoreError('CORRUPT', 'no zip64 end record where the archive says', { ...place, offset: base });
  cursor.skip(8 + 2 + 2 + 4 + 4 + 8);
  return { entries: cursor.u64le(), length: cursor.u64le(), offset: cursor.u64le() };
}
