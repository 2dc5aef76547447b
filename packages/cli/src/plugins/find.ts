import { statSync } from 'node:fs';
import { CONTRACT, ImgstoreError, quote } from '@imgstore/core';
import type { Builtin } from '../builtins.js';
import { parseManifest } from '../manifest.js';
import type { Manifest } from '../manifest.js';
import { findPackage, identityOf, packageAt, pathOf } from './packages.js';
import type { FoundPackage } from './packages.js';
import { contractError, pluginError } from './plugin.js';
import type { Plugin } from './plugin.js';

/** A third party's package for the format `foo` has this before `foo`. */
export const PREFIX = 'imgstore-adapter-';

/** What a search by name came upon. */
export interface Found {
  readonly plugin?: Plugin;
  /** A package that has the name and is no adapter: for a hint. */
  readonly stranger?: Plugin;
}

/**
 * The plugin that a user names: by a path, by the name of its package, or by the end of that name behind
 * `imgstore-adapter-`. The folders are looked from in their order. Nothing is loaded.
 * @throws ImgstoreError NO_ADAPTER for a path where nothing is, PLUGIN for a manifest that is malformed or missing, IO.
 */
export function findPlugin(name: string, folders: readonly string[]): Found {
  const path = pathOf(name, folders[0] ?? '.');
  if (path !== undefined) return { plugin: pluginAt(path, name) };
  let stranger: Plugin | undefined;
  for (const candidate of [name, PREFIX + name]) {
    for (const folder of folders) {
      const found = findPackage(candidate, folder);
      if (found === undefined) continue;
      const plugin = pluginOf(found);
      // By its short name a package is asked for a format: another one is not what was meant.
      if (plugin.manifest && (candidate === name || plugin.manifest.format === name || plugin.manifest.contract !== CONTRACT)) return { plugin };
      if (plugin.manifest) throw pluginError(plugin, `its format is ${quote(plugin.manifest.format)}, not ${quote(name)}`, { hint: `say ${plugin.manifest.format}, or the whole name of the package` });
      stranger ??= plugin;
      break;
    }
  }
  return stranger ? { stranger } : {};
}

/** The package as a plugin; it has no manifest where it is no adapter. @throws ImgstoreError PLUGIN for a malformed manifest. */
export function pluginOf({ folder, text }: FoundPackage): Plugin {
  let manifest: Manifest | undefined;
  try {
    manifest = parseManifest(text);
  } catch (cause) {
    throw pluginError({ ...nameIn(text, folder), path: folder }, `its manifest is malformed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return { ...manifest ? { package: manifest.package, version: manifest.version, manifest } : nameIn(text, folder), path: folder };
}

/** Why a plugin that was found cannot be used, as far as its manifest says. A built-in format stays what it is. */
export function refusalOf(plugin: Plugin, builtins: readonly Builtin[]): ImgstoreError | undefined {
  const { manifest } = plugin;
  if (manifest === undefined) return undefined;
  if (manifest.contract !== CONTRACT) return contractError(plugin, manifest.contract);
  return refusalOfFormat(plugin, manifest.format, builtins);
}

/** @see refusalOf */
export function refusalOfFormat(plugin: Plugin, format: string, builtins: readonly Builtin[]): ImgstoreError | undefined {
  return builtins.some((builtin) => builtin.format === format)
    ? pluginError(plugin, `its format ${quote(format)} is built in, and no plugin takes the place of a built-in format`, { hint: 'its author has to choose another name for the format' })
    : undefined;
}

/** Each plugin once, in the order in which they were found, whatever links lead to it. */
export function distinct(plugins: readonly Plugin[]): readonly Plugin[] {
  const seen = new Set<string>();
  return plugins.filter(({ path }) => {
    const identity = identityOf(path);
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
  });
}

function pluginAt(path: string, typed: string): Plugin {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new ImgstoreError('NO_ADAPTER', 'no such file or folder; it should be an adapter', { location: typed });
  if (!status.isDirectory()) return { package: typed, path };
  const found = packageAt(path);
  if (found === undefined) throw new ImgstoreError('NO_ADAPTER', 'the folder has no package.json; it should be an adapter\'s package', { location: typed });
  const plugin = pluginOf(found);
  if (plugin.manifest === undefined) throw strangerError(plugin);
  return plugin;
}

/** The error of a package that was named as an adapter and is none. */
export function strangerError(plugin: Plugin): ImgstoreError {
  return pluginError(plugin, 'is no adapter of imgstore: its package.json has no "imgstore"');
}

/** Of a package.json, even a malformed one. */
function nameIn(text: string, folder: string): Pick<Plugin, 'package' | 'version'> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { package: folder };
  }
  const { name, version } = typeof content === 'object' && content !== null ? { name: undefined, version: undefined, ...content } : {};
  return { package: typeof name === 'string' ? name : folder, version: typeof version === 'string' ? version : '0.0.0' };
}
