import { ImgstoreError, parseShardPath, shardPath } from '@imgstore/core';
import type { ShardName } from '@imgstore/core';
import { folderNames, isPattern, matchPattern, pathFacts } from '@imgstore/core/files';
import { openPath } from '#platform';
import { indexPaths } from './index-file.js';
import { sniffFrames } from './io/plain.js';

/** The files of a store, in the order in which they are read. */
export interface StoreFiles {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The files that a location names: a file; a folder (those of its files that are TFRecords); a pattern; or `NAME@N`, a
 * set of N shards. A set with a shard missing is refused, except that one shard may be read by its own name.
 * @throws ImgstoreError NOT_FOUND (nothing there; a shard missing), NOT_A_STORE (a folder without TFRecords), UNSUPPORTED, IO.
 */
export async function findFiles(location: string): Promise<StoreFiles> {
  const facts = pathFacts(location);
  if (facts?.kind === 'folder') return folderFiles(location);
  if (facts !== undefined) return { paths: [location], notes: loneShard(location) };
  if (isPattern(location)) {
    const matched = matchPattern(location);
    // The index of a file may match what the file matches.
    const indexes = new Set(matched.flatMap(indexPaths));
    const paths = matched.filter((path) => !indexes.has(path));
    if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', 'no file matches the pattern', { location });
    requireWholeSets(paths, location);
    return { paths, notes: [] };
  }
  const set = /^(.+)@(\d{1,9})$/.exec(location);
  if (set !== null && Number(set[2]) > 0) return { paths: namedSet(set[1]!, Number(set[2]), location), notes: [] };
  throw new ImgstoreError('NOT_FOUND', 'there is no such file or folder', { location });
}

async function folderFiles(folder: string): Promise<StoreFiles> {
  const files = folderNames(folder).filter((name) => !name.startsWith('.'))
    .map((name) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`))
    .filter((path) => pathFacts(path)?.kind === 'file');
  const ours = new Set<string>();
  for (const path of files) {
    if (isNamedTfrecord(path) || await sniffFrames(openPath(path)) !== undefined) ours.add(path);
  }
  // A shard that is damaged or empty belongs to its set all the same: reading it will say what is wrong.
  const sets = new Set([...ours].map(setName));
  const paths = files.filter((path) => ours.has(path) || (parseShardPath(path) !== undefined && sets.has(setName(path))));
  if (paths.length === 0) throw new ImgstoreError('NOT_A_STORE', 'no file in the folder is a TFRecord', { location: folder });
  requireWholeSets(paths, folder);
  return { paths, notes: [] };
}

/** Whether a file has the name of a TFRecord, whatever is in it. */
export function isNamedTfrecord(path: string): boolean {
  const shard = parseShardPath(path);
  return /\.tfrecords?(?:\.gz)?$/i.test(path) || (shard !== undefined && /\.tfrecords?$/i.test(shard.stem));
}

/** What the shards of one set have in common. */
function setName(path: string): string | undefined {
  const shard = parseShardPath(path);
  return shard && `${shard.count} ${shard.stem}\n${shard.suffix}`;
}

function namedSet(name: string, count: number, location: string): readonly string[] {
  const example = shardPath(name, 0, count);
  const { stem } = parseShardPath(example)!;
  const digits = Math.max(5, String(count).length);
  const number = `${'?'.repeat(digits)}-of-${String(count).padStart(digits, '0')}`;
  const found = matchPattern(`${stem.replace(/[*?[]/g, '[$&]')}-${number}*`).filter((path) => parseShardPath(path)?.stem === stem);
  // Beside the shards there may be files about them, of the same name with another ending.
  const named = found.filter((path) => isNamedTfrecord(path) || parseShardPath(path)?.suffix === '');
  const paths = named.length > 0 ? named : found;
  const suffixes = new Set(paths.map((path) => parseShardPath(path)?.suffix));
  if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', `no shard of the set is there, e.g. ${example}`, { location });
  if (suffixes.size > 1) throw new ImgstoreError('MISMATCH', `there is more than one such set: *${[...suffixes].join(' and *')}`, { location, hint: 'give a pattern' });
  requireWholeSets(paths, location);
  return paths;
}

/** @throws ImgstoreError NOT_FOUND when the paths are part of a set, and not all of it. */
function requireWholeSets(paths: readonly string[], location: string): void {
  const sets = new Map<string, { readonly shard: ShardName; readonly indices: Set<number> }>();
  for (const path of paths) {
    const shard = parseShardPath(path);
    const id = setName(path);
    if (shard === undefined || id === undefined) continue;
    const set = sets.get(id) ?? { shard, indices: new Set() };
    set.indices.add(shard.index);
    sets.set(id, set);
  }
  for (const { shard, indices } of sets.values()) {
    // One tool counts its shards from 1.
    const first = indices.has(shard.count) && !indices.has(0) ? 1 : 0;
    for (let index = first; index < shard.count + first; index++) {
      if (indices.has(index)) continue;
      const missing = `${shardPath(shard.stem, index, shard.count, { extension: '' })}${shard.suffix}`;
      throw new ImgstoreError('NOT_FOUND', `the set of ${shard.count} shards is not complete: ${missing} is missing`, { location });
    }
  }
}

function loneShard(path: string): readonly string[] {
  const shard = parseShardPath(path);
  if (shard === undefined || shard.count === 1) return [];
  return [`shard ${shard.index + 1} of ${shard.count} alone`];
}
