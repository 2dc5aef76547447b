import { isImgstoreError } from '@imgstore/core';
import { openInflater } from '#platform';
import type { StreamCompression } from '../platform.js';
import { headerLength, isFrameHeader } from '../wire/frame.js';
import { sniffCompression } from '../wire/compression.js';
import type { ByteReader } from './bytes.js';

/** How a file is compressed, told by its content. */
export type Compression = 'none' | StreamCompression;

/** The frames' own bytes: plain as they are, or inflated. Closing it closes what is beneath. */
export interface PlainReader {
  readonly reader: ByteReader;
  readonly compression: Compression;
}

const headLength = 512;

/**
 * Looks at the first bytes and opens the stream that holds frames. A plain file is told by the checksum of its first
 * length, because that length may look like the magic of a compressed stream.
 */
export async function openPlain(
  source: ByteReader, options: { readonly ratio: number; readonly file: string | undefined },
): Promise<PlainReader> {
  const { head, reader } = await peek(source, headLength);
  const kind = isFrameHeader(head) ? undefined : sniffCompression(head);
  return kind === undefined
    ? { reader, compression: 'none' }
    : { reader: openInflater(reader, { kind, ratio: options.ratio, file: options.file }), compression: kind };
}

/**
 * How the frames of a source are compressed, when the first of them begins well; undefined: it holds something else, nothing,
 * or damage. Closes the source.
 */
export async function sniffFrames(source: ByteReader): Promise<Compression | undefined> {
  let reader = source;
  try {
    const plain = await openPlain(source, { ratio: Infinity, file: undefined });
    reader = plain.reader;
    const { head } = await peek(reader, headerLength);
    return isFrameHeader(head) ? plain.compression : undefined;
  } catch (error) {
    if (isImgstoreError(error, 'CORRUPT') || isImgstoreError(error, 'TRUNCATED')) return undefined;
    throw error;
  } finally {
    await reader.close();
  }
}

/** The first bytes (fewer only where the stream ends), and a reader that gives them again. */
export async function peek(source: ByteReader, length: number): Promise<{ readonly head: Uint8Array; readonly reader: ByteReader }> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const got = await source.read(buffer.subarray(filled));
    if (got === 0) break;
    filled += got;
  }
  const head = buffer.subarray(0, filled);
  if (source.seek) {
    source.seek(0);
    return { head, reader: source };
  }
  let rest = head;
  return {
    head,
    reader: {
      size: source.size,
      get consumed() {
        return source.consumed - rest.length;
      },
      read(target) {
        if (rest.length === 0) return source.read(target);
        const piece = rest.subarray(0, target.length);
        target.set(piece);
        rest = rest.subarray(piece.length);
        return piece.length;
      },
      ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
      close: () => source.close(),
    },
  };
}
