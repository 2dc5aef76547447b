/** What a user should know of a folder of images beside its samples, in sentences. */
import { quote } from '@imgstore/core';
import type { LeftOut } from './io/walk.js';
import { numberOfFolder } from './mapping/classes.js';
import type { ClassRule } from './mapping/classes.js';

const MOST_NAMED = 3;
/** What may say more of the images. */
const TABLE = /\.(?:csv|jsonl)$/i;

/** What a walk left out. */
export function leftOutNotes({ count, first = '', hidden, firstHidden = '', archives, manifests }: LeftOut): readonly string[] {
  return [
    ...count === 0 ? [] : [`${count === 1 ? 'a file that is no image is' : `${count} files that are no images are`} left out, e.g. ${quote(first)}${TABLE.test(first) ? '; a table that has the labels is read where it is itself the source' : ''}`],
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

function listed(texts: readonly string[]): string {
  return `${texts.slice(0, MOST_NAMED).join(', ')}${texts.length > MOST_NAMED ? ` and ${texts.length - MOST_NAMED} more` : ''}`;
}
