/**
 * The side file with which DALI (tfrecord2idx) and vahidk's tfrecord find records: text, one line for each record of
 * an uncompressed file, `offset size`, where the size counts the 16 bytes of the frame too.
 */
import { ImgstoreError } from '@imgstore/core';
import { openFileReader, pathFacts } from '@imgstore/core/files';
import { frameOverhead } from './wire/frame.js';
import type { Offsets } from './offsets.js';

const windowLength = 1 << 16;

/** The path of the index that is written beside a file: DALI's ending. */
export function indexPath(path: string): string {
  return `${stemOf(path)}.idx`;
}

/** The paths at which an index of that file may be: beside it, with the endings of DALI and of vahidk's tfrecord. */
export function indexPaths(path: string): readonly string[] {
  const stems = [...new Set([stemOf(path), path])];
  return ['.idx', '.tfindex', '.index'].flatMap((ending) => stems.map((stem) => stem + ending));
}

function stemOf(path: string): string {
  return path.replace(/(?<=[^/\\])\.tfrecords?$/i, '');
}

/** The lines of an index that is being written. */
export class IndexLines {
  #text = '';

  /** @param size of the whole frame */
  add(offset: number, size: number): void {
    this.#text += `${offset} ${size}\n`;
  }

  /** The lines since the last call. */
  take(): Uint8Array {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = '';
    return bytes;
  }
}

/** A file that an index is for. */
export interface IndexedFile {
  readonly path: string;
  readonly size: number;
}

/**
 * Adds the offsets that the index beside a file says; false: there is none. Records must follow each other without a gap
 * from the first byte to the last, so what is believed of the index is only where they are cut; each record's own header is
 * compared when it is read.
 * @throws ImgstoreError MISMATCH when the index is not of this file, LIMIT.
 */
export function readIndexFile(file: IndexedFile, offsets: Offsets): boolean {
  const path = indexPaths(file.path).find((candidate) => pathFacts(candidate)?.kind === 'file');
  if (path === undefined) return false;
  const reader = openFileReader(path);
  const wrong = (what: string, line: number): ImgstoreError => new ImgstoreError('MISMATCH', `the index ${path} is not of this file: ${what} in line ${line}`, {
    file: file.path, hint: 'remove the index, or write it anew',
  });
  try {
    const window = new Uint8Array(windowLength);
    const numbers = [0, 0];
    let expected = 0;
    let line = 1;
    let part = 0;
    let digits = 0;
    const endLine = (): void => {
      if (part !== 1 || digits === 0) throw wrong('something else than two numbers', line);
      const [offset = 0, size = 0] = numbers;
      if (offset !== expected) throw wrong(`the offset ${offset} instead of ${expected}`, line);
      if (size < frameOverhead || offset + size > file.size) throw wrong(`a size of ${size} at byte ${offset} of ${file.size}`, line);
      offsets.add(offset);
      expected = offset + size;
      line++;
      numbers[0] = numbers[1] = part = digits = 0;
    };
    for (let position = 0; position < reader.size;) {
      const got = reader.read(window, position);
      for (let at = 0; at < got; at++) {
        const byte = window[at]!;
        if (byte >= 0x30 && byte <= 0x39 && digits < 16) {
          numbers[part] = numbers[part]! * 10 + byte - 0x30;
          digits++;
        } else if (byte === 0x20 && part === 0 && digits > 0) {
          part = 1;
          digits = 0;
        } else if (byte === 0x0a) endLine();
        else if (byte !== 0x0d || part === 0) throw wrong('something else than two numbers', line);
      }
      if (got === 0) break;
      position += got;
    }
    if (part !== 0 || digits !== 0) endLine();
    if (expected !== file.size) throw wrong(`the end at byte ${expected} of ${file.size}`, line);
    return true;
  } finally {
    reader.close();
  }
}
