import { ImgstoreError, parseShardPath, shardPath } from '@imgstore/core';
import type { ShardName } from '@imgstore/core';
import { folderNames, isPattern, matchPattern, pathFacts } from '@imgstore/core/files';
import { openPath } from '#platform';
import { peek } from './io/plain.js';
import { isFrameHeader } from './wire/frame.js';
import { sniffCompression } from './wire/recognise.js';

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
    const paths = matchPattern(location);
    if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', 'no file matches the pattern', { location });
    requireWholeSets(paths, location);
    return { paths, notes: [] };
  }
  const set = /^(.+)@(\d{1,9})$/.exec(location);
  if (set !== null && Number(set[2]) > 0) return { paths: namedSet(set[1]!, Number(set[2]), location), notes: [] };
  throw new ImgstoreError('NOT_FOUND', 'there is no such file or folder', { location });
}

async function folderFiles(folder: string): Promise<StoreFiles> {
  const paths: string[] = [];
  for (const name of folderNames(folder)) {
    const path = folder.endsWith('/') ? folder + name : `${folder}/${name}`;
    if (!name.startsWith('.') && pathFacts(path)?.kind === 'file' && await isTfrecord(path)) paths.push(path);
  }
  if (paths.length === 0) throw new ImgstoreError('NOT_A_STORE', 'no file in the folder is a TFRecord', { location: folder });
  requireWholeSets(paths, folder);
  return { paths, notes: [] };
}

/** By the content; of files without content, by the name. */
async function isTfrecord(path: string): Promise<boolean> {
  const file = openPath(path);
  try {
    if (file.size === 0) return parseShardPath(path) !== undefined || /\.tfrecords?$/.test(path);
    const { head } = await peek(file, 64);
    // What a compressed file holds is found out when it is read: an error then names it.
    return isFrameHeader(head) || (sniffCompression(head) !== undefined && /tfrecord|-of-\d{5}|part-/.test(path));
  } finally {
    await file.close();
  }
}

function namedSet(name: string, count: number, location: string): readonly string[] {
  const names = [shardPath(name, 0, count), shardPath(name, 0, count, { extension: '' })];
  const { stem } = parseShardPath(names[0]!)!;
  const digits = Math.max(5, String(count).length);
  const mark = '?'.repeat(digits);
  const paths = matchPattern(`${stem}-${mark}-of-${String(count).padStart(digits, '0')}*`);
  const suffixes = new Set(paths.map((path) => parseShardPath(path)?.suffix));
  if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', `no shard of the set is there, e.g. ${names[0]}`, { location });
  if (suffixes.size > 1) throw new ImgstoreError('MISMATCH', `there is more than one such set: ${[...suffixes].join(' and ')}`, { location, hint: 'give a pattern' });
  requireWholeSets(paths, location);
  return paths;
}

/** @throws ImgstoreError NOT_FOUND when the paths are part of a set, and not all of it. */
function requireWholeSets(paths: readonly string[], location: string): void {
  const sets = new Map<string, { readonly shard: ShardName; readonly indices: Set<number> }>();
  for (const path of paths) {
    const shard = parseShardPath(path);
    if (shard === undefined) continue;
    const id = `${shard.count} ${shard.stem}\n${shard.suffix}`;
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
