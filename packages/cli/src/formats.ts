import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean, errnoOf, ImgstoreError, isImgstoreError, quote } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { loadAdapter } from './builtins.js';
import type { Builtin } from './builtins.js';
import { formatElsewhere } from './elsewhere.js';
import type { Manifest } from './manifest.js';
import { CONFIG, readConfig } from './plugins/config.js';
import { distinct, findPlugin, pluginOf, PREFIX, refusalOf, strangerError } from './plugins/find.js';
import { findPackage, nearestPackage, passedOver, pathOf } from './plugins/packages.js';
import { nameOfPlugin } from './plugins/plugin.js';
import type { Plugin } from './plugins/plugin.js';

/** A format that a command may use: one that comes with it, or one of a third party. Neither is loaded yet. */
export type Format = Builtin | Plugin;

/** A plugin that somebody declared: found, or with the reason why it cannot be used. */
export type Declaration = {
  /** As it was declared: a name or a path. */
  readonly name: string;
  /** `--plugin`, `imgstore.config.json`, or the kind of dependency in the nearest package.json. */
  readonly by: string;
} & ({ readonly plugin: Plugin; readonly problem?: undefined } | { readonly plugin?: Plugin; readonly problem: ImgstoreError });

/** Where plugins are looked for. */
export interface FormatsOptions {
  /** What `--plugin` said. Default none. */
  readonly plugins?: readonly string[];
  /** The user's folder. Default: the working folder of the process. */
  readonly folder?: string;
  /** The script that was started: what is installed beside it, as with `npm install --global`, is found too. */
  readonly script?: string | undefined;
}

/** Whether the format is a third party's. */
export function isPlugin(format: Format): format is Plugin {
  return 'path' in format;
}

/** What the format's manifest says; undefined for a single file, and for a built-in that is not installed. */
export function manifestOf(format: Format): Manifest | undefined {
  if (isPlugin(format)) return format.manifest;
  try {
    return format.manifest();
  } catch {
    return undefined;
  }
}

/** The formats of one run: those that are built in, and those that the user's folder and command line declare. Nothing is loaded that nobody named. */
export class Formats {
  readonly builtins: readonly Builtin[];
  readonly #folder: string;
  /** The user's folder, then those of the command. */
  readonly #folders: readonly string[];
  readonly #declared: readonly Pick<Declaration, 'name' | 'by'>[];
  readonly #adapters: Map<Format, Promise<Adapter>> = new Map();
  #declarations: readonly Declaration[] | undefined;

  /** @throws ImgstoreError BAD_OPTION for `imgstore.config.json`; IO, also where the current folder is gone. */
  constructor(builtins: readonly Builtin[], { plugins = [], folder = currentFolder(), script }: FormatsOptions = {}) {
    this.builtins = builtins;
    this.#folder = folder;
    this.#folders = [folder, ...script === undefined ? [] : [dirname(script)], dirname(fileURLToPath(import.meta.url))];
    this.#declared = [...plugins.map((name) => ({ name, by: '--plugin' })), ...readConfig(folder).map((name) => ({ name, by: CONFIG }))]
      // What is built in is there anyway.
      .filter(({ name }) => !builtins.some((builtin) => builtin.package === name || builtin.format === name));
  }

  /** What `--plugin` and `imgstore.config.json` declare, found or not. */
  declarations(): readonly Declaration[] {
    this.#declarations ??= this.#declared.map(({ name, by }) => this.#declaration(name, by, () => {
      const { plugin, stranger } = findPlugin(name, this.#folders);
      if (plugin) return plugin;
      throw stranger ? strangerError(stranger) : new ImgstoreError('NO_ADAPTER', `${by}: no package ${quote(name)} or ${quote(PREFIX + name)} is installed for ${this.#folder}`, {
        hint: 'install it there; a path begins with ./',
      });
    }));
    return this.#declarations;
  }

  /** The plugins that `--plugin` and `imgstore.config.json` declare, each once. @throws ImgstoreError for the first that cannot be used: NO_ADAPTER, PLUGIN, CONTRACT. */
  declared(): readonly Plugin[] {
    return distinct(this.declarations().map((declaration) => {
      if (declaration.problem) throw declaration.problem;
      return declaration.plugin;
    }));
  }

  /** What has the name package.json above the user's folder, before the nearest one, and is none; texts. @throws ImgstoreError IO. */
  passedOver(): readonly string[] {
    return passedOver(this.#folder);
  }

  /** The adapters among the dependencies of the package.json nearest to the user's folder, and that package itself. @throws ImgstoreError IO. */
  dependencies(): readonly Declaration[] {
    const nearest = nearestPackage(this.#folder);
    if (nearest === undefined) return [];
    const folder = dirname(nearest.file);
    const itself = { folder, text: nearest.text };
    const listed = [...nearest.dependencies].map(([name, kind]) => ({ name, by: kind, found: findPackage(name, folder) }));
    return [{ name: nearest.name ?? folder, by: 'package.json itself', found: itself }, ...listed]
      .filter(({ name }) => !this.builtins.some((builtin) => builtin.package === name))
      .flatMap(({ name, by, found }) => {
        const declaration = found && this.#declaration(name, by, () => pluginOf(found));
        return declaration && (declaration.problem || declaration.plugin?.manifest) ? [declaration] : [];
      });
  }

  /** All that is declared and depended on, each plugin once: by whom it was declared first. @throws ImgstoreError IO. */
  listed(): readonly Declaration[] {
    const all = [...this.declarations(), ...this.dependencies()];
    const plugins = distinct(all.flatMap(({ plugin }) => plugin ?? []));
    return all.filter(({ plugin }) => plugin === undefined || plugins.includes(plugin));
  }

  /**
   * The format of that name, first hit wins: a path; a built-in; what `--plugin` and the configuration declare; the package of that name,
   * or of that name behind `imgstore-adapter-`; the one dependency in the nearest package.json whose manifest has the format.
   * @throws ImgstoreError BAD_OPTION where there is none or more than one, with `flag` as the place; NO_ADAPTER, PLUGIN, CONTRACT, IO.
   */
  async find(name: string, flag: string): Promise<Format> {
    const builtin = this.builtins.find((candidate) => candidate.format === name || candidate.package === name);
    if (builtin) return builtin;
    if (pathOf(name, this.#folder) !== undefined) return this.#usable(findPlugin(name, this.#folders).plugin) ?? this.#unknown(name, flag);
    const declared: Plugin[] = [];
    for (const plugin of this.declared()) {
      if (plugin.package === name || await this.#formatOf(plugin) === name) declared.push(plugin);
    }
    const { plugin, stranger } = declared.length > 0 ? {} : findPlugin(name, this.#folders);
    const found = only(declared, name, flag) ?? plugin ?? only(this.#dependenciesOf(name), name, flag);
    return this.#usable(found) ?? this.#unknown(name, flag, stranger);
  }

  /** The names of all formats that can be told without loading any. */
  known(): readonly string[] {
    const plugins = this.listed().flatMap(({ plugin, problem }) => plugin?.manifest && !problem ? [plugin.manifest.format] : []);
    return [...new Set([...this.builtins.map(({ format }) => format), ...plugins])];
  }

  /** The adapter of a format, imported now. @throws ImgstoreError NO_ADAPTER for a built-in; PLUGIN, CONTRACT for a plugin. */
  load(format: Format): Promise<Adapter> {
    let adapter = this.#adapters.get(format);
    if (!adapter) {
      adapter = isPlugin(format) ? import('./plugins/load.js').then(({ loadPlugin }) => loadPlugin(format, this.builtins)) : loadAdapter(format);
      this.#adapters.set(format, adapter);
    }
    return adapter;
  }

  /** What a single file is, it says when it is loaded, and it was named. */
  async #formatOf(plugin: Plugin): Promise<string> {
    return plugin.manifest?.format ?? (await this.load(plugin)).format;
  }

  #dependenciesOf(format: string): readonly Plugin[] {
    return distinct(this.dependencies().flatMap(({ plugin }) => plugin?.manifest?.format === format ? [plugin] : []));
  }

  #declaration(name: string, by: string, find: () => Plugin): Declaration {
    let plugin: Plugin;
    try {
      plugin = find();
    } catch (error) {
      if (isImgstoreError(error)) return { name, by, problem: error };
      throw error;
    }
    const problem = refusalOf(plugin, this.builtins);
    return problem ? { name, by, plugin, problem } : { name, by, plugin };
  }

  #usable(plugin: Plugin | undefined): Plugin | undefined {
    const problem = plugin && refusalOf(plugin, this.builtins);
    if (problem) throw problem;
    return plugin;
  }

  #unknown(name: string, flag: string, stranger?: Plugin): never {
    const missing = [...nearestPackage(this.#folder)?.dependencies ?? []].find(([dependency]) => dependency === name || dependency === PREFIX + name);
    if (missing && !stranger) {
      throw new ImgstoreError('NO_ADAPTER', `${flag}: ${missing[0]} stands in the ${missing[1]} of package.json and is not installed`, { hint: 'npm install' });
    }
    const what = stranger ? `; ${nameOfPlugin(stranger)} is no adapter of imgstore` : '';
    throw new ImgstoreError('BAD_OPTION', `${flag}: unknown format ${quote(name)}${what}`, { hint: this.#hint(name) });
  }

  /** What is called so elsewhere, else the nearest name. A path that lacks its `./` is looked for too. */
  #hint(name: string): string {
    if (/[/\\]|\.[cm]?js$/.test(name) && existsSync(join(this.#folder, name))) return `did you mean ${quote(`./${name}`)}?`;
    const known = this.known();
    const other = formatElsewhere(name, known);
    return this.#byExtension(name) ?? (other === undefined ? didYouMean(name, known) : `did you mean ${quote(other)}?`);
  }

  /** Many call a format by the end of its files' names: `tar`, `npz`. */
  #byExtension(name: string): string | undefined {
    const owner = this.builtins.find((builtin) => manifestOf(builtin)?.extensions.includes(`.${name.toLowerCase()}`));
    return owner && `did you mean "${owner.format}"? it writes .${name}`;
  }
}

/** All paths are read from it, and plugins are looked for there. @throws ImgstoreError IO where it was deleted. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new ImgstoreError('IO', `the current folder cannot be found: ${errnoOf(cause) ?? String(cause)}`, { hint: 'it was deleted, or what holds it was: go to one that is there', cause });
  }
}

/** The one claimant of a name, if there is one. @throws ImgstoreError BAD_OPTION naming two of them. */
function only([first, second]: readonly Plugin[], name: string, flag: string): Plugin | undefined {
  if (first && second) {
    throw new ImgstoreError('BAD_OPTION', `${flag}: ${quote(name)} is the format of ${nameOfPlugin(first)} and of ${nameOfPlugin(second)}`, {
      hint: `say which: ${flag} ${first.package} or ${flag} ${second.package}`,
    });
  }
  return first;
}
