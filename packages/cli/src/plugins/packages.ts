import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errnoOf, ImgstoreError } from '@imgstore/core';
import { isExhausted } from '../errors.js';

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
  const own = nearestPackage(from);
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

/** The package.json nearest to a folder that is one: what only has the name is passed over. @throws ImgstoreError IO. */
export function nearestPackage(from: string): NearestPackage | undefined {
  for (const found of packagesUp(from)) if (found.fault === undefined) return found;
  return undefined;
}

/** What was passed over on the way to the nearest package.json, and why; texts. @throws ImgstoreError IO. */
export function passedOver(from: string): readonly string[] {
  const notes: string[] = [];
  for (const { file, fault } of packagesUp(from)) {
    if (fault === undefined) break;
    notes.push(`${file} is passed over: ${fault}`);
  }
  return notes;
}

function* packagesUp(from: string): Generator<(NearestPackage & { readonly fault?: undefined }) | { readonly file: string; readonly fault: string }> {
  for (const folder of foldersUp(from)) {
    const file = join(folder, 'package.json');
    const { text, fault } = lookAt(file);
    if (fault !== undefined) yield { file, fault };
    if (text === undefined) continue;
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      yield { file, fault: 'it is not JSON' };
      continue;
    }
    yield { file, text, ...contentOf(content) };
  }
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

/** Far more than any package.json has. */
const MOST_BYTES = 1 << 20;

function foldersUp(from: string): readonly string[] {
  const folder = resolve(from);
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}

function readText(file: string): string | undefined {
  return lookAt(file).text;
}

/** The text of a package.json. What is no regular file of the size of one is none: a FIFO would be waited for, a device read without end. */
function lookAt(file: string): { readonly text?: string; readonly fault?: string } {
  try {
    const status = statSync(file);
    if (!status.isFile()) return status.isDirectory() ? {} : { fault: 'it is no regular file' };
    return status.size > MOST_BYTES ? { fault: `it has ${status.size} bytes, more than ${MOST_BYTES}` } : { text: readFileSync(file, 'utf8') };
  } catch (cause) {
    const errno = errnoOf(cause) ?? '';
    if (isExhausted(cause)) throw new ImgstoreError('IO', `cannot be read: ${errno}`, { file, cause });
    return ['ENOENT', 'ENOTDIR'].includes(errno) ? {} : { fault: `it cannot be read: ${errno}` };
  }
}
