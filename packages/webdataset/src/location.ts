import { ImgstoreError, parseShardPath, quote, shardPath } from '@imgstore/core';
import type { ShardName } from '@imgstore/core';
import { folderNames, isPattern, matchPattern, openFileReader, pathFacts } from '@imgstore/core/files';
import { expandBraces, hasBraces } from './braces.js';
import { numberGaps } from './gaps.js';
import { BLOCK, isHeader } from './wire/header.js';

/** Names of files left out that are told. */
const MOST_NAMES = 5;

/** The files of a store, in the order in which they are read. */
export interface StoreFiles {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The archives that a location names: a file; a folder (those of its files that are tar archives); a pattern; names with braces; or
 * `NAME@N`, a set of N shards. A set whose names say `-of-N` is refused with a shard missing, except that one shard may be read by its
 * own name; of numbered names the notes tell the gaps. They also tell what is left out of a folder, except for hidden files, known companions and sub-folders.
 * @throws ImgstoreError NOT_FOUND (nothing there; a shard missing; a link that leads nowhere), NOT_A_STORE (a folder without archives),
 * MISMATCH (a shard too many; more than one set), LIMIT (braces), UNSUPPORTED (no regular file), IO.
 */
export function findFiles(location: string): StoreFiles {
  const facts = pathFacts(location);
  if (facts?.kind === 'folder') return folderFiles(location);
  if (facts !== undefined) return { paths: [location], notes: loneShard(location) };
  if (hasBraces(location)) return checked(expandBraces(location), location);
  if (isPattern(location)) {
    // The index of an archive may match what the archive matches.
    const paths = matchPattern(location, { kind: 'any' }).filter((path) => !path.endsWith('.idx'));
    if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', 'no file matches the pattern', { location });
    return checked(paths, location);
  }
  const set = /^(.+)@(\d{1,9})$/.exec(location);
  if (set !== null && Number(set[2]) > 0) return checked(namedSet(set[1] ?? '', Number(set[2]), location), location);
  throw new ImgstoreError('NOT_FOUND', 'there is no such file or folder', { location });
}

/** Whether a file has the name of a tar archive, whatever is in it. */
export function isNamedTar(path: string): boolean {
  return /\.(?:tar|tar\.gz|tgz)$/i.test(path);
}

function checked(paths: readonly string[], location: string): StoreFiles {
  paths.forEach(requireFile);
  requireWholeSets(paths, location);
  return { paths, notes: numberGaps(paths) };
}

function folderFiles(folder: string): StoreFiles {
  const entries = folderNames(folder).filter((name) => !name.startsWith('.')).map((name) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`));
  const paths = entries.filter((path) => isNamedTar(path) || beginsAsTar(path));
  if (paths.length === 0) throw new ImgstoreError('NOT_A_STORE', 'no file in the folder is a tar archive', { location: folder });
  const { notes } = checked(paths, folder);
  const others = entries.filter((path) => !paths.includes(path) && !COMPANION.test(path) && pathFacts(path)?.kind !== 'folder');
  return { paths, notes: [...notes, ...leftOut(others)] };
}

function beginsAsTar(path: string): boolean {
  if (pathFacts(path)?.kind !== 'file') return false;
  const file = openFileReader(path);
  try {
    const head = new Uint8Array(BLOCK);
    return file.read(head, 0) === BLOCK && isHeader(head);
  } finally {
    file.close();
  }
}

/** What tools put beside shards: indexes, facts, names of classes. */
const COMPANION = /(?:\.(?:idx|index|json|jsonl|yaml|yml|txt|md|csv|parquet)|\/_SUCCESS)$/i;

function leftOut(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const names = paths.slice(0, MOST_NAMES).map((path) => quote(path.slice(path.lastIndexOf('/') + 1)));
  return [`left out, no tar archives: ${names.join(', ')}${paths.length > MOST_NAMES ? ` and ${paths.length - MOST_NAMES} more` : ''}`];
}

/** @throws ImgstoreError NOT_FOUND for what is not there, UNSUPPORTED for what is no regular file. */
function requireFile(path: string): void {
  const kind = pathFacts(path)?.kind;
  if (kind === undefined) throw new ImgstoreError('NOT_FOUND', 'there is no such file', { file: path });
  if (kind !== 'file') throw new ImgstoreError('UNSUPPORTED', `${kind === 'folder' ? 'a folder' : 'a pipe or device'}, not a regular file`, { file: path });
}

function namedSet(name: string, count: number, location: string): readonly string[] {
  const example = shardPath(name, 0, count, { extension: '.tar' });
  const stem = parseShardPath(example)?.stem ?? name;
  const digits = Math.max(5, String(count).length);
  const pattern = `${stem.replace(/[*?[]/g, '[$&]')}-${'?'.repeat(digits)}-of-${String(count).padStart(digits, '0')}*`;
  const paths = matchPattern(pattern, { kind: 'any' }).filter((path) => parseShardPath(path)?.stem === stem && isNamedTar(path));
  const suffixes = new Set(paths.map((path) => parseShardPath(path)?.suffix));
  if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', `no shard of the set is there, e.g. ${example}`, { location });
  if (suffixes.size > 1) throw new ImgstoreError('MISMATCH', `there is more than one such set: *${[...suffixes].join(' and *')}`, { location, hint: 'give a pattern' });
  return paths;
}

/** @throws ImgstoreError NOT_FOUND when the paths are part of a set, and not all of it; MISMATCH when there is a shard too many. */
function requireWholeSets(paths: readonly string[], location: string): void {
  const sets = new Map<string, { readonly shard: ShardName; readonly indexes: Set<number> }>();
  for (const path of paths) {
    const shard = parseShardPath(path);
    if (shard === undefined) continue;
    if (shard.index >= shard.count) throw new ImgstoreError('MISMATCH', `the set of ${shard.count} shards has one too many: ${path}`, { location });
    const id = `${shard.count} ${shard.stem}\n${shard.suffix}`;
    const set = sets.get(id) ?? { shard, indexes: new Set() };
    set.indexes.add(shard.index);
    sets.set(id, set);
  }
  for (const { shard, indexes } of sets.values()) {
    for (let index = 0; index < shard.count; index++) {
      if (indexes.has(index)) continue;
      const missing = `${shardPath(shard.stem, index, shard.count, { extension: '' })}${shard.suffix}`;
      throw new ImgstoreError('NOT_FOUND', `the set of ${shard.count} shards is not complete: ${missing} is missing`, { location });
    }
  }
}

function loneShard(path: string): readonly string[] {
  const shard = parseShardPath(path);
  return shard === undefined || shard.count === 1 ? [] : [`shard ${shard.index + 1} of ${shard.count} alone`];
}
