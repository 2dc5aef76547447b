import { dirname } from 'node:path';
import { breather } from '../breather.js';
import { errnoOf } from '../errors.js';
import { listFolder, nameStatus, removeFolder, removeName, rename } from './operations.js';
import { labelOf, parseTemporaryName } from './temporary.js';
import type { TemporaryName } from './temporary.js';

/** Temporary names that this process wanted to remove and could not. */
const abandoned = new Set<string>();
/** What this process moved aside and could not put back, the only copy, with the final path of each. */
const kept = new Map<string, string>();

/** Leaves what was moved aside to the next stage for its path, which puts it back: that of another process only where its name says that it is old. */
export function keepOld(path: string, finalPath: string): void {
  kept.set(path, finalPath);
}

/**
 * Clears away what dead processes left beside these final paths; what belongs to a living one stays. What was moved aside and is
 * old by its name goes back when nothing took its place, and goes away otherwise.
 * @throws ImgstoreError IO when it cannot be put back, or a parent folder cannot be listed.
 */
export async function sweepLeftovers(finalPaths: Iterable<string>): Promise<void> {
  const folders = new Map<string, Map<string, string>>();
  for (const path of finalPaths) {
    const byLabel = folders.get(dirname(path)) ?? new Map<string, string>();
    folders.set(dirname(path), byLabel.set(labelOf(path), path));
  }
  for (const [folder, byLabel] of folders) {
    for (const path of restored(temporaryNames(folder), byLabel)) await removeSlowly(path);
  }
}

/** As {@link sweepLeftovers}, for one path after the other and at once. Each folder is listed for the first path in it only: there may be thousands. */
export function leftoverSweeper(): (finalPath: string) => void {
  const found = new Map<string, readonly TemporaryName[]>();
  return (finalPath) => {
    const folder = dirname(finalPath);
    const names = found.get(folder) ?? temporaryNames(folder);
    found.set(folder, names);
    for (const path of restored(names, new Map([[labelOf(finalPath), finalPath]]))) removeNow(path);
  };
}

/** Removes a file or a whole folder at once, never through a link. Never throws: what stays is tried again later. */
export function removeNow(path: string): void {
  try {
    for (const _ of removal(path));
    abandoned.delete(path);
  } catch {
    abandoned.add(path);
  }
}

/** As {@link removeNow}, but lets the event loop breathe. */
export async function removeSlowly(path: string): Promise<void> {
  const breathe = breather();
  try {
    for (const _ of removal(path)) await breathe();
    abandoned.delete(path);
  } catch {
    abandoned.add(path);
  }
}

/** Tries again to remove what could not be removed, and to put back what could not be put back. Never throws. */
export function clearAbandoned(): void {
  for (const path of abandoned) removeNow(path);
  for (const [path, finalPath] of kept) putBack(path, finalPath);
}

/** Whether what was moved aside has its name again. Never throws. */
export function putBack(path: string, finalPath: string): boolean {
  try {
    if (nameStatus(finalPath) !== undefined) return false;
    rename(path, finalPath, finalPath);
    kept.delete(path);
    return true;
  } catch {
    return false;
  }
}

function temporaryNames(folder: string): readonly TemporaryName[] {
  return namesOf(folder).map((name) => parseTemporaryName(folder, name)).filter((name) => name !== undefined);
}

/** Puts back what is to be put back of the names in a folder; returns what is to be removed. */
function restored(names: readonly TemporaryName[], byLabel: ReadonlyMap<string, string>): string[] {
  const dead = new Map<string, TemporaryName[]>();
  for (const temporary of names) {
    const labelled = byLabel.get(temporary.label);
    if (labelled === undefined || isInUse(temporary)) continue;
    const finalPath = kept.get(temporary.path) ?? labelled;
    dead.set(finalPath, [...dead.get(finalPath) ?? [], temporary]);
  }
  for (const [finalPath, left] of dead) restoreOld(finalPath, left);
  return [...dead.values()].flat().map(({ path }) => path);
}

function isInUse(temporary: TemporaryName): boolean {
  return !abandoned.has(temporary.path) && !kept.has(temporary.path) && temporary.isAlive();
}

/** A folder that may be written but not listed is legal: then nothing is known of leftovers. */
function namesOf(folder: string): readonly string[] {
  try {
    return listFolder(folder, true);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

function restoreOld(finalPath: string, left: readonly TemporaryName[]): void {
  const old = left.filter(({ path, isOld }) => isOld || kept.has(path)).map(({ path }) => ({ path, changed: nameStatus(path)?.ctimeNs ?? 0n }));
  if (old.length === 0 || nameStatus(finalPath) !== undefined) return;
  // More than one is left when an earlier one could not be removed: the last that was moved is the one that was in place.
  const last = old.reduce((a, b) => (b.changed > a.changed ? b : a));
  try {
    rename(last.path, finalPath, finalPath);
    kept.delete(last.path);
  } catch (error) {
    // Another run that starts now was faster.
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function* removal(path: string): Generator<void> {
  const status = nameStatus(path);
  if (status === undefined) return;
  if (!status.isDirectory()) {
    removeName(path);
    yield;
    return;
  }
  for (const name of listFolder(path, false)) yield* removal(`${path}/${name}`);
  removeFolder(path);
  yield;
}
