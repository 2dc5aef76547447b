import { ImgstoreError, isImgstoreError, parseShardPath } from '@imgstore/core';
import { folderNames } from '@imgstore/core/files';

/** The files of one set, in the order of their numbers. */
export interface OtherSet {
  readonly count: number;
  readonly paths: readonly string[];
}

/**
 * The sets of shards that have the name of a new one and another number of files: who reads the folder or a pattern would get both.
 * @param path any path of the new set @param count how many files it has; undefined: not known yet, any set is another
 * @throws ImgstoreError IO.
 */
export function otherSets(path: string, count: number | undefined): readonly OtherSet[] {
  const set = parseShardPath(path);
  if (set === undefined) return [];
  const slash = set.stem.lastIndexOf('/') + 1;
  const [folder, stem] = [set.stem.slice(0, slash), set.stem.slice(slash)];
  const found = new Map<number, string[]>();
  for (const name of namesIn(folder === '' ? '.' : folder)) {
    const other = parseShardPath(name);
    if (other?.stem !== stem || other.suffix !== set.suffix || other.count === count) continue;
    found.set(other.count, [...found.get(other.count) ?? [], folder + name]);
  }
  return [...found].map(([files, paths]) => ({ count: files, paths: paths.sort() })); // equally many digits
}

/** Refuses to put a set of shards beside another one of its name. Parameters as {@link otherSets}. @throws ImgstoreError EXISTS, IO. */
export function refuseOtherSets(path: string, count: number | undefined): void {
  for (const { count: other, paths } of otherSets(path, count)) {
    throw new ImgstoreError('EXISTS', `a set of ${other} shards of that name is there${count === undefined ? '' : `, which one of ${count} does not replace`}`,
      { format: 'webdataset', ...paths[0] !== undefined && { file: paths[0] }, hint: 'remove it, or give another name' });
  }
}

/** A folder that is not there yet holds nothing. */
function namesIn(folder: string): readonly string[] {
  try {
    return folderNames(folder);
  } catch (error) {
    if (isImgstoreError(error, 'NOT_FOUND')) return [];
    throw error;
  }
}
