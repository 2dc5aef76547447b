import { breather, ImgstoreError } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import { frameOverhead, headerLength, readLength } from './wire/frame.js';

const windowLength = 1 << 16;
/** So many records between two looks at the clock. */
const breathEvery = 1024;

/** How to walk. */
export interface WalkOptions {
  /** The most data bytes in one record. */
  readonly limit: number;
  /** Where to begin: the offset of a record. Default 0. */
  readonly start?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Goes through the headers of all records of an uncompressed file, and calls `found` with the offset of each, until it says false. Of large
 * records nothing else is read.
 * @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT, CHANGED.
 */
export async function walkFrames(path: string, options: WalkOptions, found: (offset: number) => unknown): Promise<void> {
  const breathe = breather();
  const file = openFileReader(path);
  try {
    const window = new Uint8Array(windowLength);
    let begin = 0;
    let end = 0;
    let record = 0;
    for (let offset = options.start ?? 0; offset < file.size;) {
      if (offset + headerLength > end) {
        begin = offset;
        end = offset + file.read(window.subarray(0, Math.min(windowLength, file.size - offset)), offset);
      }
      if (offset + headerLength > end) {
        file.checkUnchanged();
        throw new ImgstoreError('TRUNCATED', 'the file ends in the header of the record', { file: path, record, offset });
      }
      const length = readLength(window, offset - begin, { file: path, record, offset }, { size: file.size, limit: options.limit });
      if (found(offset) === false) break;
      offset += length + frameOverhead;
      if (++record % breathEvery === 0) {
        options.signal?.throwIfAborted();
        await breathe();
      }
    }
    file.checkUnchanged();
  } finally {
    file.close();
  }
}
