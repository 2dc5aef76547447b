import { ImgstoreError, shardPath, shardStart } from '@imgstore/core';
import type { WriteOptions } from '@imgstore/core';
import type { WebdatasetFlags } from './options.js';

/** Into which files samples go. */
export interface ShardPlan {
  /** The paths that are known before the first sample: all of them, or, where their number is only known at the end, the first. */
  readonly paths: readonly string[];
  /** Under which path a shard is begun. */
  readonly path: (index: number) => string;
  /** Whether a sample goes into a shard behind this one. */
  readonly isFull: (shard: { readonly index: number; readonly bytes: number }, next: { readonly sample: number; readonly bytes: number }) => boolean;
  /** How many samples must come, where the cuts depend on it. */
  readonly count: number | undefined;
  /** The final path of shard `index` of `count`, where it is not the one that it was begun under. */
  readonly finalPath?: (index: number, count: number) => string;
  /** How many files there will be, where the names say it and it is known. */
  readonly setOf: number | undefined;
}

/** How the files of a target are named and cut. @throws ImgstoreError BAD_OPTION. */
export function planShards(location: string, { shards, shardSize }: WebdatasetFlags, { part, source }: WriteOptions): ShardPlan {
  const path = (index: number, count: number): string => shardPath(location, index, count, { extension: '.tar' });
  const one = (only: string, setOf?: number): ShardPlan => ({ paths: [only], path: () => only, isFull: () => false, count: undefined, setOf });
  if (/\.(?:gz|tgz|bz2|xz|zst)$/i.test(location)) throw new ImgstoreError('BAD_OPTION', 'archives are written without compression: give a name that ends in .tar', { location });
  if (part !== undefined) {
    if (shardSize !== undefined) throw new ImgstoreError('BAD_OPTION', `part ${part.index} of ${part.count} is one shard; it is not cut by size`, { location });
    if (shards !== undefined && shards !== part.count) throw new ImgstoreError('BAD_OPTION', `part ${part.index} of ${part.count} does not fit ${shards} shards`, { location });
    return one(path(part.index, part.count), part.count);
  }
  if (shardSize !== undefined) {
    // No two of these names are equal, and the last one is right already.
    const begun = (index: number): string => path(index, index + 1);
    return {
      paths: [begun(0)], path: begun, finalPath: path, count: undefined, setOf: undefined,
      isFull: (shard, next) => shard.bytes > 0 && shard.bytes + next.bytes > shardSize,
    };
  }
  if (shards === undefined) return one(location);
  if (shards === 1) return one(path(0, 1), 1);
  const count = source?.count;
  if (count === undefined) throw new ImgstoreError('BAD_OPTION', `cutting into ${shards} shards needs the number of samples`, { location, hint: 'cut by size instead: shardSize' });
  const paths = Array.from({ length: shards }, (_, index) => path(index, shards));
  return {
    paths, path: (index) => paths[index] ?? path(index, shards), count, setOf: shards,
    isFull: ({ index }, { sample }) => sample >= shardStart(index + 1, shards, count),
  };
}
