import { encodeUtf8 } from '@imgstore/core';
import type { Sample } from '@imgstore/core';
import { RESERVED } from './companions.js';
import { extensionFor, formatOfName } from './format.js';
import { NameFilter } from './name-filter.js';
import { encodeName, foldName, hashedName } from './names.js';

/** Where a sample goes. */
export interface Placed {
  /** The path below the folder. */
  readonly path: string;
  /** The class folder that says its label. */
  readonly folder?: string;
}

/** Folders are held in memory, and each must be brought to disk. */
const MOST_FOLDERS = 100_000;
const MOST_DEPTH = 8;
const MOST_PATH_BYTES = 1000;

/** Gives samples their paths in a folder: by class and key, each once, also on a system that does not tell upper from lower case. */
export class Placement {
  readonly #layout: 'classes' | 'flat';
  readonly #taken = new NameFilter();
  /** Every folder, as a system without upper and lower case sees it. */
  readonly #folders = new Map<string, string>();
  /** Labels of class folders. */
  readonly #labels = new Map<string, number>();
  /** Class folders by label and name. */
  readonly #known = new Map<string, string | undefined>();
  #numbers: 'class' | 'digits' | undefined;

  constructor(layout: 'classes' | 'flat') {
    this.#layout = layout;
    for (const name of RESERVED) this.#taken.add(name);
  }

  /** Class folders with their labels. */
  get labels(): ReadonlyMap<string, number> {
    return this.#labels;
  }

  /** The place of a sample, of which `ordinal` is the number. @throws ImgstoreError LOSSY for a key that is not well-formed text. */
  place({ key, label, className }: Sample, format: string, ordinal: number): Placed {
    const extension = extensionFor(format) ?? '';
    if (this.#layout === 'flat') return { path: this.#free('', key, { format, extension, ordinal, isNested: true }) };
    const folder = label === undefined ? undefined : this.#classFolder(label, className, key);
    if (folder === undefined) return { path: this.#free('', key, { format, extension, ordinal, isNested: false }) };
    const rest = key.startsWith(`${folder}/`) && key.length > folder.length + 1 ? key.slice(folder.length + 1) : key;
    return { path: this.#free(`${folder}/`, rest, { format, extension, ordinal, isNested: true }), folder };
  }

  /** The folder of a class; undefined where there are too many. */
  #classFolder(label: number, className: string | undefined, key: string): string | undefined {
    const id = `${label}/${className ?? ''}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_FOLDERS) return undefined;
    const folder = this.#candidates(label, className, key).find((name) => this.#isOwn(name, label) || this.#makeFolder(name, name));
    if (folder === undefined) return undefined;
    this.#labels.set(folder, label);
    this.#known.set(id, folder);
    return folder;
  }

  #candidates(label: number, className: string | undefined, key: string): readonly string[] {
    if (className !== undefined) return [encodeName(className), hashedName(className, 0), `class${label}`];
    const first = key.slice(0, Math.max(0, key.indexOf('/')));
    this.#numbers ??= /^\d+$/.test(first) && Number(first) === label ? 'digits' : 'class';
    const digits = /^\d{1,15}$/.test(first) && Number(first) === label ? first : String(label);
    return this.#numbers === 'digits' && label >= 0 ? [digits] : [`class${label}`];
  }

  #isOwn(folder: string, label: number): boolean {
    return this.#labels.get(folder) === label;
  }

  /** Whether the folder is there, or can be. */
  #makeFolder(path: string, name: string): boolean {
    const folded = foldName(path);
    const there = this.#folders.get(folded);
    if (there !== undefined) return there === path && !this.#labels.has(name);
    if (this.#folders.size >= MOST_FOLDERS || this.#taken.has(path)) return false;
    this.#folders.set(folded, path);
    this.#taken.add(path);
    return true;
  }

  /** A path that is not taken yet. */
  #free(folder: string, key: string, file: { readonly format: string; readonly extension: string; readonly ordinal: number; readonly isNested: boolean }): string {
    const [inner, last] = file.isNested ? this.#split(folder, key) : ['', key];
    const name = encodeName(last);
    let path = `${folder}${inner}${fits(name, file.format) ? name : name + file.extension}`;
    for (let attempt = 0; this.#taken.has(path); attempt++) path = `${folder}${inner}${hashedName(last, file.ordinal + 1 + attempt * 2 ** 40)}${file.extension}`;
    this.#taken.add(path);
    return path;
  }

  /** The folders that a key names, with a slash at the end, and the rest; no folders where they are too many or none that a system has. */
  #split(folder: string, key: string): readonly [inner: string, last: string] {
    const parts = key.split('/');
    const last = parts.pop() ?? '';
    if (parts.length === 0) return ['', key];
    const isPath = [...parts, last].every((part) => part !== '' && part !== '.' && part !== '..');
    if (!isPath || parts.length > MOST_DEPTH || encodeUtf8(key).length > MOST_PATH_BYTES) return ['', key];
    let inner = '';
    for (const part of parts) {
      const name = encodeName(part);
      if (!this.#makeFolder(folder + inner + name, '')) return ['', key];
      inner += `${name}/`;
    }
    return [inner, last];
  }
}

function fits(name: string, format: string): boolean {
  return formatOfName(name) === format;
}
