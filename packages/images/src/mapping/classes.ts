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
  /** The class of a folder directly below the root. @throws ImgstoreError MISMATCH where a list of classes does not have it. */
  of(folder: string): ClassOf;
  /** Names by label, '' for none; undefined: none are known, or labels are too sparse for a list. */
  readonly names: readonly string[] | undefined;
  /** The rule, for the plan; absent: there are no folders. */
  readonly note?: string;
}

/** A list of classes, and what to call it. */
export interface ClassNames {
  readonly names: ReadonlyMap<number, string>;
  /** `labels.txt`, or the path of the user's list. */
  readonly from: string;
  /** For the plan: what the numbers of lines mean. */
  readonly base?: string;
}

const NUMBERED = /^class(-?\d{1,15})$/;
const DIGITS = /^\d{1,15}$/;

/**
 * The rule for class folders of these names: a list of classes decides over all; folders that are all called `class` and a number, or all by
 * digits, are these numbers; any others have the place of their name in the sorted list of them.
 * @param texts what the folders' classes are called, by folder, where another file says it
 */
export function classRule(folders: readonly string[], list: ClassNames | undefined, texts?: ReadonlyMap<string, string>): ClassRule {
  if (folders.length === 0 && list === undefined) return { of: (folder) => { throw came(folder); }, names: undefined };
  const rule = list !== undefined ? listRule(list) : folders.every((name) => NUMBERED.test(name)) ? numberRule(NUMBERED, 'class and a number')
    : folders.every((name) => DIGITS.test(name)) ? numberRule(DIGITS, 'a number') : sortedRule(folders);
  return texts === undefined ? rule : withTexts(rule, folders, texts);
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

function listRule({ names, from, base }: ClassNames): ClassRule {
  const labels = new Map<string, number>();
  // A folder is called as the class, or as the class becomes a name; where two labels share a name the lower one has it.
  const forms = [(name: string) => name, encodeName, (name: string) => hashedName(name, 0)];
  for (const form of forms) for (const [label, name] of [...names].sort(([a], [b]) => a - b)) if (!labels.has(form(name))) labels.set(form(name), label);
  return {
    of: (folder) => {
      const label = labels.get(folder) ?? numberOfFolder(folder);
      if (label === undefined) throw new ImgstoreError('MISMATCH', `the folder ${quote(folder)} is not in ${from}`, { hint: 'add it there, or move it away' });
      const className = names.get(label);
      return { label, ...className !== undefined && { className } };
    },
    names: namesByLabel(names),
    note: `labels are those of ${from}${base ?? ''}`,
  };
}

function numberRule(pattern: RegExp, what: string): ClassRule {
  return {
    of: (folder) => ({ label: Number(pattern.exec(folder)?.at(-1)) }),
    names: undefined,
    note: `labels are the numbers in the names of the folders, which are all ${what}`,
  };
}

function sortedRule(folders: readonly string[]): ClassRule {
  const names = [...folders].sort(compareKeys);
  const labels = new Map(names.map((name, label) => [name, label]));
  const shown = names.slice(0, 3).map((name, label) => `${label} ${quote(name)}`).join(', ');
  return {
    of: (folder) => {
      const label = labels.get(folder);
      if (label === undefined) throw came(folder);
      return { label, className: folder };
    },
    names,
    note: `labels are the places of the folders in their sorted order: ${shown}${names.length > 3 ? `, … ${names.length} in all` : ''}`,
  };
}

function came(folder: string): ImgstoreError {
  return new ImgstoreError('CHANGED', `the folder ${quote(folder)} came while the others were read`);
}

function withTexts(rule: ClassRule, folders: readonly string[], texts: ReadonlyMap<string, string>): ClassRule {
  const of = (folder: string): ClassOf => {
    const { label, className = folder } = rule.of(folder);
    return { label, className: texts.get(folder) ?? className };
  };
  const names = new Map(folders.map((folder) => [of(folder).label, of(folder).className ?? '']));
  return { of, names: namesByLabel(names), ...rule.note !== undefined && { note: rule.note } };
}
