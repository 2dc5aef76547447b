import { basename, dirname } from 'node:path';
import { compareKeys, parseShardPath, shardPath } from '@imgstore/core';
import { expandBraces, firstIndex, folderMembers, hasBraces, isPattern, matchPattern, parseSetName, pathFacts, shardsOf } from '@imgstore/core/files';

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

/** The set of shards that the names at a location tell of; undefined where they tell of none, or of more than one. */
export function shardSetOf(location: string): ShardSet | undefined {
  const given = filesOf(location).map((path) => ({ path, shard: parseShardPath(path) })).filter(({ shard }) => shard !== undefined);
  const [first] = given;
  if (first?.shard === undefined || !given.every(({ shard }) => shard && setName(shard) === setName(first.shard))) return undefined;
  const { stem, count, suffix } = first.shard;
  const folder = dirname(first.path);
  const indices = new Set<number>();
  for (const { name } of folderMembers(folder)) {
    const shard = parseShardPath(name);
    if (shard && setName(shard) === setName({ stem: basename(stem), count, suffix })) indices.add(shard.index);
  }
  const start = firstIndex(indices, count);
  const missing: string[] = [];
  for (let index = start; index < count + start && missing.length < MOST_NAMES; index++) {
    if (!indices.has(index)) missing.push(`${shardPath(basename(stem), index, count, { extension: '' })}${suffix}`);
  }
  const digits = Math.max(5, String(count).length);
  return { count, given: given.length, present: indices.size, missing, pattern: `${stem}-${'?'.repeat(digits)}-of-${String(count).padStart(digits, '0')}${suffix}` };
}

/** The set of shards that has this name, or this one without its extension, as `NAME@N` says it; undefined where there is none, or more than one. */
export function setBeside(location: string): string | undefined {
  const sets = shardsOf({ name: location }).flatMap((path) => parseShardPath(path) ?? []).map(({ stem, count }) => `${stem}@${count}`);
  const [set, another] = new Set(sets);
  return another === undefined ? set : undefined;
}

function setName({ stem, count, suffix }: { readonly stem: string; readonly count: number; readonly suffix: string } = { stem: '', count: 0, suffix: '' }): string {
  return `${count} ${suffix}\n${stem}`;
}

/** The shards in a folder, which may have a million other names. */
function shardsIn(folder: string): readonly string[] {
  const paths: string[] = [];
  for (const { name } of folderMembers(folder)) if (parseShardPath(name) !== undefined) paths.push(`${folder.replace(/\/+$/, '')}/${name}`);
  return paths.sort(compareKeys);
}

/** The files that a location names, as far as names tell: a file, a pattern, `NAME@N`, names in braces or a folder. */
function filesOf(location: string): readonly string[] {
  if (location === '-') return [];
  const facts = pathFacts(location);
  if (facts?.kind === 'folder') return shardsIn(location);
  if (facts !== undefined) return [location];
  const set = parseSetName(location);
  if (set !== undefined) return shardsOf(set);
  if (hasBraces(location)) return expandBraces(location);
  return isPattern(location) ? matchPattern(location) : [];
}
