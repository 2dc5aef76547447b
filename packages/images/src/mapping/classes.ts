/** Class folders: what label and name a folder's images have. */
import { compareKeys, ImgstoreError, quote } from '@imgstore/core';
import { encodeName, hashedName } from '../names.js';

/** Label and name of a class. */
export interface ClassOf {
  readonly label: number;
  readonly className?: string;
}

/** What class folders mean. */
export interface ClassRule {
  /** The class of a folder directly below the root; undefined: it is none. @throws ImgstoreError MISMATCH where a list of classes does not have it. */
  of(folder: string): ClassOf | undefined;
  /** Names by label, '' for none; undefined: none are known, or labels are too sparse for a list. */
  readonly names: readonly string[] | undefined;
  /** Where labels come from: a list of classes, the numbers in names, or the places of the names; absent: there are no folders. */
  readonly source?: 'list' | 'numbers' | 'places';
  /** The rule, for the plan; absent: there are no folders. */
  readonly note?: string;
}

/** A list of classes, and what to call it. */
export interface ClassNames {
  readonly names: ReadonlyMap<number, string>;
  /** `labels.txt`, or the path of the user's list. */
  readonly from: string;
  /** The file itself. */
  readonly path: string;
  /** For the plan: what the numbers of lines mean. */
  readonly base?: string;
}

const NUMBERED = /^class(-?\d{1,15})$/;
const DIGITS = /^\d{1,15}$/;

/**
 * The rule for class folders of these names: a list of classes decides over all; folders that are all called `class` and a number, or all by
 * digits, are these numbers; any others have the place of their name in the sorted list of them.
 * @param texts what the classes are called, by folder, where another file says it
 * @param what what the names are of, for the note
 */
export function classRule(folders: readonly string[], list: ClassNames | undefined, { texts, what = FOLDERS }: { readonly texts?: ReadonlyMap<string, string>; readonly what?: string } = {}): ClassRule {
  const textOf = (name: string): string => texts?.get(name) ?? name;
  if (list !== undefined) return listRule(list, textOf);
  if (folders.length === 0) return { of: (folder) => { throw came(folder); }, names: undefined };
  if (folders.every((name) => NUMBERED.test(name))) return numberRule(NUMBERED, `labels are the numbers in the names of the ${what}, which are all class and a number`);
  if (folders.every((name) => DIGITS.test(name))) return numberRule(DIGITS, `labels are the names of the ${what}, which are all numbers`);
  return sortedRule(folders, textOf, what);
}

/** The rule where one folder has all images of a manifest that says no labels: it tells nothing apart. */
export function noClasses(folder: string): ClassRule {
  return { of: () => undefined, names: undefined, note: `the folder ${quote(folder)} holds all images, so it is no class and samples have no label; option layout=classes makes it one` };
}

/** The number in a folder's name, in either form; undefined: it has none. */
export function numberOfFolder(folder: string): number | undefined {
  const digits = NUMBERED.exec(folder)?.[1] ?? DIGITS.exec(folder)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Names by label; undefined when labels are negative or so sparse that more than half of the list would be empty. */
export function namesByLabel(names: ReadonlyMap<number, string>): readonly string[] | undefined {
  const labels = [...names.keys()];
  if (names.size === 0 || labels.some((label) => label < 0 || label > 2 * names.size)) return undefined;
  return Array.from({ length: labels.reduce((most, label) => Math.max(most, label + 1), 0) }, (_, label) => names.get(label) ?? '');
}

function listRule({ names, from, base }: ClassNames, textOf: (name: string) => string): ClassRule {
  const labels = new Map<string, number>();
  // A folder is called as the class, or as the class becomes a name; where two labels share a name the lower one has it.
  const forms = [(name: string) => name, encodeName, (name: string) => hashedName(name, 0)];
  const sorted = [...names].sort(([a], [b]) => a - b);
  for (const form of forms) for (const [label, name] of sorted) if (!labels.has(form(name))) labels.set(form(name), label);
  return {
    of: (folder) => {
      const label = labels.get(folder) ?? numberOfFolder(folder);
      if (label === undefined) throw new ImgstoreError('MISMATCH', `the class ${quote(folder)} is not in ${from}`, { hint: 'add it there, or move it away' });
      const name = names.get(label);
      return { label, ...name !== undefined && { className: textOf(name) } };
    },
    names: namesByLabel(new Map(sorted.map(([label, name]) => [label, textOf(name)]))),
    source: 'list',
    note: `labels are those of ${from}${base ?? ''}`,
  };
}

function numberRule(pattern: RegExp, note: string): ClassRule {
  return {
    of: (folder) => {
      const digits = pattern.exec(folder)?.at(-1);
      if (digits === undefined) throw came(folder);
      return { label: Number(digits) };
    },
    names: undefined,
    source: 'numbers',
    note,
  };
}

function sortedRule(folders: readonly string[], textOf: (name: string) => string, what: string): ClassRule {
  const names = [...folders].sort(compareKeys);
  const labels = new Map(names.map((name, label) => [name, label]));
  return {
    of: (folder) => {
      const label = labels.get(folder);
      if (label === undefined) throw came(folder);
      return { label, className: textOf(folder) };
    },
    names: names.map(textOf),
    source: 'places',
    note: `labels are the places of the ${what} in their sorted order: ${listNames(names)}${names.length === 1 && what === FOLDERS ? ALONE : ''}`,
  };
}

const FOLDERS = 'folders';
const ALONE = ', the only one; where it is no class, the option layout=flat gives no labels';

/** The first few names with their labels, for a note. */
export function listNames(names: readonly string[]): string {
  return `${names.slice(0, 3).map((name, label) => `${label} ${quote(name)}`).join(', ')}${names.length > 3 ? `, … ${names.length} in all` : ''}`;
}

function came(folder: string): ImgstoreError {
  return new ImgstoreError('CHANGED', `the folder ${quote(folder)} came while the others were read`);
}
