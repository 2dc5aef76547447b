import { ImgstoreError, quote } from '@imgstore/core';
import { isInside, joinPath, pathFacts } from '@imgstore/core/files';
import { EXTENSIONS } from '../format.js';
import { OUTSIDE_HINT, standingOf } from './links.js';
import type { LinkRule } from './links.js';

/** How the paths of a list or a manifest are meant. */
export interface PathRule extends LinkRule {
  /** Whether the user named the root. */
  readonly isRootStated: boolean;
  /** What is behind each path; empty: nothing. */
  readonly extension: string;
}

/** Paths of a list or a manifest below its root. */
export class RootedPaths {
  readonly #rule: PathRule;
  /** The last folder that was found to be in the root: most rows are in the same one as the row before. */
  #checked: string | undefined;

  constructor(rule: PathRule) {
    this.#rule = rule;
  }

  /**
   * The path that the system opens: the root, a slash and the path, as Caffe's tool puts them together, and the extension.
   * @throws ImgstoreError NOT_FOUND, UNSUPPORTED for what leads out of the root and for what is no regular file, CORRUPT for what is no path.
   */
  resolve(path: string): string {
    if (path.includes('\0')) throw new ImgstoreError('CORRUPT', `${quote(path)} is not a path: it holds a NUL byte`);
    const full = joinPath(this.#rule.root, path.replace(LEADING_SLASHES, '')) + this.#rule.extension;
    if (!this.#rule.outside) this.#requireInside(path, full);
    const standing = standingOf(full, this.#rule);
    if (standing === undefined) throw this.#notFound(path, full);
    if (standing.kind === 'bad') throw standing.error;
    if (standing.kind === 'folder') throw new ImgstoreError('UNSUPPORTED', 'a folder, not a file', { file: full });
    return full;
  }

  #requireInside(path: string, full: string): void {
    const folder = full.slice(0, full.lastIndexOf('/'));
    if (folder === this.#checked) return;
    let depth = 0;
    for (const part of path.split('/')) {
      depth += part === '..' ? -1 : part === '' || part === '.' ? 0 : 1;
      if (depth < 0) throw this.#leadsOut(full);
    }
    // A folder on the way may be a link.
    if (!isInside(folder === '' ? '/' : folder, this.#rule.root)) throw this.#leadsOut(full);
    this.#checked = folder;
  }

  #notFound(path: string, file: string): ImgstoreError {
    const hint = this.#hintFor(path, file);
    return new ImgstoreError('NOT_FOUND', 'no such file', { file, ...hint !== undefined && { hint } });
  }

  #hintFor(path: string, file: string): string | undefined {
    const extension = EXTENSIONS.find((one) => isFile(file + one));
    if (extension !== undefined) return `there is ${file}${extension}: put the ending behind each path with --src-opt extension=${extension}`;
    if (path.startsWith('/') && isFile(path)) return 'absolute paths begin at the root of the system: --src-opt root=/';
    return this.#rule.isRootStated ? undefined : 'paths that begin at another folder: name it with --src-opt root=DIR';
  }

  #leadsOut(file: string): ImgstoreError {
    return new ImgstoreError('UNSUPPORTED', `leads out of ${this.#rule.root}`, { file, hint: `name the folder that all paths are in with --src-opt root=DIR, or ${OUTSIDE_HINT}` });
  }
}

const LEADING_SLASHES = /^\/+/;

function isFile(path: string): boolean {
  return pathFacts(path)?.kind === 'file';
}
