import { breather, compareKeys, ImgstoreError, quote } from '@imgstore/core';
import { folderMembers, joinPath } from '@imgstore/core/files';
import { isPassedOver, MANIFESTS, PARQUET } from './companions.js';
import { hasImageExtension } from './format.js';
import { leadsToFolder } from './io/links.js';
import type { LinkRule } from './io/links.js';
import { encodeName } from './names.js';
import type { ClassNames } from './mapping/classes.js';

/** What stands in the root of a folder of images beside them. */
export interface RootFolder {
  readonly manifests: readonly string[];
  readonly hasParquet: boolean;
  /** Whether a name beside the folders is that of an image. */
  readonly hasImages: boolean;
  /** Folders that are read, sorted. */
  readonly folders: readonly string[];
}

/** Looks at the names in the root, however many there are. @throws ImgstoreError NOT_FOUND, IO; the signal's reason. */
export async function lookAtRoot(rule: LinkRule, signal?: AbortSignal): Promise<RootFolder> {
  const there = new Set<string>();
  const folders: string[] = [];
  let hasImages = false;
  const breathe = breather();
  for (const { name, kind, isUtf8 } of folderMembers(rule.root)) {
    signal?.throwIfAborted();
    if (name === PARQUET || MANIFESTS.includes(name)) there.add(name);
    hasImages ||= kind !== 'folder' && !isPassedOver(name) && hasImageExtension(name);
    if (isUtf8 && !isPassedOver(name) && (kind === 'folder' || (kind === 'link' && leadsToFolder(joinPath(rule.root, name), rule)))) folders.push(name);
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  return { manifests: MANIFESTS.filter((name) => there.has(name)), hasParquet: there.has(PARQUET), hasImages, folders: folders.sort(compareKeys) };
}

/** Names of folders that are parts of a data set, and no classes. */
const PARTS = /^(?:train|training|val|valid|validation|test|testing|eval|dev)$/i;

/**
 * Folders `train` and `val`, at least one with class folders in it (ImageNet's images for validation lie flat): reading them as classes would give labels
 * that nobody means. A list of classes that has all of them, as we write it for classes of such names, means it. @throws ImgstoreError NOT_A_STORE.
 */
export function requireNoParts(root: string, folders: readonly string[], classes: ClassNames | undefined): void {
  const [first] = folders;
  if (first === undefined || !folders.every((name) => PARTS.test(name))) return;
  const listed = new Set([...classes?.names.values() ?? []].map(encodeName));
  if (folders.every((name) => listed.has(name)) || !folders.some((name) => hasFolder(joinPath(root, name)))) return;
  throw new ImgstoreError('NOT_A_STORE', folders.length === 1 ? `holds the part ${quote(first)} of a data set, with class folders of its own` : `holds the parts ${folders.map(quote).join(', ')} of a data set, with class folders of their own`, { hint: `name ${folders.length === 1 ? 'it' : 'one of them'}: ${joinPath(root, first)}` });
}

function hasFolder(path: string): boolean {
  for (const { name, kind } of folderMembers(path)) if (kind === 'folder' && !isPassedOver(name)) return true;
  return false;
}
