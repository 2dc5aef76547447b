import { ImgstoreError } from '../errors.js';
import { expandBraces, hasBraces } from './braces.js';
import { loneShard, severalSets } from './location-notes.js';
import { folderNames, hasName, isPattern, joinPath, matchPattern, pathFacts } from './paths.js';
import { hintOfSet, namedSet, parseSetName, requireWholeSets, shardsOf } from './shard-sets.js';
import type { ShardFormat } from './shard-sets.js';

/** The files of a store, in the order in which they are read. */
export interface StoreFiles {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The files that a location names which is no folder: a file; a pattern; or `NAME@N`, a set of N shards. A set with a shard missing is
 * refused, except that one shard may be read by its own name, which a note tells; that a pattern names several sets is noted too.
 * @throws ImgstoreError NOT_FOUND (nothing there; a shard missing; a link that leads nowhere), MISMATCH (a shard too many; more than one
 * set), UNSUPPORTED (no regular file), IO.
 */
export function namedFiles(location: string, format: ShardFormat): StoreFiles {
  if (pathFacts(location) !== undefined) return { paths: [location], notes: loneShard(location) };
  if (isPattern(location)) {
    const matched = matchPattern(location, { kind: 'any' });
    // The index of a file may match what the file matches.
    const indexes = new Set(matched.flatMap(format.indexPaths));
    const paths = matched.filter((path) => !indexes.has(path));
    if (paths.length === 0) throw new ImgstoreError('NOT_FOUND', 'no file matches the pattern', { location });
    requireFiles(paths, location);
    return { paths, notes: severalSets(paths) };
  }
  const set = parseSetName(location);
  if (set === undefined) {
    const hint = hintOfSet(location);
    throw new ImgstoreError('NOT_FOUND', 'there is no such file or folder', { location, ...hint !== undefined && { hint } });
  }
  const paths = namedSet(set, location, format);
  requireFiles(paths, location);
  return { paths, notes: [] };
}

/** The paths of the names in a folder but for hidden ones, sorted. @throws ImgstoreError as {@link folderNames}. */
export function visiblePaths(folder: string): readonly string[] {
  return folderNames(folder).filter((name) => !name.startsWith('.')).map((name) => joinPath(folder, name));
}

/** @throws ImgstoreError NOT_FOUND for what is not there and for a shard that is missing, UNSUPPORTED for what is no regular file, MISMATCH for a shard too many. */
export function requireFiles(paths: readonly string[], location: string): void {
  for (const file of paths) {
    const kind = pathFacts(file)?.kind;
    if (kind === undefined) throw new ImgstoreError('NOT_FOUND', hasName(file) ? 'the link leads nowhere' : 'there is no such file', { file });
    if (kind !== 'file') throw new ImgstoreError('UNSUPPORTED', `${kind === 'folder' ? 'a folder' : 'a pipe or device'}, not a regular file`, { file });
  }
  requireWholeSets(paths, location);
}

/** The first file that a location names; itself where it is no pattern, no names in braces and no set. Undefined: there is none. @throws ImgstoreError IO, LIMIT (braces). */
export function firstPath(location: string): string | undefined {
  if (pathFacts(location) !== undefined) return location;
  if (hasBraces(location)) return expandBraces(location)[0];
  if (isPattern(location)) return matchPattern(location)[0];
  const set = parseSetName(location);
  return set === undefined ? location : shardsOf(set)[0];
}
