import { ImgstoreError, parseShardPath } from '@imgstore/core';
import { leftOut, namedFiles, pathFacts, requireFiles, severalSets, visiblePaths } from '@imgstore/core/files';
import type { ShardFormat, StoreFiles } from '@imgstore/core/files';
import { openPath } from '#platform';
import { indexPaths } from './index-file.js';
import { sniffFrames } from './io/plain.js';

/**
 * The files that a location names: a file; a folder (those of its files that are TFRecords); a pattern; or `NAME@N`, a
 * set of N shards. A set with a shard missing is refused, except that one shard may be read by its own name. The notes name
 * sets that are read as one, and what is left out of a folder, except for hidden files, known companions and sub-folders.
 * @throws ImgstoreError NOT_FOUND (nothing there; a shard missing; a link that leads nowhere), NOT_A_STORE (a folder without
 * TFRecords), MISMATCH (a shard too many; more than one set), UNSUPPORTED (no regular file), IO.
 */
export async function findFiles(location: string): Promise<StoreFiles> {
  return pathFacts(location)?.kind === 'folder' ? folderFiles(location) : namedFiles(location, shards);
}

async function folderFiles(folder: string): Promise<StoreFiles> {
  const entries = visiblePaths(folder);
  const ours = new Set<string>();
  for (const path of entries) {
    if (isNamedTfrecord(path) || (pathFacts(path)?.kind === 'file' && await sniffFrames(openPath(path)) !== undefined)) ours.add(path);
  }
  // A file that is damaged or empty belongs to those of its form all the same: reading it will say what is wrong.
  const forms = new Set([...ours].map(nameForm));
  const paths = entries.filter((path) => ours.has(path) || forms.has(nameForm(path)));
  if (paths.length === 0) throw new ImgstoreError('NOT_A_STORE', 'no file in the folder is a TFRecord', { location: folder });
  requireFiles(paths, folder);
  const others = entries.filter((path) => !forms.has(nameForm(path)) && !isCompanion(path));
  return { paths, notes: [...severalSets(paths), ...leftOut(others, 'TFRecords')] };
}

/** What the names of files that were written together have in common: all but the numbers. */
function nameForm(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\d+/g, '#');
}

/** Whether the file's name says that it is about TFRecords: an index, labels, facts or a mark of the tool that wrote them. */
function isCompanion(path: string): boolean {
  return /(?:\.(?:idx|tfindex|index|json|pbtxt|txt|crc)|\/_SUCCESS)$/i.test(path);
}

/** Whether a file has the name of a TFRecord, whatever is in it. */
export function isNamedTfrecord(path: string): boolean {
  const shard = parseShardPath(path);
  return /\.tfrecords?(?:\.gz)?$/i.test(path) || (shard !== undefined && /\.tfrecords?$/i.test(shard.stem));
}

const shards: ShardFormat = { isNamed: isNamedTfrecord, indexPaths };
