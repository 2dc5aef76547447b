import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CreateError } from './errors.js';

/** A folder, and what the user calls it. */
export interface Target {
  readonly folder: string;
  readonly shown: string;
}

/**
 * Writes the files into a folder that is not there yet, or empty. Where that fails, what was written is removed again.
 * @throws CreateError EXISTS for anything else than an empty folder, IO.
 */
export function writePackage({ folder, shown }: Target, files: ReadonlyMap<string, string>): void {
  requireFree({ folder, shown });
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
  } catch (cause) {
    const ours = made === undefined ? [...new Set([...files.keys()].map((path) => join(folder, path.split('/', 1).join(''))))] : [made];
    for (const path of ours) rmSync(path, { recursive: true, force: true });
    throw new CreateError('IO', `${shown}: cannot write: ${codeOf(cause)}`, { cause });
  }
}

function requireFree({ folder, shown }: Target): void {
  let names: readonly string[] = [];
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
    names = readdirSync(folder);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOTDIR') throw new CreateError('IO', `${shown}: cannot look at it: ${codeOf(cause)}`, { cause });
    throw new CreateError('EXISTS', `${shown}: a file is there; choose another folder with --dir`, { cause });
  }
  if (names.length > 0) throw new CreateError('EXISTS', `${shown}: the folder is not empty; choose another with --dir`);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
