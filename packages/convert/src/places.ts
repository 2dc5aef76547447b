import { ImgstoreError, isImgstoreError, parseShardPath, shardPath } from '@imgstore/core';
import type { SampleStore } from '@imgstore/core';
import { isInside, isPattern, matchPattern, pathFacts, sameFile } from '@imgstore/core/files';

/**
 * That writing the target would not touch what the source is read from, nor add to a folder that is the source, however the paths are
 * written: by link, `..`, pattern or number of shards. Stores that are no paths (`-`, bytes, streams) are left alone.
 * @throws ImgstoreError BAD_OPTION.
 */
export function checkPlaces(source: SampleStore, target: SampleStore, options: { readonly overwrite: boolean }): void {
  if (source.location === '-' || target.location === '-') return;
  try {
    const reason = clash(source.location, target.location, options.overwrite);
    if (reason !== undefined) throw new ImgstoreError('BAD_OPTION', reason, { location: target.location, hint: 'write to another place' });
  } catch (error) {
    // Without Node there are no paths.
    if (!isImgstoreError(error, 'UNSUPPORTED')) throw error;
  }
}

function clash(source: string, target: string, overwrite: boolean): string | undefined {
  const files = isPattern(source) ? matchPattern(source) : [source];
  if (files.some((file) => sameFile(file, target))) return 'is the source itself';
  const existing = pathFacts(target);
  if (existing?.kind === 'folder' && files.some((file) => isInside(file, target))) return `is a folder that holds the source ${source}`;
  // A new file too: the source would have grown by it.
  if (pathFacts(source)?.kind === 'folder' && isInside(target, source)) return `lies in the source ${source}`;
  // What exists is replaced only where that was asked for; a shard's own name is made by the target.
  return overwrite && shardsOf(source, files).some((shard) => isShardOf(shard, target)) ? `its shards would replace those of the source ${source}` : undefined;
}

/** The paths among which shards of the source may be. */
function shardsOf(source: string, files: readonly string[]): readonly string[] {
  const counted = /^(.+)@[0-9]+$/s.exec(source)?.[1];
  return counted !== undefined && pathFacts(source) === undefined ? [shardPath(counted, 0, 1)] : files;
}

/** Whether the path is a shard of the set that would be written to `target`: `out/train` or `out/train.tfrecord`. */
function isShardOf(path: string, target: string): boolean {
  const shard = parseShardPath(path);
  if (shard === undefined) return false;
  const [own, other] = [split(shard.stem), split(target)];
  return (other.name === own.name || other.name === own.name + shard.suffix) && sameFile(own.folder, other.folder);
}

function split(path: string): { readonly folder: string; readonly name: string } {
  const cut = path.lastIndexOf('/');
  return { folder: cut < 0 ? '.' : path.slice(0, cut) || '/', name: path.slice(cut + 1) };
}
