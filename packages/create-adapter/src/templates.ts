import { readdirSync, readFileSync } from 'node:fs';
import type { AdapterNames } from './names.js';

/** Where an adapter is to live: in a package of its own, or in the workspace of imgstore itself. */
export type AdapterKind = 'package' | 'workspace';

/** What the packages that are made are compiled with. */
const TYPESCRIPT = '~6.0.3';
const SUFFIX = '.template';
const TEMPLATES = new URL('../templates/', import.meta.url);

/**
 * The files of a new adapter: by path, relative to its folder and with `/`, the text. Its tests pass as it is: it reads and writes
 * a small format of its own, which is there to be replaced.
 */
export function renderAdapter(kind: AdapterKind, names: AdapterNames): ReadonlyMap<string, string> {
  const name = kind === 'workspace' ? `@imgstore/${names.format}` : names.package;
  const magicLength = names.format.length + 5;
  const values = new Map(Object.entries({
    ...names, package: name, Pascal: names.pascal, version: versionOf(), typescript: TYPESCRIPT,
    magicLength: String(magicLength), headerLength: String(magicLength + 12),
    test: kind === 'workspace' ? `npx jest --selectProjects ${names.format}` : 'npm install\nnpm test',
  }));
  const files = ['shared/', `${kind}/`].flatMap((folder) => templatesIn(new URL(folder, TEMPLATES)));
  return new Map(files.map(({ path, url }) => [path, fill(readFileSync(url, 'utf8'), values)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Template {
  readonly path: string;
  readonly url: URL;
}

function templatesIn(folder: URL, prefix = ''): readonly Template[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly Template[] => {
    if (entry.isDirectory()) return templatesIn(new URL(`${entry.name}/`, folder), `${prefix}${entry.name}/`);
    const name = entry.name.slice(0, -SUFFIX.length);
    // npm leaves a file of that name out of a package.
    return [{ path: prefix + (name === 'gitignore' ? '.gitignore' : name), url: new URL(entry.name, folder) }];
  });
}

/** @throws Error for a name without a value: a mistake in a template. */
function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`a template asks for {{${name}}}, which has no value`);
    return value;
  });
}

/** The version of imgstore that this package belongs to: all its packages have the same. */
export function versionOf(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }; // our own
  return version;
}
