import { ImgstoreError, quote } from '@imgstore/core';
import { isInside, joinPath } from '@imgstore/core/files';
import { OUTSIDE_HINT, standingOf } from './links.js';
import type { LinkRule } from './links.js';

/** Paths of a list or a manifest below its root. */
export class RootedPaths {
  readonly #rule: LinkRule;
  /** The last folder that was found to be in the root: most rows are in the same one as the row before. */
  #checked: string | undefined;

  constructor(rule: LinkRule) {
    this.#rule = rule;
  }

  /**
   * The path that the system opens: the root, a slash and the path, as Caffe's tool puts them together.
   * @throws ImgstoreError NOT_FOUND, UNSUPPORTED for what leads out of the root and for what is no regular file, CORRUPT for what is no path.
   */
  resolve(path: string): string {
    if (path.includes('\0')) throw new ImgstoreError('CORRUPT', `${quote(path)} is not a path: it holds a NUL byte`);
    const full = joinPath(this.#rule.root, path);
    if (!this.#rule.outside) this.#requireInside(path, full);
    const standing = standingOf(full, this.#rule);
    if (standing === undefined) throw new ImgstoreError('NOT_FOUND', 'no such file', { file: full, hint: 'paths that begin at another folder: name it with --src-opt root=DIR' });
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

  #leadsOut(file: string): ImgstoreError {
    return new ImgstoreError('UNSUPPORTED', `leads out of ${this.#rule.root}`, { file, hint: `name the folder that all paths are in with --src-opt root=DIR, or ${OUTSIDE_HINT}` });
  }
}
