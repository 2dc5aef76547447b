import { errnoOf, ImgstoreError, isImgstoreError } from '@imgstore/core';
import { isInside, nameKind, pathFacts } from '@imgstore/core/files';

/** What stands under a name, for reading. */
export type Standing = { readonly kind: 'file' | 'folder' } | { readonly kind: 'bad'; readonly error: ImgstoreError };

/** Where links may lead. */
export interface LinkRule {
  /** The folder that was named. */
  readonly root: string;
  /** Whether links may lead out of it. */
  readonly outside: boolean;
}

/** The hint for what leads out of the root. */
export const OUTSIDE_HINT = 'if you trust it: --src-opt outside=true';

/**
 * What a link stands for. A link to a regular file in the root is that file; links to folders, and links that lead out, need `outside`.
 * A folder in the root is never read a second time through a link, so that no loop of links is endless.
 */
export function followLink(path: string, rule: LinkRule): Standing {
  try {
    return followed(path, rule);
  } catch (error) {
    // A link to itself, or to where nobody may look, says nothing about the others.
    if (isImgstoreError(error, 'IO') && ['ELOOP', 'EACCES', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return { kind: 'bad', error };
    throw error;
  }
}

function followed(path: string, { root, outside }: LinkRule): Standing {
  const facts = pathFacts(path);
  if (facts === undefined) return bad('NOT_FOUND', 'a link that leads nowhere', path);
  if (facts.kind === 'other') return bad('UNSUPPORTED', 'a link to something that is neither a regular file nor a folder', path);
  const inside = isInside(path, root);
  if (facts.kind === 'folder' && inside) return bad('UNSUPPORTED', 'a link to a folder that is read anyway, or holds this one', path);
  if (facts.kind === 'folder' && isInside(root, path)) return bad('UNSUPPORTED', 'a link to a folder that holds the root', path);
  if (!inside && !outside) return bad('UNSUPPORTED', `a link to a ${facts.kind} outside of ${root}`, path, OUTSIDE_HINT);
  return { kind: facts.kind };
}

/** Whether a link leads to a folder that may be read through it. */
export function leadsToFolder(path: string, rule: LinkRule): boolean {
  try {
    if (pathFacts(path)?.kind !== 'folder') return false; // most do not, and this is quick
  } catch (error) {
    if (isImgstoreError(error, 'IO')) return false; // whoever follows it is told why
    throw error;
  }
  return followLink(path, rule).kind === 'folder';
}

/** What stands under that path, whose folders are known to be good. Undefined: nothing. */
export function standingOf(path: string, rule: LinkRule): Standing | undefined {
  const kind = nameKind(path);
  if (kind === undefined) return undefined;
  return kind === 'link' ? followLink(path, rule) : kind === 'other' ? notRegular(path) : { kind };
}

/** The refusal of a pipe, a socket or a device. */
export function notRegular(path: string): Standing {
  return bad('UNSUPPORTED', 'neither a regular file nor a folder', path);
}

function bad(code: 'NOT_FOUND' | 'UNSUPPORTED', what: string, file: string, hint?: string): Standing {
  return { kind: 'bad', error: new ImgstoreError(code, what, { file, ...hint !== undefined && { hint } }) };
}
