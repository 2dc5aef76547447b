import type { Limits } from '@imgstore/core';
import { ImgstoreError, unescapeKey } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import { requireRatio } from '../limits.js';
import { LOCAL_LENGTH, localLength, parseDirectory, parseEnd, parseZip64End, TAIL_LENGTH, ZIP64_END_LENGTH } from '../wire/zip.js';
import type { DirectoryPlace, ZipEntry } from '../wire/zip.js';
import { InflateStream } from './inflate.js';
import type { ByteSource } from './source.js';
import { PlainStream } from './stream.js';
import type { ByteStream } from './stream.js';

/** An archive whose directory has been read and held against the file. */
export interface Archive {
  readonly source: ByteSource;
  /** In the order in which they stand in the file. */
  readonly entries: readonly ZipEntry[];
}

/** As much directory as is read into memory: some two million entries. */
const MAX_DIRECTORY = 2 ** 28;
const STORED = 0;
const DEFLATED = 8;

/** Reads the directory. @throws ImgstoreError TRUNCATED, CORRUPT (offsets that lie, entries that overlap), UNSUPPORTED, LIMIT. */
export function openArchive(source: ByteSource): Archive {
  const { directory, end } = findDirectory(source);
  const { place } = source;
  if (directory.offset + directory.length !== end) {
    throw new ImgstoreError('CORRUPT', `the directory of the archive is said to end at byte ${directory.offset + directory.length}, and ends at ${end}`, place);
  }
  if (directory.length > MAX_DIRECTORY) throw new ImgstoreError('LIMIT', `the directory of the archive takes ${directory.length} bytes, above the limit of ${MAX_DIRECTORY}`, place);
  const bytes = new Uint8Array(directory.length);
  source.readExactly(bytes, directory.offset);
  const entries = [...parseDirectory(bytes, directory, place)].sort((a, b) => a.offset - b.offset);
  entries.forEach((entry, index) => {
    const next = entries[index + 1]?.offset ?? directory.offset;
    if (entry.offset + LOCAL_LENGTH + entry.compressedSize > next) {
      throw new ImgstoreError('CORRUPT', `the entry's ${entry.compressedSize} bytes reach into what follows at byte ${next}`, { ...place, offset: entry.offset, key: entry.name });
    }
  });
  return { source, entries };
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
export function openEntry({ source }: Archive, entry: ZipEntry, limits: Required<Limits>, place: ErrorPlace = { ...source.place, key: entry.name }): ByteStream {
  const { method, size, compressedSize, crc, offset, name: key } = entry;
  if (method !== STORED && method !== DEFLATED) throw new ImgstoreError('UNSUPPORTED', `the entry is compressed by method ${method}; 0 (stored) and 8 (deflated) are read`, place);
  if (method === STORED && size !== compressedSize) throw new ImgstoreError('CORRUPT', `the entry is stored, and its sizes are ${compressedSize} and ${size}`, { ...place, offset });
  requireRatio(size, compressedSize, limits, place);
  const nameBytes = unescapeKey(key);
  const local = new Uint8Array(Math.min(LOCAL_LENGTH + nameBytes.length, source.size - offset));
  source.readExactly(local, offset);
  const start = offset + localLength(local, nameBytes, entry, place);
  if (start + compressedSize > source.size) throw new ImgstoreError('TRUNCATED', `the entry's ${compressedSize} bytes end behind the file`, { ...place, offset: start });
  const range = { start, end: start + compressedSize, place, crc };
  return method === STORED ? new PlainStream(source, range) : new InflateStream(source, { ...range, kind: 'raw', size, limits });
}

/** The name of an array in an archive: the entry's, without `.npy`. */
export function arrayName(entry: ZipEntry): string {
  return entry.name.endsWith('.npy') ? entry.name.slice(0, -4) : entry.name;
}
