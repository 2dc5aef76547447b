import { fromBatches, resolveLimits } from '@imgstore/core';
import type { Limits } from '@imgstore/core';
import { FrameReader } from './io/frames.js';
import type { FrameOptions, TfrecordRecord } from './io/frames.js';
import { openPlain } from './io/plain.js';
import type { Compression } from './io/plain.js';
import { openSource, sourceName } from './io/source.js';
import type { RecordSource } from './io/source.js';

/** How to read records. */
export interface ReadRecordsOptions {
  /** Checked once for each record; the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
  /** true: `data` is valid only until the next record is pulled, which saves a copy. Default false: it is yours for ever. */
  readonly borrow?: boolean;
  /** Default: those of core's LIMITS. */
  readonly limits?: Limits;
}

/**
 * The records of one TFRecord file, in order, with both checksums checked. GZIP and ZLIB are told by the content. Opens on
 * the first pull and closes when the iteration ends, breaks or throws.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE (recognised as something else), TRUNCATED, CORRUPT, LIMIT, CHANGED, IO with file,
 * record and offset; UNSUPPORTED for a path in a browser.
 */
export function readRecords(source: RecordSource, options: ReadRecordsOptions = {}): AsyncIterable<TfrecordRecord> {
  const { limits, borrow = false, signal } = options;
  return fromBatches(async () => (await openFrames(source, { limits, borrow, signal })).frames, { signal });
}

/** An open file of frames. */
export interface OpenFrames {
  readonly frames: FrameReader;
  readonly compression: Compression;
  /** Bytes of the file that have been taken so far. */
  readonly consumed: () => number;
}

/** Opens a source and finds out how it is compressed. The caller closes `frames`. */
export async function openFrames(
  source: RecordSource, options: Omit<FrameOptions, 'file' | 'limit' | 'compression'> & { readonly limits: Limits | undefined },
): Promise<OpenFrames> {
  const { limits, ...rest } = options;
  const { record, ratio } = resolveLimits(limits);
  const file = sourceName(source);
  const raw = openSource(source);
  try {
    const { reader, compression } = await openPlain(raw, { ratio, file });
    return {
      frames: new FrameReader(reader, { ...rest, file, limit: record, compression }),
      compression,
      consumed: () => reader.consumed,
    };
  } catch (error) {
    await raw.close();
    throw error;
  }
}
