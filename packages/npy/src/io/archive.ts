import { escapeKey, ImgstoreError, requireRatio } from '@imgstore/core';
import type { ErrorPlace, Limits } from '@imgstore/core';
import { parseEnd, parseZip64End, TAIL_LENGTH, ZIP64_END_LENGTH } from '../wire/zip.js';
import type { DirectoryPlace } from '../wire/zip.js';
import { LOCAL_LENGTH, localLength } from '../wire/zip-entry.js';
import type { ZipEntry } from '../wire/zip-entry.js';
import { ZipDirectory } from './directory.js';
import { InflateStream } from './inflate.js';
import type { ByteSource } from './source.js';
import { PlainStream } from './stream.js';
import type { ByteStream } from './stream.js';

/** An archive whose directory has been read and held against the file. */
export interface Archive {
  readonly source: ByteSource;
  readonly directory: ZipDirectory;
}

const STORED = 0;
const DEFLATED = 8;

/** Reads the directory. @throws ImgstoreError TRUNCATED, CORRUPT (offsets that lie, entries that overlap), UNSUPPORTED, LIMIT. */
export async function openArchive(source: ByteSource): Promise<Archive> {
  const { directory, end } = findDirectory(source);
  if (directory.offset + directory.length !== end) {
    throw new ImgstoreError('CORRUPT', `the directory of the archive is said to end at byte ${directory.offset + directory.length}, and ends at ${end}`, source.place);
  }
  return { source, directory: await ZipDirectory.read(source, directory) };
}

function findDirectory(source: ByteSource): { readonly directory: DirectoryPlace; readonly end: number } {
  const tail = new Uint8Array(Math.min(TAIL_LENGTH, source.size));
  const base = source.size - tail.length;
  source.readExactly(tail, base);
  const { directory, end, zip64 } = parseEnd(tail, base, source.place);
  if (zip64 === undefined) return { directory, end };
  if (zip64 > end - ZIP64_END_LENGTH) throw new ImgstoreError('CORRUPT', 'the zip64 end record is said to be where it cannot be', { ...source.place, offset: end });
  const bytes = new Uint8Array(ZIP64_END_LENGTH);
  source.readExactly(bytes, zip64);
  return { directory: parseZip64End(bytes, zip64, source.place), end: zip64 };
}

/**
 * The plain bytes of an entry.
 * @throws ImgstoreError CORRUPT, UNSUPPORTED (a compression other than deflate), LIMIT for a size that so few bytes cannot have.
 */
export function openEntry({ source }: Archive, entry: ZipEntry, limits: Required<Limits>, place: ErrorPlace = { ...source.place, key: escapeKey(entry.nameBytes) }): ByteStream {
  const { method, size, compressedSize, crc, offset, nameBytes } = entry;
  if (method !== STORED && method !== DEFLATED) throw new ImgstoreError('UNSUPPORTED', `the entry is compressed by method ${method}; 0 (stored) and 8 (deflated) are read`, place);
  if (method === STORED && size !== compressedSize) throw new ImgstoreError('CORRUPT', `the entry is stored, and its sizes are ${compressedSize} and ${size}`, { ...place, offset });
  requireRatio(size, compressedSize, limits.ratio, place);
  const local = new Uint8Array(Math.min(LOCAL_LENGTH + nameBytes.length, source.size - offset));
  source.readExactly(local, offset);
  const start = offset + localLength(local, entry, place);
  if (start + compressedSize > source.size) throw new ImgstoreError('TRUNCATED', `the entry's ${compressedSize} bytes end behind the file`, { ...place, offset: start });
  const range = { start, end: start + compressedSize, place, crc };
  return method === STORED ? new PlainStream(source, range) : new InflateStream(source, { ...range, kind: 'deflate', size, limits });
}
