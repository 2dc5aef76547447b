import { fileURLToPath } from 'node:url';
import { ImgstoreError } from '../errors.js';
import { openFileReader } from './reader.js';

/** A local file that is read from one byte to the next. Reads are synchronous. */
export interface FileSource {
  /** How many bytes there are in all. */
  readonly size: number;
  /** How many have been taken: for progress. */
  readonly consumed: number;
  /** Puts bytes at the front of `target`; returns how many, 0 only at the end. @throws ImgstoreError IO. */
  read(target: Uint8Array): number;
  /** Goes to that byte. */
  seek(position: number): void;
  /** @throws ImgstoreError CHANGED when what is read is not what was opened. */
  checkUnchanged(): void;
  close(): void;
}

/** @throws ImgstoreError as {@link openFileReader}. */
export function openFileSource(path: string): FileSource {
  const file = openFileReader(path);
  let position = 0;
  return {
    size: file.size,
    get consumed() {
      return position;
    },
    read(target) {
      // What was added to the file since is not part of it: checkUnchanged will see it.
      const length = file.read(target.subarray(0, Math.max(0, file.size - position)), position);
      position += length;
      return length;
    },
    seek(to) {
      position = to;
    },
    checkUnchanged: () => file.checkUnchanged(),
    close: () => file.close(),
  };
}

/** The path of a file URL. @throws ImgstoreError BAD_OPTION for another protocol. */
export function pathOfUrl(url: URL): string {
  if (url.protocol !== 'file:') throw new ImgstoreError('BAD_OPTION', `a URL must be a file URL, not ${url.protocol}; give a stream of its bytes instead`);
  return fileURLToPath(url);
}
