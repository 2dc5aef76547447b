import { breather, compareKeyBytes, compareKeys, ImgstoreError, ordinalKey, parseOrdinal, quote } from '@imgstore/core';
import { folderMembers, joinPath, pathFacts } from '@imgstore/core/files';
import type { FolderMember } from '@imgstore/core/files';
import type { Content } from './content.js';
import { openPath } from './io/source.js';
import type { ByteStream } from './io/stream.js';
import { itemsContent } from './items.js';
import { keyOfPath } from './names.js';
import type { CheckedOptions } from './options.js';
import { plainStream } from './read-npy.js';

/** How deep folders are looked into: more is a loop of links. */
const MAX_DEPTH = 32;

/**
 * The `.npy` files of a folder and the folders in it, one sample each; the key is the path below the folder without `.npy`.
 * @param names the visible ones in the folder itself
 * @throws ImgstoreError NOT_A_STORE when there is none, UNSUPPORTED for a name that is not UTF-8, LIMIT, IO.
 */
export async function openFolder(location: string, names: readonly string[], options: CheckedOptions): Promise<Content> {
  const paths = await arraysBelow(location);
  // A store without samples is a folder without anything.
  if (paths.length === 0 && names.length > 0) throw new ImgstoreError('NOT_A_STORE', 'a folder without .npy files', { location });
  const items = paths.map((path) => ({ key: keyOfPath(path), place: { file: joinPath(location, path) } })).sort((a, b) => compareKeyBytes(a.key, b.key));
  let ordinals: Map<string, number> | undefined;
  return itemsContent({
    count: items.length,
    item: (ordinal) => items[ordinal]!,
    description: { keys: 'stored', ordered: true },
    find: (key) => (ordinals ??= new Map(items.map((item, ordinal) => [item.key, ordinal]))).get(key),
    open: ({ place }) => closingStream(place.file),
    close() {},
  }, options);
}

/** The bytes of a `.npy` file. The file is closed with the stream. */
function closingStream(path: string): ByteStream {
  const source = openPath(path);
  const stream = plainStream(source);
  stream.close = () => source.close();
  return stream;
}

/** One image in a `.npy` file: its only sample has the key `00000000`. */
export function openSingle(location: string, bytes: number, options: CheckedOptions): Content {
  return itemsContent({
    count: 1,
    item: () => ({ key: ordinalKey(0), place: { file: location } }),
    description: { keys: 'ordinal', bytes },
    find: (key) => (parseOrdinal(key) === 0 ? 0 : undefined),
    open: () => closingStream(location),
    close() {},
  }, options);
}

/** Whether a folder of arrays reads it: with another in the folder, that is not ours to replace. */
export function isOwn({ name, kind }: FolderMember): boolean {
  return !isHidden(name) && (kind === 'folder' || (kind === 'file' && name.endsWith('.npy')));
}

/** The names in a folder but hidden ones, sorted. @throws ImgstoreError NOT_FOUND, IO. */
export async function visibleNames(folder: string): Promise<readonly string[]> {
  const breathe = breather();
  const names: string[] = [];
  for (const { name } of folderMembers(folder)) {
    if (!isHidden(name)) names.push(name);
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  return names.sort(compareKeys);
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** The paths below the folder, in no order. */
async function arraysBelow(root: string): Promise<readonly string[]> {
  const breathe = breather();
  const found: string[] = [];
  const folders = [{ below: '', depth: 0 }];
  // The last one first: that meets a loop of links after few folders.
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const { below, depth } = next;
    const folder = below === '' ? root : joinPath(root, below);
    if (depth > MAX_DEPTH) throw new ImgstoreError('LIMIT', `folders more than ${MAX_DEPTH} deep`, { file: folder });
    for (const { name, kind, isUtf8 } of folderMembers(folder)) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      if (isHidden(name)) continue;
      if (!isUtf8) throw new ImgstoreError('UNSUPPORTED', `the name ${quote(name)} is not UTF-8`, { file: folder, hint: 'rename the file' });
      const path = below === '' ? name : `${below}/${name}`;
      const leadsTo = kind === 'link' ? pathFacts(joinPath(root, path))?.kind : kind;
      if (leadsTo === 'folder') folders.push({ below: path, depth: depth + 1 });
      else if (leadsTo === 'file' && name.endsWith('.npy')) found.push(path);
    }
  }
  return found;
}
