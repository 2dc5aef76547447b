import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONTRACT, quote } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { discardAll } from '@imgstore/core/files';
import { moduleResolve } from 'import-meta-resolve';
import type { Builtin } from '../builtins.js';
import { isExhausted } from '../errors.js';
import { faultOfAdapter } from './check.js';
import { refusalOfFormat } from './find.js';
import { guardAdapter } from './guard.js';
import { noteLoaded } from './loaded.js';
import { contractError, pluginError, wordsOf } from './plugin.js';
import type { Plugin } from './plugin.js';

/**
 * The adapter of a plugin, as {@link loadUnguarded} gives it. What it throws later is a PLUGIN error too, unless it is an ImgstoreError.
 * @throws ImgstoreError PLUGIN, CONTRACT.
 */
export async function loadPlugin(plugin: Plugin, builtins: readonly Builtin[]): Promise<Adapter> {
  return guardAdapter(await loadUnguarded(plugin, builtins), plugin);
}

/**
 * The adapter of a plugin, imported now: the default export of `NAME/adapter` where the package has that, else of the package itself, or of
 * the file.
 * @throws ImgstoreError PLUGIN, CONTRACT.
 */
export async function loadUnguarded(plugin: Plugin, builtins: readonly Builtin[]): Promise<Adapter> {
  const adapter = await importDefault(plugin);
  if (typeof adapter !== 'object' || adapter === null) {
    throw pluginError(plugin, adapter === undefined ? 'has no default export' : 'its default export is no adapter', { hint: 'an adapter ends with: export default defineAdapter({ ... })' });
  }
  const contract: unknown = 'contract' in adapter ? adapter.contract : undefined;
  if (typeof contract === 'number' && contract !== CONTRACT) throw contractError(plugin, contract);
  const fault = faultOfAdapter(adapter);
  if (fault !== undefined) throw pluginError(plugin, `its default export is no adapter: ${fault}`);
  const checked = adapter as Adapter; // its members were looked at by faultOfAdapter
  const { manifest } = plugin;
  if (manifest && manifest.format !== checked.format) {
    throw pluginError(plugin, `its adapter says the format ${quote(checked.format)}, its package.json ${quote(manifest.format)}`);
  }
  const refusal = refusalOfFormat(plugin, checked.format, builtins);
  if (refusal) throw refusal;
  return checked;
}

async function importDefault(plugin: Plugin): Promise<unknown> {
  noteLoaded(plugin);
  // Its code may end the process: what was begun goes with it.
  process.off('exit', discardAll).on('exit', discardAll);
  try {
    const module: unknown = await import(entryOf(plugin));
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (cause) {
    if (isExhausted(cause)) throw cause;
    throw pluginError(plugin, `cannot be loaded: ${wordsOf(cause)}`, { cause });
  }
}

/** The URL of the file that is imported. Resolution starts inside the package: what it exports is read from its own package.json, through links too. */
function entryOf({ package: name, path, manifest }: Plugin): string {
  if (manifest === undefined) return pathToFileURL(path).href;
  const file = join(path, 'package.json');
  const { exports } = JSON.parse(readFileSync(file, 'utf8')) as { readonly exports?: unknown };
  // A package without `exports` has a `main`, as require() reads it, and cannot be told from another of its name by that name.
  if (exports === undefined || exports === null) return pathToFileURL(createRequire(file).resolve(path)).href;
  try {
    return moduleResolve(`${name}/adapter`, pathToFileURL(file)).href;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED')) throw error;
    return moduleResolve(name, pathToFileURL(file)).href;
  }
}
