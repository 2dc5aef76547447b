import { dirname, join, parse, resolve, sep } from 'node:path';
import { ImgstoreError, quote } from '../errors.js';
import { pathStatus, realPath } from './operations.js';
import { pathFacts } from './paths.js';

/** Whether both lead to the same file or folder, however they are written: by link, `..` or hard link. */
export function sameFile(a: string, b: string): boolean {
  const facts = pathFacts(a);
  return facts !== undefined && facts.identity === pathFacts(b)?.identity;
}

/**
 * The absolute path without links and dots: two names of one place give the same. Of what is not there yet it is that of its nearest parent
 * that is, and the rest. @throws ImgstoreError as `namedPlace`.
 */
export function placeOf(path: string): string {
  return findPlace(path, path);
}

/**
 * The absolute path of a name, which may be that of a link, in its folder as the system finds it: through links, and `..` after them. What is
 * checked, swept and replaced by this path is what the path as it was written opens; without the system, `link/../a` would be taken for `a`.
 * @throws ImgstoreError NOT_FOUND for `..` behind what is no folder, BAD_OPTION for a slash behind a file, IO.
 */
export function namedPlace(path: string): string {
  return findNamed(path, path);
}

function findPlace(path: string, shown: string): string {
  return pathStatus(path) === undefined ? findNamed(path, shown) : realPath(path);
}

function findNamed(path: string, shown: string): string {
  // Windows itself takes `..` away before it looks at anything.
  const written = sep === '\\' ? resolve(path) : path;
  const { root } = parse(written);
  const parts = written.slice(root.length).split(sep).filter((part) => part !== '' && part !== '.');
  const whole = (root + parts.join(sep)) || '.';
  const name = parts.pop();
  if (name === undefined) return realPath(whole);
  if (endsAsFolder(path) && (pathFacts(whole)?.kind ?? 'folder') !== 'folder') throw asFolder(shown);
  const folder = (root + parts.join(sep)) || '.';
  const place = findPlace(folder, shown);
  if (name !== '..') return join(place, name);
  if (pathFacts(folder)?.kind !== 'folder') {
    throw new ImgstoreError('NOT_FOUND', `there is no folder ${quote(folder)}, so that ".." behind it leads nowhere`, { file: shown, hint: 'leave both out, or make that folder first' });
  }
  return realPath(whole);
}

/** Whether a path can only be that of a folder, as it is written. */
export function endsAsFolder(path: string): boolean {
  return (sep === '\\' ? /[\\/]\.?$/ : /\/\.?$/).test(path);
}

/** The error for a path of that kind that is, or is to be, one of a file. */
export function asFolder(path: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', 'a slash at the end is for a folder, and this is a file', { file: path, hint: 'leave the slash out' });
}

/** Whether `path` is the folder or lies below it, by identity. `path` need not exist: then its nearest parent that does decides. */
export function isInside(path: string, folder: string): boolean {
  const identity = pathFacts(folder)?.identity;
  if (identity === undefined) return false;
  for (let current = placeOf(path); ; current = dirname(current)) {
    if (pathFacts(current)?.identity === identity) return true;
    if (dirname(current) === current) return false;
  }
}
