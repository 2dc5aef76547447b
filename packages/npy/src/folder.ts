import { compareKeys, ImgstoreError, isOrdinalKey, ordinalKey, quote } from '@imgstore/core';
import { folderNames, pathFacts } from '@imgstore/core/files';
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
 * @throws ImgstoreError NOT_A_STORE when there is none, IO.
 */
export function openFolder(location: string, options: CheckedOptions): Content {
  const paths = arraysBelow(location, '', 0);
  // A store without samples is a folder without anything.
  if (paths.length === 0 && namesIn(location).length > 0) throw new ImgstoreError('NOT_A_STORE', 'a folder without .npy files', { location });
  const items = paths.map((path) => ({ key: keyOfPath(path), place: { file: join(location, path) } })).sort((a, b) => compareKeys(a.key, b.key));
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
    find: (key) => (isOrdinalKey(key) && Number(key) === 0 ? 0 : undefined),
    open: () => closingStream(location),
    close() {},
  }, options);
}

/** A folder is replaced as a whole, so one that holds more than arrays is not ours to replace. @throws ImgstoreError EXISTS. */
export function requireOnlyArrays(location: string): void {
  if (pathFacts(location)?.kind !== 'folder') return;
  const stranger = strangerBelow(location, '', 0);
  if (stranger === undefined) return;
  throw new ImgstoreError('EXISTS', `the folder holds ${quote(stranger)}, which is no array, and would be removed with it`,
    { format: 'npy', location, hint: 'give a new folder, or move that away' });
}

function strangerBelow(root: string, folder: string, depth: number): string | undefined {
  for (const name of folderNames(folder === '' ? root : join(root, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const kind = pathFacts(join(root, path))?.kind;
    const stranger = kind === 'folder' && depth < MAX_DEPTH ? strangerBelow(root, path, depth + 1) : kind === 'file' && name.endsWith('.npy') ? undefined : path;
    if (stranger !== undefined) return stranger;
  }
  return undefined;
}

function arraysBelow(root: string, folder: string, depth: number): string[] {
  if (depth > MAX_DEPTH) throw new ImgstoreError('LIMIT', `folders more than ${MAX_DEPTH} deep`, { file: join(root, folder) });
  return namesIn(folder === '' ? root : join(root, folder)).flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    const kind = pathFacts(join(root, path))?.kind;
    if (kind === 'folder') return arraysBelow(root, path, depth + 1);
    return kind === 'file' && name.endsWith('.npy') ? [path] : [];
  });
}

function namesIn(folder: string): readonly string[] {
  return folderNames(folder).filter((name) => !name.startsWith('.'));
}

function join(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
