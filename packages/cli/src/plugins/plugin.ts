import { CONTRACT, ImgstoreError } from '@imgstore/core';
import { messageOf } from '../errors.js';
import type { Manifest } from '../manifest.js';

/** A third party's adapter that was found and not loaded. */
export interface Plugin {
  /** The name of its package; of a single file the path, as it was typed. */
  readonly package: string;
  /** Absent for a single file. */
  readonly version?: string;
  /** The package's folder, or the file; absolute. */
  readonly path: string;
  /** Absent for a single file: what it is, it says when it is loaded. */
  readonly manifest?: Manifest;
}

/** A plugin in a message: its name, version and path. */
export function nameOfPlugin({ package: name, version, path }: Plugin): string {
  return version === undefined ? path : `${name} ${version} (${path})`;
}

/** The error of a plugin that does not do what it must. */
export function pluginError(plugin: Plugin, what: string, place: { readonly hint?: string; readonly cause?: unknown; readonly location?: string } = {}): ImgstoreError {
  return new ImgstoreError('PLUGIN', `${nameOfPlugin(plugin)}: ${what}`, { ...plugin.manifest && { format: plugin.manifest.format }, ...place });
}

/** What to do about a plugin that fails on its own. */
export const FAULT_HINT = 'this is a fault of the plugin: tell its author';

/** What was thrown, in a few words. */
export function wordsOf(error: unknown): string {
  const name = nameOf(error);
  return `${name === undefined ? '' : `${name}: `}${messageOf(error)}`.split('\n', 1)[0] ?? '';
}

/** What was thrown may throw in its turn when it is asked. */
function nameOf(error: unknown): string | undefined {
  try {
    return typeof error === 'object' && error !== null && 'message' in error && 'name' in error ? String(error.name) : undefined;
  } catch {
    return undefined;
  }
}

/** The error of a plugin that was written for another contract. */
export function contractError(plugin: Plugin, contract: number): ImgstoreError {
  return new ImgstoreError('CONTRACT', `${nameOfPlugin(plugin)}: needs contract ${contract}, this imgstore has contract ${CONTRACT}`, {
    hint: contract > CONTRACT ? 'npm install imgstore@latest' : `npm install ${plugin.package}@latest`,
  });
}

/** What is wrong with a plugin, where its name stands already. */
export function reasonOf(problem: ImgstoreError, plugin: Plugin | undefined): string {
  const name = plugin === undefined ? '' : `${nameOfPlugin(plugin)}: `;
  return problem.what.startsWith(name) ? problem.what.slice(name.length) : problem.what;
}
