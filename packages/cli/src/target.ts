import { basename } from 'node:path';
import { ImgstoreError, quote } from '@imgstore/core';
import { findBuiltin } from './builtins.js';
import type { Builtin, Manifest } from './builtins.js';

/**
 * The built-in that writes a target: the one that `--to` names, else the one whose manifest has the end of the
 * target's name.
 * @throws ImgstoreError BAD_OPTION when the name says nothing, and for standard output.
 */
export function chooseTarget(location: string, to: string | undefined, builtins: readonly Builtin[]): Builtin {
  if (location === '-') throw new ImgstoreError('BAD_OPTION', 'DST is a file or a folder; standard output cannot be one');
  if (to !== undefined) return findBuiltin(builtins, to, '--to');
  const name = basename(location).toLowerCase();
  const claims = builtins
    .flatMap((builtin) => (manifestOf(builtin)?.extensions ?? []).map((extension) => ({ builtin, extension })))
    .filter(({ extension }) => name.endsWith(extension))
    .sort((a, b) => b.extension.length - a.extension.length);
  const [claim] = claims;
  if (claim) return claim.builtin;
  throw new ImgstoreError('BAD_OPTION', `the name ${quote(basename(location))} does not say the format of the target`, {
    hint: `say it with --to NAME: ${builtins.map((builtin) => builtin.format).join(', ')}`,
  });
}

/** A package that is not there claims no names. */
function manifestOf(builtin: Builtin): Manifest | undefined {
  try {
    return builtin.manifest();
  } catch {
    return undefined;
  }
}
