import { ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { SampleStore } from '@imgstore/core';
import { isInside, isPattern, matchPattern, parseSetName, pathFacts, placeOf, sameFile, shardsOf, standardInputIdentity } from '@imgstore/core/files';
import { Replaced } from './replaced.js';

/** What must be known of a store to tell what it reads or writes. */
export type Place = Pick<SampleStore, 'location' | 'files'>;

/** How places are compared. */
export interface PlaceOptions {
  /** Whether what is at the target is to be replaced. */
  readonly overwrite: boolean;
  /** Whether one part of a set of shards is written: then shards of the target's name are what it replaces, whatever it says. Default false. */
  readonly isPart?: boolean;
  /** What the source is called in the error. Default `the source`. */
  readonly called?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * That writing the target would not touch what the source is read from, nor add to a folder that is the source, nor write one file twice,
 * however the paths are written: by link, `..`, pattern or number of shards. Of standard input, the location `-`, the file is meant that it is read from, if it
 * is one; bytes and other streams are left alone.
 * Where something is to be replaced, the source is asked for all its files.
 * @throws ImgstoreError BAD_OPTION; what `files` of the stores throws.
 */
export async function checkPlaces(source: Place, target: Place, options: PlaceOptions): Promise<void> {
  if (target.location === '-') return;
  const reason = await clash(source, target, options);
  if (reason !== undefined) throw new ImgstoreError('BAD_OPTION', reason, { location: target.location, hint: 'write to another place' });
}

/** The paths that writing the target makes or replaces, its location first. */
export async function writtenPaths(target: Place, signal?: AbortSignal): Promise<readonly string[]> {
  const paths = [target.location];
  for await (const path of filesOf(target, 'write', signal)) paths.push(path);
  return paths;
}

async function clash(source: Place, target: Place, { overwrite, isPart = false, called = 'the source', signal }: PlaceOptions): Promise<string | undefined> {
  try {
    const written = await writtenPaths(target, signal);
    const twice = secondOf(written);
    if (twice !== undefined) return `${twice} would be written twice`;
    const findReplaced = (): Replaced => new Replaced([...written, ...target.files === undefined || isPart ? shardsOf({ name: target.location }) : []]);
    if (source.location === '-') return clashWithInput(findReplaced(), target, called);
    const files = isPattern(source.location) ? matchPattern(source.location) : [source.location];
    if (files.some((file) => sameFile(file, target.location))) return `is ${called} itself`;
    const whole = `${called} ${source.location}`;
    if (pathFacts(target.location)?.kind === 'folder' && files.some((file) => isInside(file, target.location))) return `is a folder that holds ${whole}`;
    // A new file too: the source would have grown by it.
    const inside = pathFacts(source.location)?.kind === 'folder' ? written.find((path) => isInside(path, source.location)) : undefined;
    if (inside !== undefined) return inside === target.location ? `lies in ${whole}` : `would write ${inside}, which lies in ${whole}`;
    if (!overwrite) return undefined;
    const replaced = findReplaced();
    if (replaced.isEmpty) return undefined;
    for await (const path of sourcePaths(source, files, signal)) {
      const met = replaced.meet(path);
      if (met !== undefined) return met.path === target.location ? `${met.how} part of ${whole}` : `would replace ${met.path}, which ${met.how} part of ${whole}`;
    }
    return undefined;
  } catch (error) {
    // Without Node there are no paths.
    if (isImgstoreError(error, 'UNSUPPORTED')) return undefined;
    throw error;
  }
}

/** The shell has opened a file for standard input: only its identity is known. */
function clashWithInput(replaced: Replaced, target: Place, called: string): string | undefined {
  const identity = standardInputIdentity();
  const path = identity === undefined ? undefined : replaced.named(identity);
  return path === undefined ? undefined : path === target.location ? `is ${called} itself` : `would replace ${path}, which is ${called}`;
}

/** What is read: what the location says, and what the store says beyond it. */
async function* sourcePaths(source: Place, files: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<string, void, undefined> {
  yield* files;
  const set = parseSetName(source.location);
  if (set !== undefined && pathFacts(source.location) === undefined) yield* shardsOf(set);
  yield* filesOf(source, 'read', signal);
}

async function* filesOf(store: Place, use: 'read' | 'write', signal: AbortSignal | undefined): AsyncGenerator<string, void, undefined> {
  if (store.files !== undefined) yield* store.files(use, signal === undefined ? {} : { signal });
}

function secondOf(paths: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return paths.find((path) => seen.size === seen.add(placeOf(path)).size);
}
