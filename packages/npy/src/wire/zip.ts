/**
 * The records of a zip archive that matter to an .npz (APPNOTE 6.3): the end record and its zip64 forms, the entries of the
 * central directory, the header before each entry's bytes. All numbers are little-endian.
 */
import { ByteCursor, escapeKey, ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** An entry as the central directory tells of it. All of it is a claim. */
export interface ZipEntry {
  /** The name's bytes as text: UTF-8, or with a reversible escape where they are not. */
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

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
/** A local header without name and extra field. */
export const LOCAL_LENGTH = 30;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
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

/** The entries of a central directory, of its whole bytes. @throws ImgstoreError CORRUPT, TRUNCATED, UNSUPPORTED (encrypted). */
export function parseDirectory(bytes: Uint8Array, directory: DirectoryPlace, place: ErrorPlace): readonly ZipEntry[] {
  const cursor = new ByteCursor(bytes, { base: directory.offset, place });
  const entries: ZipEntry[] = [];
  while (cursor.remaining > 0) entries.push(parseEntry(cursor, place));
  if (entries.length !== directory.entries) {
    throw new ImgstoreError('CORRUPT', `the archive says that it has ${directory.entries} entries, its directory has ${entries.length}`, { ...place, offset: directory.offset });
  }
  return entries;
}

function parseEntry(cursor: ByteCursor, place: ErrorPlace): ZipEntry {
  const at = { ...place, offset: cursor.offset };
  if (cursor.u32le() !== CENTRAL) throw new ImgstoreError('CORRUPT', 'no entry of the directory where one is expected', at);
  cursor.skip(4);
  const [flags, method] = [cursor.u16le(), cursor.u16le()];
  cursor.skip(4);
  const [crc, compressed, plain] = [cursor.u32le(), cursor.u32le(), cursor.u32le()];
  const [nameLength, extraLength, commentLength] = [cursor.u16le(), cursor.u16le(), cursor.u16le()];
  cursor.skip(8);
  const local = cursor.u32le();
  const name = escapeKey(cursor.bytes(nameLength));
  const extra = cursor.bytes(extraLength);
  cursor.skip(commentLength);
  if ((flags & 1) !== 0) throw new ImgstoreError('UNSUPPORTED', 'the entry is encrypted', { ...at, key: name });
  const [size, compressedSize, offset] = widened(extra, [plain, compressed, local], at);
  return { name, method, crc, compressedSize: compressedSize ?? 0, size: size ?? 0, offset: offset ?? 0 };
}

/** The sizes and the offset, those that do not fit 32 bits from the zip64 extra field, in this order. */
function widened(extra: Uint8Array, values: readonly number[], place: ErrorPlace): readonly number[] {
  if (!values.includes(ALL_32)) return values;
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
export function localLength(bytes: Uint8Array, nameBytes: Uint8Array, entry: ZipEntry, place: ErrorPlace): number {
  const cursor = new ByteCursor(bytes, { base: entry.offset, place });
  const at = { ...place, offset: entry.offset };
  if (cursor.u32le() !== LOCAL) throw new ImgstoreError('CORRUPT', 'no entry begins where the directory of the archive says', at);
  cursor.skip(4);
  const method = cursor.u16le();
  cursor.skip(16);
  const [nameLength, extraLength] = [cursor.u16le(), cursor.u16le()];
  const isSameName = nameLength === nameBytes.length && cursor.bytes(nameLength).every((byte, index) => byte === nameBytes[index]);
  if (method !== entry.method || !isSameName) throw new ImgstoreError('CORRUPT', 'the entry is not the one that the directory of the archive says', at);
  return LOCAL_LENGTH + nameLength + extraLength;
}
