import { dirname } from 'node:path';
import { homedir } from 'node:os';
import { errnoOf, ImgstoreError } from '../errors.js';
import { nameOfKind } from './status.js';
import { makeFolder, nameStatus, pathStatus, realPath, removeFolder } from './operations.js';
import { asFolder, endsAsFolder, isInside, namedPlace } from './place.js';

/**
 * The absolute path that an output of this kind will take: see `namedPlace`. A file that is replaced through a link stays behind that link.
 * @throws ImgstoreError EXISTS when something is there and `overwrite` is not set, or when it is of another kind: a file never
 * replaces a folder, nor a folder a file or a link; nor does anything replace a pipe, a device, or a link that leads nowhere. What `namedPlace` throws.
 */
export function freePath(path: string, kind: 'file' | 'folder', overwrite: boolean): string {
  if (kind === 'file' && endsAsFolder(path)) throw asFolder(path);
  const absolute = namedPlace(path);
  const named = nameStatus(absolute, path);
  if (named === undefined) return absolute;
  if (!overwrite) throw alreadyThere(path);
  // A folder behind a link could not be put back by its name if a run died while it was moved aside.
  const status = kind === 'file' ? pathStatus(absolute) : named;
  if (status === undefined) throw new ImgstoreError('EXISTS', 'a link that leads nowhere; remove it first', { file: path });
  if (kind === 'file' ? !status.isFile() : !status.isDirectory()) {
    throw new ImgstoreError('EXISTS', `${nameOfKind(status)}, which a ${kind} does not replace; remove it first`, { file: path });
  }
  const real = realPath(absolute);
  if (kind === 'folder' && [process.cwd(), homedir()].some((precious) => isInside(precious, real))) {
    throw new ImgstoreError('EXISTS', 'holds the current or the home folder, which is never replaced; name another folder', { file: path });
  }
  return real;
}

/** The error for an output that is there, or that another writer finished first. */
export function alreadyThere(path: string, cause?: unknown): ImgstoreError {
  return new ImgstoreError('EXISTS', 'is there already', { file: path, hint: 'choose another name, or replace it with --overwrite (in a program: overwrite: true)', cause });
}

/** Makes the parent folders that are not there; returns those made, outermost first. @throws ImgstoreError IO. */
export function makeParents(finalPath: string, shown: string): string[] {
  const missing: string[] = [];
  for (let folder = dirname(finalPath); pathStatus(folder) === undefined && dirname(folder) !== folder; folder = dirname(folder)) missing.unshift(folder);
  const made: string[] = [];
  try {
    for (const folder of missing) if (makeUnlessThere(folder, shown)) made.push(folder);
  } catch (error) {
    removeParents(made);
    throw error;
  }
  return made;
}

/** Removes folders that {@link makeParents} made, if nothing is in them. Never throws. */
export function removeParents(made: readonly string[]): void {
  for (const folder of made.toReversed()) {
    try {
      removeFolder(folder);
    } catch {
      return; // something is in it, or in the folder around it
    }
  }
}

function makeUnlessThere(folder: string, shown: string): boolean {
  try {
    makeFolder(folder, shown);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}
