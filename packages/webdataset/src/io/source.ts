import { readPieces } from '@imgstore/core';
import type { ByteReader } from '@imgstore/core';
import { openFileSource, pathOfUrl } from '@imgstore/core/files';

/** Where an archive is: a path, a file URL, or its bytes in pieces, which can be read once. */
export type ArchiveSource = string | URL | AsyncIterable<Uint8Array>;

/** What errors call the source. @throws ImgstoreError BAD_OPTION for a URL that is no file. */
export function sourceName(source: ArchiveSource): string {
  if (typeof source === 'string') return source;
  return source instanceof URL ? pathOfUrl(source) : '<stream>';
}

/** @throws ImgstoreError NOT_FOUND, UNSUPPORTED (no regular file), IO. */
export function openSource(source: string | AsyncIterable<Uint8Array>): ByteReader {
  return typeof source === 'string' ? openFileSource(source) : readPieces(source);
}
