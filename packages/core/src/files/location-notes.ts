import { quote } from '../errors.js';
import { parseShardPath, shardPattern } from '../shards.js';
import { pathFacts } from './paths.js';

/** Names of files, or of sets, that are told. */
const MOST_NAMES = 5;

/** A note of what is left out of a folder; `files` is what they are not. None for sub-folders. */
export function leftOut(paths: readonly string[], files: string): readonly string[] {
  const others = paths.filter((path) => pathFacts(path)?.kind !== 'folder');
  if (others.length === 0) return [];
  const names = others.slice(0, MOST_NAMES).map((path) => quote(nameIn(path)));
  return [`left out, no ${files}: ${names.join(', ')}${others.length > MOST_NAMES ? ` and ${others.length - MOST_NAMES} more` : ''}`];
}

/** A note for a shard that is read by its own name. */
export function loneShard(path: string): readonly string[] {
  const shard = parseShardPath(path);
  return shard === undefined || shard.count === 1 ? [] : [`shard ${shard.index + 1} of ${shard.count} alone`];
}

/**
 * A note where files that are read as one store are of several sets, with a pattern for each: sets of shards; a set and other files; files whose
 * names say what they are for (`train.tfrecord`, `val.tfrecord`). Other files, numbered or not, are the parts of one set.
 */
export function severalSets(paths: readonly string[]): readonly string[] {
  const sets = new Map<string, string[]>();
  let isTold = false;
  for (const path of paths) {
    const shard = parseShardPath(path);
    const id = shard === undefined ? purposeOf(path) : shardPattern(shard);
    isTold ||= id !== undefined;
    const files = sets.get(id ?? '');
    if (files === undefined) sets.set(id ?? '', [path]);
    else files.push(path);
  }
  if (!isTold || sets.size < 2) return [];
  const isOneFolder = new Set(paths.map((path) => path.slice(0, -nameIn(path).length))).size === 1;
  const shown = [...sets.values()].slice(0, MOST_NAMES).map((files) => namesOf(isOneFolder ? files.map(nameIn) : files));
  return [`${sets.size} sets of files are read as one: ${shown.join('; ')}${sets.size > MOST_NAMES ? `; and ${sets.size - MOST_NAMES} more` : ''}`];
}

/** What a file's name says that it is for: the first such word in it. */
function purposeOf(path: string): string | undefined {
  return nameIn(path).toLowerCase().match(/[a-z]+/g)?.find((word) => PURPOSES.has(word));
}

const PURPOSES = new Set(['train', 'training', 'val', 'valid', 'validation', 'dev', 'eval', 'evaluation', 'test', 'testing']);

/** The files of one set: shards, and those that only numbers tell apart, as a pattern. */
function namesOf([first = '', ...others]: readonly string[]): string {
  const shard = parseShardPath(first);
  if (shard !== undefined) return quote(shardPattern(shard));
  if (others.length === 0) return quote(first);
  const form = formOf(first);
  return others.every((path) => formOf(path) === form) ? quote(form) : `${quote(first)} and ${others.length} more`;
}

function formOf(path: string): string {
  const name = nameIn(path);
  return path.slice(0, -name.length) + name.replace(/\d+/g, '*');
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
