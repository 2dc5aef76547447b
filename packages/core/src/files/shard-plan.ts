import { ImgstoreError } from '../errors.js';
import { shardPath, shardStart } from '../shards.js';
import type { WriteOptions } from '../store.js';
import { asFolder, endsAsFolder } from './place.js';
import { otherSets, refuseOtherSets } from './shard-sets.js';
import type { FileStage } from './stage.js';

/** Into which files samples go. */
export interface ShardPlan {
  /** The paths that are known before the first sample: all of them, or, where their number is only known at the end, the first. */
  readonly paths: readonly string[];
  /** Under which path a shard is begun. */
  readonly path: (index: number) => string;
  /** Whether a sample goes into a shard behind this one. */
  readonly isFull: (shard: { readonly index: number; readonly bytes: number }, next: { readonly sample: number; readonly bytes: number }) => boolean;
  /** How many samples must come, where the cuts depend on it. */
  readonly count: number | undefined;
  /** The ordinal, in the whole store, of the first sample. */
  readonly first: number;
  /** The final path of shard `index` of `count`, where it is not the one that it was begun under. */
  readonly finalPath?: (index: number, count: number) => string;
}

/** How a target is cut: into so many files, or into files of at most so many bytes. Neither: it is one file. */
export interface ShardWishes {
  readonly shards?: number | undefined;
  readonly shardSize?: number | undefined;
  /** As in `ShardNameOptions`. */
  readonly extension?: string | undefined;
}

/**
 * How the files of a target are named and cut.
 * @throws ImgstoreError BAD_OPTION; EXISTS where a set of that name and another number of files is there, which not even `overwrite`
 * replaces when the number was asked for.
 */
export function planShards(location: string, { shards, shardSize, extension }: ShardWishes, { part, source, overwrite }: WriteOptions): ShardPlan {
  // With a number behind it, the slash would make the number the name.
  if (endsAsFolder(location)) throw asFolder(location);
  const path = (index: number, count: number): string => shardPath(location, index, count, extension === undefined ? {} : { extension });
  const one = (only: string, first = 0): ShardPlan => ({ paths: [only], path: () => only, isFull: () => false, count: undefined, first });
  if (part !== undefined) {
    if (shardSize !== undefined) throw new ImgstoreError('BAD_OPTION', `part ${part.index} of ${part.count} is one shard; it is not cut by size`, { location });
    if (shards !== undefined && shards !== part.count) throw new ImgstoreError('BAD_OPTION', `part ${part.index} of ${part.count} does not fit ${shards} shards`, { location });
    refuseOtherSets(path(part.index, part.count), part.count);
    return one(path(part.index, part.count), part.first);
  }
  if (shardSize !== undefined) {
    // No two of these names are equal, and the last one is right already.
    const begun = (index: number): string => path(index, index + 1);
    if (overwrite !== true) refuseOtherSets(begun(0), undefined);
    return {
      paths: [begun(0)], path: begun, finalPath: path, count: undefined, first: 0,
      isFull: (shard, next) => shard.bytes > 0 && shard.bytes + next.bytes > shardSize,
    };
  }
  if (shards === undefined) return one(location);
  const count = source?.count;
  if (shards > 1 && count === undefined) throw new ImgstoreError('BAD_OPTION', `cutting into ${shards} shards needs the number of samples`, { location, hint: "give it as write(samples, { source: { keys: 'stored', count } }), or cut by size: shardSize" });
  refuseOtherSets(path(0, shards), shards);
  if (shards === 1 || count === undefined) return one(path(0, 1));
  const paths = Array.from({ length: shards }, (_, index) => path(index, shards));
  return { paths, path: (index) => paths[index] ?? path(index, shards), isFull: ({ index }, { sample }) => sample >= shardStart(index + 1, shards, count), count, first: 0 };
}

/** The files that are there now and have names of shards of that target: those that `overwrite` replaces, of any number. None where it is not cut. @throws ImgstoreError IO. */
export function shardsThere(location: string, { shards, shardSize, extension }: ShardWishes): readonly string[] {
  if (shards === undefined && shardSize === undefined) return [];
  return otherSets(shardPath(location, 0, 1, extension === undefined ? {} : { extension }), undefined).flatMap(({ paths }) => paths);
}

/**
 * Makes sure that no other set has the name of the one that was written, whose number of files is known now: with `overwrite` it goes
 * when the stage is committed, with what `sidesOf` says is beside its files.
 * @throws ImgstoreError EXISTS, IO.
 */
export function replaceOtherSets(stage: FileStage, path: string, count: number, { overwrite, sidesOf = () => [] }: { readonly overwrite: boolean; readonly sidesOf?: (path: string) => readonly string[] }): void {
  if (!overwrite) refuseOtherSets(path, count);
  else for (const { paths } of otherSets(path, count)) stage.supersede([...paths.flatMap(sidesOf), ...paths]);
}

/** The error for a source that gave another number of samples than it had said. */
export function countMismatch(location: string, expected: number, got: string): ImgstoreError {
  return new ImgstoreError('MISMATCH', `the source said ${expected} samples and gave ${got}; the shards were cut for that number`, { location });
}
