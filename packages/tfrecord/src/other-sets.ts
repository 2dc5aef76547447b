import { ImgstoreError, isImgstoreError, parseShardPath } from '@imgstore/core';
import { folderNames } from '@imgstore/core/files';

/**
 * Refuses to put a set of shards beside one of the same name with another number of files: `overwrite` would not replace
 * it, and who reads the folder or a pattern would get both.
 * @param path any path of the new set @param count how many files it has; undefined: not known yet, any set is refused
 * @throws ImgstoreError EXISTS, IO.
 */
export function refuseOtherSets(path: string, count: number | undefined): void {
  const set = parseShardPath(path);
  if (set === undefined) return;
  const slash = set.stem.lastIndexOf('/');
  const folder = slash < 0 ? '.' : set.stem.slice(0, slash + 1);
  const stem = set.stem.slice(slash + 1);
  for (const name of namesIn(folder)) {
    const other = parseShardPath(name);
    if (other?.stem !== stem || other.suffix !== set.suffix || other.count === count) continue;
    throw new ImgstoreError('EXISTS', `a set of ${other.count} shards of that name is there${count === undefined ? '' : `, which one of ${count} does not replace`}`,
      { format: 'tfrecord', file: slash < 0 ? name : folder + name, hint: 'remove it, or give another name' });
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
