import { isImgstoreError, peek } from '@imgstore/core';
import type { ByteReader } from '@imgstore/core';
import { openInflater } from '#platform';
import type { StreamCompression } from '../platform.js';
import { headerLength, isFrameHeader } from '../wire/frame.js';
import { sniffCompression } from '../wire/compression.js';

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
    : { reader: openInflater(reader, { kind, ratio: options.ratio, place: options.file === undefined ? {} : { file: options.file } }), compression: kind };
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
