import { parse, sep } from 'node:path';
import { ImgstoreError, quote } from '../errors.js';
import { escapeKey } from '../escape.js';
import { compareKeys, decodeUtf8 } from '../keys.js';
import { listFolder, nameStatus, pathStatus, streamEntries } from './operations.js';
import { hasWildcards, matchName } from './pattern.js';
import { contentIdentity, fileIdentity } from './status.js';

/** The path of a name in a folder, which stays as it was written: `./a` too. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** What is at a path, through links. */
export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** Equal for two names of the same file. */
  readonly identity: string;
  /** Equal while it is the same file and nobody wrote to it. */
  readonly version: string;
}

/** What is at the path, or undefined when nothing is (a link that leads nowhere too). @throws ImgstoreError IO. */
export function pathFacts(path: string): PathFacts | undefined {
  const status = pathStatus(path);
  if (status === undefined) return undefined;
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other';
  return { kind, size: Number(status.size), identity: fileIdentity(status), version: contentIdentity(status) };
}

/** Whether anything has this very name, a link that leads nowhere too. @throws ImgstoreError IO. */
export function hasName(path: string): boolean {
  return nameStatus(path) !== undefined;
}

/**
 * The names in a folder, sorted by their UTF-8 bytes.
 * @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED for a name that is not UTF-8: no string could open it again.
 */
export function folderNames(path: string): readonly string[] {
  const names = listFolder(path, true);
  for (const name of names) requireUtf8(path, name);
  return names.sort(compareKeys);
}

/** What has a name, without following links. */
export type NameKind = 'file' | 'folder' | 'link' | 'other';

/** What has this very name: a link is a link, wherever it leads. Undefined when nothing has it. @throws ImgstoreError IO. */
export function nameKind(path: string): NameKind | undefined {
  const status = nameStatus(path);
  if (status === undefined) return undefined;
  return status.isFile() ? 'file' : status.isDirectory() ? 'folder' : status.isSymbolicLink() ? 'link' : 'other';
}

/** A name in a folder as the system has it. */
export interface FolderMember {
  /** As text, by `escapeKey` where it is not UTF-8: then nothing opens it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly kind: NameKind;
  readonly isUtf8: boolean;
}

/**
 * The names in a folder with what has them, one after the other in no order, in memory for a few of them; also names that are not UTF-8. The folder is
 * closed when the last was given, or the loop is left. @throws ImgstoreError NOT_FOUND, IO.
 */
export function* folderMembers(path: string): Generator<FolderMember, void, undefined> {
  for (const { name: bytes, kind: told } of streamEntries(path)) {
    const text = decodeUtf8(bytes);
    const kind = told !== 'unknown' ? told : text === undefined ? 'other' : nameKind(joinPath(path, text));
    if (kind !== undefined) yield { name: text ?? escapeKey(bytes), bytes, kind, isUtf8: text !== undefined };
  }
}

/** The first names in a folder in their order, at most so many, in memory for not many more; those that are not UTF-8 escaped. @throws ImgstoreError NOT_FOUND, IO. */
export function firstNames(path: string, most: number): readonly string[] {
  const names: string[] = [];
  for (const { name } of folderMembers(path)) {
    if (names.push(name) === 2 * most) names.sort(compareKeys).length = most;
  }
  return names.sort(compareKeys).slice(0, most);
}

/** Whether the path is a pattern: it holds `*`, `?` or `[` and nothing has that very name. */
export function isPattern(path: string): boolean {
  return hasWildcards(path) && !hasName(path);
}

/**
 * The files that a pattern names (`*`, `?`, `[abc]`, `[a-z]`, `[!a]`, each within one part of the path; a wildcard does not
 * match a leading dot), sorted by their UTF-8 bytes. They begin as the pattern does. None when a folder named without wildcards is not there.
 * With the kind `any` also what is no regular file: folders, pipes, links that lead nowhere.
 * @throws ImgstoreError IO, UNSUPPORTED for a matching name that is not UTF-8.
 */
export function matchPattern(pattern: string, options: { readonly kind?: 'file' | 'any' } = {}): readonly string[] {
  const { root } = parse(pattern);
  const parts = pattern.slice(root.length).split(sep === '\\' ? /[\\/]+/ : /\/+/).filter((part) => part !== '');
  let found: string[] = [root];
  parts.forEach((part, index) => {
    const wanted = index < parts.length - 1 ? 'folder' : options.kind ?? 'file';
    const fits = (path: string): boolean => (wanted === 'any' ? nameStatus(path) !== undefined : pathFacts(path)?.kind === wanted);
    found = found.flatMap((folder) => candidates(folder, part).filter(fits));
  });
  return found.filter((path) => path !== root).sort(compareKeys);
}

function candidates(folder: string, part: string): string[] {
  const below = (name: string): string => (folder === '' || folder.endsWith(sep) ? folder + name : folder + sep + name);
  if (!hasWildcards(part)) return [below(part)];
  const names = listFolder(folder === '' ? '.' : folder, true).filter((name) => matchName(part, name));
  for (const name of names) requireUtf8(folder, name);
  return names.map(below);
}

/** Node replaces what is not UTF-8 in a name by U+FFFD, which leads to no file. */
function requireUtf8(folder: string, name: string): void {
  if (name.includes('\ufffd') && nameStatus(joinPath(folder, name)) === undefined) {
    throw new ImgstoreError('UNSUPPORTED', `the name ${quote(name)} is not UTF-8; rename the file`, { file: folder });
  }
}
