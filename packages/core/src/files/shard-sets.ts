import { ImgstoreError, isImgstoreError, quote } from '../errors.js';
import { parseShardPath, shardPath } from '../shards.js';
import type { ShardName } from '../shards.js';
import { folderNames, matchPattern } from './paths.js';

/** What must be known of a format to find its shards. */
export interface ShardFormat {
  /** The extension of shards; absent: the one that was typed, or none. */
  readonly extension?: string;
  /** Whether a file has the name of one of this format. */
  readonly isNamed: (path: string) => boolean;
  /** Where the index of a file may be. */
  readonly indexPaths: (path: string) => readonly string[];
}

/** A set of shards as a location says it. */
export interface SetName {
  readonly name: string;
  readonly count: number;
}

/** `NAME@N`; undefined where it is none. */
export function parseSetName(location: string): SetName | undefined {
  const [, name, count] = /^(.+)@(\d{1,9})$/s.exec(location) ?? [];
  return name === undefined || Number(count) === 0 ? undefined : { name, count: Number(count) };
}

/** The paths of all shards that are there with this name before the number, or with this name without its extension: of any number, or of `count`. @throws ImgstoreError IO. */
export function shardsOf({ name, count }: { readonly name: string; readonly count?: number }): readonly string[] {
  const stems = new Set([name, parseShardPath(shardPath(name, 0, 1))?.stem ?? name]);
  return [...stems].flatMap((stem) => matchPattern(`${literal(stem)}-*-of-*`, { kind: 'any' }).filter((path) => {
    const shard = shardOf(path);
    return shard?.stem === stem && (count === undefined || shard.count === count);
  }));
}

/**
 * What to say of a name that nothing has, or of a set that is not there: `did you mean "train@4"?` where one set of shards has that name, or that
 * name without its extension. Undefined: there is none, or more than one. @throws ImgstoreError IO.
 */
export function hintOfSet(location: string): string | undefined {
  const { name } = parseSetName(location) ?? { name: location };
  const sets = shardsOf({ name }).flatMap((path) => shardOf(path) ?? []).map(({ stem, count }) => `${stem}@${count}`);
  const [set, another] = new Set(sets);
  return set === undefined || another !== undefined ? undefined : `did you mean ${quote(set)}?`;
}

/**
 * The paths of a set of shards; whether it is whole is left to {@link requireWholeSets}.
 * @throws ImgstoreError NOT_FOUND (none is there; the hint names a set of that name), MISMATCH (more than one set), IO.
 */
export function namedSet({ name, count }: SetName, location: string, { extension, isNamed }: ShardFormat): readonly string[] {
  const example = shardPath(name, 0, count, extension === undefined ? {} : { extension });
  const stem = parseShardPath(example)?.stem ?? name;
  const all = shardsOf({ name, count });
  // `train.tfrecord` may be a name with its extension, or all that stands before the number.
  const [found = []] = [stem, name].map((one) => all.filter((path) => shardOf(path)?.stem === one)).filter((paths) => paths.length > 0);
  // Beside the shards there may be files about them, of the same name with another ending.
  const named = found.filter((path) => isNamed(path) || shardOf(path)?.suffix === '');
  const paths = named.length > 0 ? named : found;
  const suffixes = new Set(paths.map((path) => shardOf(path)?.suffix));
  if (paths.length === 0) {
    const hint = hintOfSet(location);
    throw new ImgstoreError('NOT_FOUND', `no shard of the set is there, e.g. ${example}`, { location, ...hint !== undefined && { hint } });
  }
  if (suffixes.size > 1) throw new ImgstoreError('MISMATCH', `there is more than one such set: *${[...suffixes].join(' and *')}`, { location, hint: 'give a pattern' });
  return paths;
}

/** @throws ImgstoreError NOT_FOUND when the paths are part of a set, and not all of it; MISMATCH when there is a shard too many. */
export function requireWholeSets(paths: readonly string[], location: string): void {
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
    const first = firstIndex(files, shard.count);
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

/** The number of the first shard of a set of which these are there: one tool counts from 1. */
export function firstIndex(indices: { has(index: number): boolean }, count: number): 0 | 1 {
  return indices.has(count) && !indices.has(0) ? 1 : 0;
}

/** The files of one set, in the order of their numbers. */
export interface OtherSet {
  readonly count: number;
  readonly paths: readonly string[];
}

/**
 * The sets of shards that have the name of a new one and another number of files: who reads the folder or a pattern would get both.
 * @param path any path of the new set @param count how many files it has; undefined: not known yet, any set is another
 * @throws ImgstoreError IO.
 */
export function otherSets(path: string, count: number | undefined): readonly OtherSet[] {
  const set = parseShardPath(path);
  if (set === undefined) return [];
  const slash = set.stem.lastIndexOf('/') + 1;
  const [folder, stem] = [set.stem.slice(0, slash), set.stem.slice(slash)];
  const found = new Map<number, string[]>();
  for (const name of namesIn(folder === '' ? '.' : folder)) {
    const other = parseShardPath(name);
    if (other?.stem !== stem || other.suffix !== set.suffix || other.count === count) continue;
    found.set(other.count, [...found.get(other.count) ?? [], folder + name]);
  }
  return [...found].map(([files, paths]) => ({ count: files, paths: paths.sort() })); // equally many digits
}

/** Refuses to put a set of shards beside another one of its name. Parameters as {@link otherSets}. @throws ImgstoreError EXISTS, IO. */
export function refuseOtherSets(path: string, count: number | undefined): void {
  for (const { count: other, paths: [file] } of otherSets(path, count)) {
    throw new ImgstoreError('EXISTS', `a set of ${other} shards of that name is there${count === undefined ? '' : `, which one of ${count} does not replace`}`,
      { ...file !== undefined && { file }, hint: 'remove it, or give another name' });
  }
}

/** The shard that a name tells of, also when its index is above the count of its set. */
function shardOf(path: string): ShardName | undefined {
  // With its count as the index, the rest of the name can be told.
  const shard = parseShardPath(path) ?? parseShardPath(path.replace(/-\d{5,}-of-(\d{5,})(?=[^\w/\\][^/\\]*$|$)/, '-$1-of-$1'));
  return shard && { ...shard, index: parseShardPath(path)?.index ?? Infinity };
}

/** A pattern that stands for the text itself. */
function literal(text: string): string {
  return text.replace(/[*?[]/g, '[$&]');
}

/** A folder that is not there yet holds nothing. */
function namesIn(folder: string): readonly string[] {
  try {
    return folderNames(folder);
  } catch (error) {
    if (isImgstoreError(error, 'NOT_FOUND')) return [];
    throw error;
  }
}
