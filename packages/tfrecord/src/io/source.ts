import { ImgstoreError, readPieces } from '@imgstore/core';
import type { ByteReader } from '@imgstore/core';
import { openPath, pathOfUrl } from '#platform';
import { readBytes, streamPieces } from './bytes.js';

/**
 * Where the bytes of one TFRecord file come from. A path and a file URL need Node; a Blob, a Uint8Array and a path can be
 * read again, a stream and an async iterable once.
 */
export type RecordSource = string | URL | Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What errors call a source that has no path. */
export function sourceName(source: RecordSource): string {
  if (typeof source === 'string') return source;
  if (source instanceof URL) return pathOfUrl(source);
  if (source instanceof Uint8Array) return '<bytes>';
  if (isBlob(source)) return 'name' in source && typeof source.name === 'string' ? source.name : '<blob>';
  return '<stream>';
}

/** Whether the source can be opened again. */
export function isRepeatable(source: RecordSource): boolean {
  return typeof source === 'string' || source instanceof URL || source instanceof Uint8Array || isBlob(source);
}

/** @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED (a path in a browser), BAD_OPTION (no source at all). */
export function openSource(source: RecordSource): ByteReader {
  if (typeof source === 'string') return openPath(source);
  if (source instanceof URL) return openPath(pathOfUrl(source));
  if (source instanceof Uint8Array) return readBytes(source);
  if (isBlob(source)) return readPieces(streamPieces(source.stream()), source.size);
  if (typeof source === 'object' && source !== null && 'getReader' in source) return readPieces(streamPieces(source));
  if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) return readPieces(source);
  throw new ImgstoreError('BAD_OPTION', `a source is a path, URL, Blob, Uint8Array, ReadableStream or AsyncIterable of bytes, not ${typeof source}`);
}

function isBlob(source: unknown): source is Blob {
  return typeof Blob !== 'undefined' && source instanceof Blob;
}
