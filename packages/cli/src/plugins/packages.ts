import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errnoOf, ImgstoreError } from '@imgstore/core';

/** A package on disk, not loaded. */
export interface FoundPackage {
  /** Absolute; as it was found, which may be through a link. */
  readonly folder: string;
  /** The text of its package.json. */
  readonly text: string;
}

/** The kinds of dependencies in a package.json. */
const dependencyKinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

/** The package.json that is nearest to a folder, going up. */
export interface NearestPackage {
  /** Of the file itself. */
  readonly file: string;
  readonly text: string;
  readonly name: string | undefined;
  /** The names it depends on, each with the kind of dependency that comes first. */
  readonly dependencies: ReadonlyMap<string, (typeof dependencyKinds)[number]>;
}

/** Names that npm gives to packages, old ones with capitals too. No name leads out of node_modules. */
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

/**
 * The package of that name as Node finds it from a folder: in `node_modules` there and above, or the package that the
 * folder is in. Only the folder of that very name is looked at. @throws ImgstoreError IO.
 */
export function findPackage(name: string, from: string): FoundPackage | undefined {
  if (!packageName.test(name)) return undefined;
  const own = nearestPackage(from, { isLenient: true });
  if (own?.name === name) return { folder: dirname(own.file), text: own.text };
  for (const folder of foldersUp(from)) {
    if (basename(folder) === 'node_modules') continue;
    const text = readText(join(folder, 'node_modules', name, 'package.json'));
    if (text !== undefined) return { folder: join(folder, 'node_modules', name), text };
  }
  return undefined;
}

/** The package that a folder is; undefined where it has no package.json. @throws ImgstoreError IO. */
export function packageAt(folder: string): FoundPackage | undefined {
  const text = readText(join(folder, 'package.json'));
  return text === undefined ? undefined : { folder, text };
}

/** The package.json nearest to a folder. @throws ImgstoreError BAD_OPTION where it is not one, unless that is of no interest; IO. */
export function nearestPackage(from: string, { isLenient = false }: { readonly isLenient?: boolean } = {}): NearestPackage | undefined {
  for (const folder of foldersUp(from)) {
    const file = join(folder, 'package.json');
    const text = readText(file);
    if (text === undefined) continue;
    try {
      return { file, text, ...contentOf(JSON.parse(text)) };
    } catch (cause) {
      if (isLenient) return undefined;
      throw new ImgstoreError('BAD_OPTION', 'is not JSON; plugins are looked for in its dependencies', { file, cause });
    }
  }
  return undefined;
}

/** The absolute path that a text means to a user in that folder, or undefined where it is a name: paths begin with `./`, `../`, `/` or `file:`. */
export function pathOf(text: string, folder: string): string | undefined {
  if (text.startsWith('file:')) {
    try {
      return fileURLToPath(text);
    } catch (cause) {
      throw new ImgstoreError('BAD_OPTION', 'is no URL of a file here', { location: text, cause });
    }
  }
  const isPath = /^\.{1,2}(?:[/\\]|$)|^[/\\]|^[a-z]:[/\\]/i.test(text);
  return isPath ? resolve(folder, text) : undefined;
}

/** One name for a file or folder, whatever links lead to it. */
export function identityOf(path: string): string {
  return realpathSync(path);
}

function contentOf(content: unknown): Pick<NearestPackage, 'name' | 'dependencies'> {
  const members = new Map<string, unknown>(typeof content === 'object' && content !== null ? Object.entries(content) : []);
  const name = members.get('name');
  const dependencies = new Map<string, (typeof dependencyKinds)[number]>();
  for (const kind of dependencyKinds) {
    const listed = members.get(kind);
    if (typeof listed !== 'object' || listed === null) continue;
    for (const dependency of Object.keys(listed)) if (!dependencies.has(dependency)) dependencies.set(dependency, kind);
  }
  return { name: typeof name === 'string' ? name : undefined, dependencies };
}

const MOST_BYTES = 1 << 24;

function foldersUp(from: string): readonly string[] {
  const folder = resolve(from);
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}

/** Nothing there, and what is no regular file of the size of a package.json, are no file: a FIFO would be waited for, a device read without end. */
function readText(file: string): string | undefined {
  try {
    const status = statSync(file);
    return status.isFile() && status.size <= MOST_BYTES ? readFileSync(file, 'utf8') : undefined;
  } catch (cause) {
    const errno = errnoOf(cause) ?? '';
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errno)) return undefined;
    throw new ImgstoreError('IO', `cannot be read: ${errno}`, { file, cause });
  }
}
