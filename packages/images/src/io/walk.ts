import { compareKeys, ImgstoreError } from '@imgstore/core';
import { folderEntries } from '@imgstore/core/files';
import type { FolderEntry } from '@imgstore/core/files';
import { isCompanion } from '../companions.js';
import { hasImageExtension } from '../format.js';
import { isImageFile } from './head.js';
import { followLink, notRegular } from './links.js';
import type { LinkRule, Standing } from './links.js';

/** An image that a walk came upon. */
export interface Found {
  /** The path below the root, with `/`. */
  readonly key: string;
  /** The path as the system opens it. */
  readonly path: string;
  /** Why it cannot be read. */
  readonly error?: ImgstoreError;
}

/** What a walk leaves out, for whoever wants to say so. */
export interface LeftOut {
  /** Files that are no images, by name or content, and no companions of images. */
  count: number;
  first?: string;
  /** Manifests in folders below the root, which are not read. */
  manifests: number;
}

/** How to walk. */
export interface WalkOptions extends LinkRule {
  /** Keys before this one are passed over without looking into their folders. */
  readonly from?: string;
  readonly leftOut?: LeftOut;
}

/** How deep folders are looked into. */
const MAX_DEPTH = 64;

/**
 * The images below a folder, by the UTF-8 bytes of their keys. Holds the names of the folders that it is in, and nothing else. Of a file
 * whose name does not promise an image the first bytes decide. Gives undefined for what it leaves out, so that whoever walks can let others run.
 * @throws ImgstoreError NOT_FOUND, IO, LIMIT, UNSUPPORTED for a name that is not UTF-8.
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

/** A name in a folder, with what it stands for. */
interface Member {
  readonly name: string;
  readonly standing: Standing;
  readonly isLink: boolean;
}

function* walkFolder(place: Place, options: WalkOptions): Generator<Found | undefined, void, undefined> {
  const { prefix, depth } = place;
  if (depth > MAX_DEPTH) throw new ImgstoreError('LIMIT', `folders more than ${MAX_DEPTH} deep`, { file: place.path });
  const { from = '' } = options;
  for (const { name, standing, isLink } of membersOf(place, options)) {
    const [key, path] = [prefix + name, join(place.path, name)];
    const before = compareKeys(key, from) < 0;
    if (standing.kind === 'folder') {
      const below = `${key}/`;
      if (before && !from.startsWith(below) && compareKeys(below, from) < 0) continue;
      yield* walkFolder({ path, prefix: below, depth: depth + 1, isLinked: place.isLinked || isLink }, options);
    } else if (!before) yield judged({ key, path, name }, standing, options);
  }
}

/** What is in a folder, in the order of keys: a folder comes where its slash puts it. */
function membersOf({ path, isLinked }: Place, rule: LinkRule): readonly Member[] {
  const members = folderEntries(path).filter(({ name }) => !name.startsWith('.')).map((entry) => ({ name: entry.name, ...standingOf(path, entry, rule, isLinked) }));
  const sortName = ({ name, standing }: Member): string => (standing.kind === 'folder' ? `${name}/` : name);
  return members.some(({ standing }) => standing.kind === 'folder') ? members.sort((a, b) => compareKeys(sortName(a), sortName(b))) : members;
}

function standingOf(folder: string, { name, kind }: FolderEntry, rule: LinkRule, isLinked: boolean): Omit<Member, 'name'> {
  if (kind === 'file') return { standing: FILE, isLink: false };
  if (kind === 'folder') return { standing: FOLDER, isLink: false };
  const path = join(folder, name);
  if (kind === 'other') return { standing: notRegular(path), isLink: false };
  const standing = followLink(path, rule);
  // One link to a folder on the way: with two, their number could multiply without end.
  const isSecond = standing.kind === 'folder' && isLinked;
  return { standing: isSecond ? { kind: 'bad', error: new ImgstoreError('UNSUPPORTED', 'a link to a folder, behind another link to a folder', { file: path }) } : standing, isLink: true };
}

const FILE: Standing = { kind: 'file' };
const FOLDER: Standing = { kind: 'folder' };

/** The image, or the reason why it cannot be read; undefined: it is left out. */
function judged({ key, path, name }: Found & { readonly name: string }, standing: Standing, { leftOut }: WalkOptions): Found | undefined {
  if (standing.kind === 'bad') {
    // What promises no image is left out, unless it could stand for a whole folder of them.
    return hasImageExtension(name) || !name.includes('.') ? { key, path, error: standing.error } : leaveOut(leftOut, key);
  }
  if (hasImageExtension(name)) return { key, path };
  if (!isCompanion(name)) return isImageFile(path) ? { key, path } : leaveOut(leftOut, key);
  if (leftOut !== undefined && key !== name && /^metadata/i.test(name)) leftOut.manifests++;
  return undefined;
}

function leaveOut(leftOut: LeftOut | undefined, key: string): undefined {
  if (leftOut === undefined) return;
  leftOut.count++;
  leftOut.first ??= key;
}

/** Whether the file is an image, by its name or its first bytes. */
export function isImageName(path: string): boolean {
  return hasImageExtension(path) || isImageFile(path);
}

/** The path of a name in a folder. */
export function join(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
