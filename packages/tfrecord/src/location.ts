import { ImgstoreError, parseShardPath, quote, shardPath } from '@imgstore/core';
import type { ShardName } from '@imgstore/core';
import { folderNames, isPattern, matchPattern, pathFacts } from '@imgstore/core/files';
import { openPath } from '#platform';
import { indexPaths } from './index-file.js';
import { sniffFrames } from './io/plain.js';

/** Names of files left out that are told. */
const mostNames = 5;

/** The files of a store, in the order in which they are read. */
export interface StoreFiles {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The files that a location names: a file; a folder (those of its files that are TFRecords); a pattern; or `NAME@N`, a
 * set of N shards. A set with a shard missing is refused, except that one shard may be read by its own name. The notes name
 * what is left out of a folder, except for hidden files, known companions and sub-folders.
 * @throws ImgstoreError NOT_FOUND (nothing there; a shard missing; a link that leads nowhere), NOT_A_STORE (a folder without
 * TFRecords), MISMATCH (a shard too many; more than one set), UNSUPPORTED (no regular file), IO.
 */
export async function findFiles(location: string): Promise<StoreFiles> {
  const facts = pathFacts(location);
  if (facts?.kind === 'folder') return folderFiles(location);
  if (facts !== undefined) return { paths: [location], notes: loneShard(location) };
  if (isPattern(location)) {
    const matched = matchPattern(location, { kind: 'any' });
    // The index of a file may match what the file matches.
    const indexes = new Set(matched.flatMap(indexPaths));
    const paths = matched.filter((path) => !indexes.has(path));
    if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', 'no file matches the pattern', { location });
    paths.forEach(requireFile);
    requireWholeSets(paths, location);
    return { paths, notes: [] };
  }
  const set = /^(.+)@(\d{1,9})$/.exec(location);
  if (set !== null && Number(set[2]) > 0) return { paths: namedSet(set[1]!, Number(set[2]), location), notes: [] };
  throw new ImgstoreError('NOT_FOUND', 'there is no such file or folder', { location });
}

async function folderFiles(folder: string): Promise<StoreFiles> {
  const entries = folderNames(folder).filter((name) => !name.startsWith('.'))
    .map((name) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`));
  const ours = new Set<string>();
  for (const path of entries) {
    if (isNamedTfrecord(path) || (pathFacts(path)?.kind === 'file' && await sniffFrames(openPath(path)) !== undefined)) ours.add(path);
  }
  // A file that is damaged or empty belongs to those of its form all the same: reading it will say what is wrong.
  const forms = new Set([...ours].map(nameForm));
  const paths = entries.filter((path) => ours.has(path) || forms.has(nameForm(path)));
  paths.forEach(requireFile);
  if (paths.length === 0) throw new ImgstoreError('NOT_A_STORE', 'no file in the folder is a TFRecord', { location: folder });
  requireWholeSets(paths, folder);
  const others = entries.filter((path) => !forms.has(nameForm(path)) && !isCompanion(path) && pathFacts(path)?.kind !== 'folder');
  return { paths, notes: leftOut(others) };
}

/** What the names of files that were written together have in common: all but the numbers. */
function nameForm(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\d+/g, '#');
}

/** Whether the file's name says that it is about TFRecords: an index, labels, facts or a mark of the tool that wrote them. */
function isCompanion(path: string): boolean {
  return /(?:\.(?:idx|tfindex|index|json|pbtxt|txt|crc)|\/_SUCCESS)$/i.test(path);
}

function leftOut(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const names = paths.slice(0, mostNames).map((path) => quote(path.slice(path.lastIndexOf('/') + 1)));
  return [`left out, no TFRecords: ${names.join(', ')}${paths.length > mostNames ? ` and ${paths.length - mostNames} more` : ''}`];
}

/** @throws ImgstoreError NOT_FOUND for a link that leads nowhere, UNSUPPORTED for what is no regular file. */
function requireFile(path: string): void {
  const kind = pathFacts(path)?.kind;
  if (kind === undefined) throw new ImgstoreError('NOT_FOUND', 'the link leads nowhere', { file: path });
  if (kind !== 'file') throw new ImgstoreError('UNSUPPORTED', `${kind === 'folder' ? 'a folder' : 'a pipe or device'}, not a regular file`, { file: path });
}

/** Whether a file has the name of a TFRecord, whatever is in it. */
export function isNamedTfrecord(path: string): boolean {
  const shard = parseShardPath(path);
  return /\.tfrecords?(?:\.gz)?$/i.test(path) || (shard !== undefined && /\.tfrecords?$/i.test(shard.stem));
}

/** The shard that a name tells of, also when its index is above the count of its set. */
function shardOf(path: string): ShardName | undefined {
  // With its count as the index, the rest of the name can be told.
  const shard = parseShardPath(path) ?? parseShardPath(path.replace(/-\d{5,}-of-(\d{5,})(?=[^\w/\\][^/\\]*$|$)/, '-$1-of-$1'));
  return shard && { ...shard, index: parseShardPath(path)?.index ?? Infinity };
}

function namedSet(name: string, count: number, location: string): readonly string[] {
  const example = shardPath(name, 0, count);
  const { stem } = parseShardPath(example)!;
  const digits = Math.max(5, String(count).length);
  const number = `${'?'.repeat(digits)}-of-${String(count).padStart(digits, '0')}`;
  const found = matchPattern(`${stem.replace(/[*?[]/g, '[$&]')}-${number}*`, { kind: 'any' }).filter((path) => shardOf(path)?.stem === stem);
  // Beside the shards there may be files about them, of the same name with another ending.
  const named = found.filter((path) => isNamedTfrecord(path) || shardOf(path)?.suffix === '');
  const paths = named.length > 0 ? named : found;
  const suffixes = new Set(paths.map((path) => shardOf(path)?.suffix));
  if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', `no shard of the set is there, e.g. ${example}`, { location });
  if (suffixes.size > 1) throw new ImgstoreError('MISMATCH', `there is more than one such set: *${[...suffixes].join(' and *')}`, { location, hint: 'give a pattern' });
  paths.forEach(requireFile);
  requireWholeSets(paths, location);
  return paths;
}

/** @throws ImgstoreError NOT_FOUND when the paths are part of a set, and not all of it; MISMATCH when there is a shard too many. */
function requireWholeSets(paths: readonly string[], location: string): void {
  const sets = new Map<string, { readonly shard: ShardName; readonly files: Map<number, string> }>();
  for (const path of paths) {
    const shard = shardOf(path);
    if (shard === undefined) continue;
    const id = `${shard.count} ${shard.stem}\n${shard.suffix}`;
    const set = sets.get(id) ?? { shard, files: new Map<number, string>() };
    set.files.set(shard.index, path);
    sets.set(id, set);
  }
  for (const { shard, files } of sets.values()) {
    // One tool counts its shards from 1.
    const first = files.has(shard.count) && !files.has(0) ? 1 : 0;
    for (const [index, path] of files) {
      if (index >= shard.count + first) throw new ImgstoreError('MISMATCH', `the set of ${shard.count} shards has one too many: ${path}`, { location });
    }
    for (let index = first; index < shard.count + first; index++) {
      if (files.has(index)) continue;
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
