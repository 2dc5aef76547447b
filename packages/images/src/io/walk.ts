import { decodeUtf8, encodeUtf8, escapeKey, ImgstoreError, keyOfText, quote } from '@imgstore/core';
import { folderMembers, joinPath } from '@imgstore/core/files';
import type { FolderMember } from '@imgstore/core/files';
import { isCompanion, isPassedOver, MANIFESTS } from '../companions.js';
import { hasImageExtension } from '../format.js';
import { isImageFile } from './head.js';
import { followLink, leadsToFolder, notRegular } from './links.js';
import type { LinkRule, Standing } from './links.js';
import { SortedNames } from './sorted-names.js';

/** An image that a walk came upon. */
export interface Found {
  /** The key: the path below the root, with `/`. */
  readonly key: string;
  /** The path as the system opens it. */
  readonly path: string;
  /** Why it cannot be read. */
  readonly error?: ImgstoreError;
}

/** What a walk leaves out, for whoever wants to say so. */
export class LeftOut {
  /** Files that are no images, by name or content, and no companions of images. */
  count = 0;
  first: string | undefined;
  /** Files that are called as images, with a dot in front. */
  hidden = 0;
  firstHidden: string | undefined;
  /** Folders that macOS puts into archives. */
  archives = 0;
  /** Manifests in folders below the root, which are not read. */
  manifests = 0;
}

/** How to walk. */
export interface WalkOptions extends LinkRule {
  /** Keys before this one, as bytes, are passed over without looking into their folders. */
  readonly from?: Uint8Array | undefined;
  readonly leftOut?: LeftOut;
  /** Whether a folder below the root that has a manifest is a data set of its own, and refused. Absent: its manifest is left out. */
  readonly refusesManifests?: boolean;
}

/** How deep folders are looked into. */
const MAX_DEPTH = 64;
/** So many names are listed between two breaths. */
const NAMES_AT_ONCE = 1024;
const SLASH = 0x2f;

/**
 * The images below a folder, by the bytes of their paths. Holds the names of the folders that it is in, packed, and nothing else. Of a file
 * whose name does not promise an image the first bytes decide. Gives undefined for what it leaves out, and while it lists and sorts names, so that
 * whoever walks can let others run.
 * @throws ImgstoreError NOT_FOUND, IO, LIMIT, NOT_A_STORE for a folder that is a data set of its own.
 */
export function* walkImages(options: WalkOptions): Generator<Found | undefined, void, undefined> {
  yield* walkFolder({ path: options.root, prefix: '', depth: 0, isLinked: false }, options);
}

/** A folder on the way. */
interface Place {
  readonly path: string;
  /** What the keys below it begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly depth: number;
  /** Whether it was reached through a link. */
  readonly isLinked: boolean;
}

/** What a name was when it was listed. A link that leads to no folder is followed when its turn comes. */
const MARKS = { file: 0, folder: 1, linkedFolder: 2, link: 3, other: 4, unnamed: 5 } as const;

function* walkFolder(place: Place, options: WalkOptions): Generator<Found | undefined, void, undefined> {
  if (place.depth > MAX_DEPTH) throw new ImgstoreError('LIMIT', `folders more than ${MAX_DEPTH} deep`, { file: place.path });
  const names = new SortedNames();
  yield* listNames(place, options, names);
  yield* names.sort();
  for (let at = 0; at < names.count; at++) {
    const [bytes, mark] = [names.nameAt(at), names.markAt(at)];
    if (isBefore(place.prefix, bytes, options.from)) continue;
    if (mark === MARKS.folder || mark === MARKS.linkedFolder) {
      const name = decodeUtf8(bytes.subarray(0, -1)) ?? '';
      yield* walkFolder({ path: joinPath(place.path, name), prefix: `${place.prefix}${name}/`, depth: place.depth + 1, isLinked: place.isLinked || mark === MARKS.linkedFolder }, options);
    } else yield mark === MARKS.unnamed ? unnamed(place, bytes, options) : judged(place, decodeUtf8(bytes) ?? '', mark, options);
  }
}

/** Lists the names in a folder, but for those that are passed over. */
function* listNames(place: Place, options: WalkOptions, names: SortedNames): Generator<undefined, void, undefined> {
  let listed = 0;
  for (const member of folderMembers(place.path)) {
    if (++listed % NAMES_AT_ONCE === 0) yield undefined;
    if (options.refusesManifests === true && place.prefix !== '' && member.kind !== 'folder' && MANIFESTS.includes(member.name)) throw dataSet(place, member.name);
    if (isPassedOver(member.name)) passOver(place, member, options.leftOut);
    else {
      const mark = markOf(place, member, options);
      const isFolder = mark === MARKS.folder || mark === MARKS.linkedFolder;
      // A folder comes where its slash puts it.
      names.add(isFolder ? Uint8Array.of(...member.bytes, SLASH) : member.bytes, mark);
    }
  }
}

function dataSet({ path, prefix }: Place, manifest: string): ImgstoreError {
  return new ImgstoreError('NOT_A_STORE', `${quote(prefix.slice(0, -1))} in it is a data set of its own, with ${manifest}`, { hint: `name that folder: ${path}; with --src-opt layout=classes or layout=flat its metadata is left out` });
}

function markOf({ path, isLinked }: Place, { name, kind, isUtf8 }: FolderMember, rule: LinkRule): number {
  if (!isUtf8) return MARKS.unnamed;
  // One link to a folder on the way: with two, their number could multiply without end.
  return kind !== 'link' ? MARKS[kind] : !isLinked && leadsToFolder(joinPath(path, name), rule) ? MARKS.linkedFolder : MARKS.link;
}

function passOver({ prefix }: Place, { name, kind }: FolderMember, leftOut: LeftOut | undefined): void {
  if (leftOut === undefined) return;
  if (!name.startsWith('.')) leftOut.archives++;
  else if (kind === 'file' && hasImageExtension(name)) {
    leftOut.hidden++;
    if (leftOut.firstHidden === undefined || prefix + name < leftOut.firstHidden) leftOut.firstHidden = prefix + name;
  }
}

/** Whether all that is there comes before a key. A folder has its slash. */
function isBefore(prefix: string, name: Uint8Array, from: Uint8Array | undefined): boolean {
  if (from === undefined || from.length === 0) return false;
  const path = Buffer.concat([encodeUtf8(prefix), name]);
  return Buffer.compare(path, from) < 0 && !(path.at(-1) === SLASH && path.equals(from.subarray(0, path.length)));
}

/** The image, or the reason why it cannot be read; undefined: it is left out. */
function judged({ path: folder, prefix, isLinked }: Place, name: string, mark: number, { leftOut, ...rule }: WalkOptions): Found | undefined {
  const [path, key] = [joinPath(folder, name), keyOfText(prefix + name)];
  const standing: Standing = mark === MARKS.file ? FILE : mark === MARKS.other ? notRegular(path) : linkStanding(path, rule, isLinked);
  if (standing.kind === 'bad') return refused({ key, path, error: standing.error }, name, leftOut);
  if (hasImageExtension(name)) return { key, path };
  if (!isCompanion(name)) return isImageFile(path) ? { key, path } : leaveOut(leftOut, key);
  if (leftOut !== undefined && prefix !== '' && /^metadata/i.test(name)) leftOut.manifests++;
  return undefined;
}

/** A name that is not UTF-8: no string leads to what it calls. */
function unnamed({ path, prefix }: Place, bytes: Uint8Array, { leftOut }: WalkOptions): Found | undefined {
  const name = escapeKey(bytes);
  const error = new ImgstoreError('UNSUPPORTED', `the name ${quote(name)} is not UTF-8`, { file: path, hint: 'rename the file' });
  return refused({ key: escapeKey(Buffer.concat([encodeUtf8(prefix), bytes])), path: joinPath(path, name), error }, name, leftOut);
}

/** What promises no image is left out, unless it could stand for a whole folder of them. */
function refused(found: Found, name: string, leftOut: LeftOut | undefined): Found | undefined {
  return hasImageExtension(name) || !name.includes('.') ? found : leaveOut(leftOut, found.key);
}

function linkStanding(path: string, rule: LinkRule, isLinked: boolean): Standing {
  const standing = followLink(path, rule);
  if (standing.kind !== 'folder') return standing;
  return { kind: 'bad', error: isLinked ? new ImgstoreError('UNSUPPORTED', 'a link to a folder, behind another link to a folder', { file: path }) : new ImgstoreError('CHANGED', 'a link that has led to a folder only since its turn came', { file: path }) };
}

const FILE: Standing = { kind: 'file' };

function leaveOut(leftOut: LeftOut | undefined, key: string): undefined {
  if (leftOut === undefined) return;
  leftOut.count++;
  leftOut.first ??= key;
}

/** Whether the file is an image, by its name or its first bytes. */
export function isImageName(path: string): boolean {
  return hasImageExtension(path) || isImageFile(path);
}
