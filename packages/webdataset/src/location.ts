import { ImgstoreError } from '@imgstore/core';
import { expandBraces, hasBraces, leftOut, namedFiles, openFileReader, pathFacts, requireFiles, severalSets, visiblePaths } from '@imgstore/core/files';
import type { ShardFormat, StoreFiles } from '@imgstore/core/files';
import { numberGaps } from './gaps.js';
import { BLOCK, isHeader } from './wire/header.js';

/**
 * The archives that a location names: a file; a folder (those of its files that are tar archives); a pattern; names with braces; or
 * `NAME@N`, a set of N shards. A set whose names say `-of-N` is refused with a shard missing, except that one shard may be read by its
 * own name; of numbered names the notes tell the gaps. They also tell of sets that are read as one, and what is left out of a folder, except for hidden files, known companions and sub-folders.
 * @throws ImgstoreError NOT_FOUND (nothing there; a shard missing; a link that leads nowhere), NOT_A_STORE (a folder without archives),
 * MISMATCH (a shard too many; more than one set), LIMIT (braces), UNSUPPORTED (no regular file), IO.
 */
export function findFiles(location: string): StoreFiles {
  const facts = pathFacts(location);
  if (facts?.kind === 'folder') return folderFiles(location);
  if (facts === undefined && hasBraces(location)) return checked(expandBraces(location), location);
  const { paths, notes } = namedFiles(location, SHARDS);
  return { paths, notes: [...notes, ...numberGaps(paths)] };
}

/** Whether a file has the name of a tar archive, whatever is in it. */
export function isNamedTar(path: string): boolean {
  return /\.(?:tar|tar\.gz|tgz)$/i.test(path);
}

function checked(paths: readonly string[], location: string): StoreFiles {
  requireFiles(paths, location);
  return { paths, notes: numberGaps(paths) };
}

function folderFiles(folder: string): StoreFiles {
  const entries = visiblePaths(folder);
  const paths = entries.filter((path) => isNamedTar(path) || beginsAsTar(path));
  if (paths.length === 0) throw new ImgstoreError('NOT_A_STORE', 'no file in the folder is a tar archive', { location: folder });
  const { notes } = checked(paths, folder);
  const others = entries.filter((path) => !paths.includes(path) && !COMPANION.test(path));
  return { paths, notes: [...severalSets(paths), ...notes, ...leftOut(others, 'tar archives')] };
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

const SHARDS: ShardFormat = { extension: '.tar', isNamed: isNamedTar, indexPaths: (path) => [path.replace(/\.(?:tar|tar\.gz|tgz)$/i, '.idx'), `${path}.idx`].filter((index) => index !== path) };
