/** What a user should know of a folder of images beside its samples, in sentences. */
import { isImgstoreError, quote } from '@imgstore/core';
import type { LeftOut } from './io/walk.js';
import { numberOfFolder } from './mapping/classes.js';
import type { ClassOf, ClassRule } from './mapping/classes.js';

const MOST_NAMED = 3;

/** What a walk left out. */
export function leftOutNotes({ count, first = '', hidden, firstHidden = '', archives, manifests }: LeftOut): readonly string[] {
  return [
    ...count === 0 ? [] : [`${count === 1 ? 'a file that is no image is' : `${count} files that are no images are`} left out, e.g. ${quote(first)}`],
    ...hidden === 0 ? [] : [`${hidden === 1 ? 'a file that is called as an image' : `${hidden} files that are called as images`} with a dot in front ${hidden === 1 ? 'is' : 'are'} left out, e.g. ${quote(firstHidden)}`],
    ...archives === 0 ? [] : ['folders __MACOSX, which macOS puts into archives, are left out'],
    ...manifests === 0 ? [] : ['metadata in folders below is not read: name such a folder itself'],
  ];
}

/** Folders that count as classes and have no image, where that moves the labels of others. */
export function emptyNote(rule: ClassRule | undefined, empty: readonly string[]): readonly string[] {
  if (rule?.source !== 'places' || empty.length === 0) return [];
  return [`${empty.length === 1 ? 'the folder' : `${empty.length} folders`} ${listed(empty.map(quote))} ${empty.length === 1 ? 'has no image and counts as a class' : 'have no image and count as classes'} all the same, as torchvision and Keras count`];
}

/** Classes whose texts a file does not have: they are called as their folders. */
export function textNotes({ texts, from = '', names }: { readonly texts: ReadonlyMap<string, string> | undefined; readonly from: string | undefined; readonly names: readonly string[] }): readonly string[] {
  const missing = texts === undefined ? [] : names.filter((name) => !texts.has(name) && numberOfFolder(name) === undefined);
  return missing.length === 0 ? [] : [`${from} has no text for ${listed(missing.map(quote))}: such classes are called as their folders`];
}

/** Labels that training programs may not take, and labels without a name where a list has names. @param names of the classes, as the rule takes them */
export function classNotes(rule: ClassRule | undefined, names: readonly string[]): readonly string[] {
  const found = names.map((name) => classOf(rule, name)).filter((one) => one !== undefined);
  const unnamed = rule?.source === 'list' ? found.filter(({ className }) => className === undefined) : [];
  return labelNotes({ negative: found.map(({ label }) => label).filter((label) => label < 0), unnamed: unnamed.map(({ label }) => label) });
}

/** The same of labels that are known. */
export function labelNotes({ negative, unnamed }: { readonly negative: Iterable<number>; readonly unnamed: Iterable<number> }): readonly string[] {
  const [below, without] = [[...new Set(negative)], [...new Set(unnamed)]];
  return [
    ...below.length === 0 ? [] : [`labels below 0, which few training programs take: ${listed(below.map(String))}`],
    ...without.length === 0 ? [] : [`labels that the list of classes has no name for: ${listed(without.map(String))}`],
  ];
}

function classOf(rule: ClassRule | undefined, name: string): ClassOf | undefined {
  try {
    return rule?.of(name);
  } catch (error) {
    if (isImgstoreError(error)) return undefined; // told when the first of its images is read
    throw error;
  }
}

function listed(texts: readonly string[]): string {
  return `${texts.slice(0, MOST_NAMED).join(', ')}${texts.length > MOST_NAMED ? ` and ${texts.length - MOST_NAMED} more` : ''}`;
}
