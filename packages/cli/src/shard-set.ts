import { basename, dirname } from 'node:path';
import { parseShardPath, shardPath, shardPattern } from '@imgstore/core';
import type { SampleStore, ShardName } from '@imgstore/core';
import { firstIndex, folderMembers, pathFacts } from '@imgstore/core/files';

/** Names of missing shards that are told. */
const MOST_NAMES = 10;

/** The set of shards that a location is, or is one of. */
export interface ShardSet {
  /** How many the names say there are. */
  readonly count: number;
  /** How many of them the location names, and how many are beside them. */
  readonly given: number;
  readonly present: number;
  /** The first names of those that are not there. */
  readonly missing: readonly string[];
  /** What names all of them. */
  readonly pattern: string;
}

/** The set of shards that a store reads; undefined where it reads anything else. @throws ImgstoreError as `SampleStore.files`. */
export async function shardSetOf(store: SampleStore): Promise<ShardSet | undefined> {
  // Who has no shards may have to walk a folder to tell its files.
  if (pathFacts(store.location)?.kind === 'folder' && !hasShards(store.location)) return undefined;
  let first: { readonly path: string; readonly shard: ShardName } | undefined;
  let given = 0;
  for await (const path of store.files?.('read') ?? [store.location]) {
    const shard = parseShardPath(path);
    if (shard === undefined || (first !== undefined && shardPattern(shard) !== shardPattern(first.shard))) return undefined;
    first ??= { path, shard };
    given++;
  }
  if (first === undefined) return undefined;
  const { path, shard: { stem, count, suffix } } = first;
  const pattern = shardPattern(first.shard);
  const indices = new Set<number>();
  for (const { name } of folderMembers(dirname(path))) {
    const shard = parseShardPath(name);
    if (shard && shardPattern(shard) === basename(pattern)) indices.add(shard.index);
  }
  const start = firstIndex(indices, count);
  const missing: string[] = [];
  for (let index = start; index < count + start && missing.length < MOST_NAMES; index++) {
    if (!indices.has(index)) missing.push(`${shardPath(basename(stem), index, count, { extension: '' })}${suffix}`);
  }
  return { count, given, present: indices.size, missing, pattern };
}

function hasShards(folder: string): boolean {
  for (const { name } of folderMembers(folder)) if (parseShardPath(name) !== undefined) return true;
  return false;
}
