import { ImgstoreError } from '../errors.js';
import type { StoreRange } from '../store.js';
import { pathFacts } from './paths.js';

/**
 * Positions in ranges count bytes through all files of the store, laid end to end: a range may span files, and one number
 * says where it begins.
 */
export interface StoreLayout {
  readonly files: readonly { readonly path: string; readonly begin: number; readonly size: number }[];
  readonly size: number;
}

/** A file, or the part of it from byte `start` to `end`. */
export interface FileRange {
  readonly source: string;
  readonly start?: number;
  readonly end?: number;
}

/** The files end to end. @throws ImgstoreError IO. */
export function layOut(paths: readonly string[]): StoreLayout {
  let size = 0;
  const files = paths.map((path) => {
    const begin = size;
    size += pathFacts(path)?.size ?? 0;
    return { path, begin, size: size - begin };
  });
  return { files, size };
}

/** The parts of files that a range covers. @throws ImgstoreError BAD_OPTION, CHANGED when the files are not what they were when it was made. */
export function rangeParts({ start, end }: StoreRange, { files, size: all }: StoreLayout): readonly FileRange[] {
  if (typeof start !== 'number' || typeof end !== 'number' || !(start >= 0 && start <= end)) throw new ImgstoreError('BAD_OPTION', 'the range is not one of this store');
  if (end > all) throw new ImgstoreError('CHANGED', `a range ends at byte ${end}, the files have ${all}`);
  return files.flatMap(({ path, begin, size }) => {
    const from = Math.max(0, start - begin);
    const to = Math.min(size, end - begin);
    return from < to ? [{ source: path, ...from > 0 && { start: from }, ...to < size && { end: to } }] : [];
  });
}
