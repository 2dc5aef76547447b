import { ImgstoreError, quote } from '@imgstore/core';
import { folderEntries, openFileReader, pathFacts } from '@imgstore/core/files';
import type { FolderEntry } from '@imgstore/core/files';
import type { Content } from './content.js';
import { countImages, FolderContent, notesOf } from './folder.js';
import { formatOf, SNIFF_BYTES } from './format.js';
import { jsonlTable } from './io/jsonl-table.js';
import { listTable } from './io/list-table.js';
import { followLink } from './io/links.js';
import type { Table } from './io/rows.js';
import { join } from './io/walk.js';
import type { LeftOut } from './io/walk.js';
import { folderOf, readClassNames, readTexts } from './label-files.js';
import { ManifestContent } from './manifest.js';
import { classRule } from './mapping/classes.js';
import type { ClassNames, ClassRule } from './mapping/classes.js';
import type { CheckedOptions } from './options.js';
import { SingleContent } from './single.js';

/** Manifests that belong to the folder that they are in. */
const FOLDER_MANIFESTS = ['metadata.jsonl', 'metadata.csv'];

/**
 * What is at the location: a folder of images, with a manifest in it or not, a list, a manifest, or one image.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE, UNSUPPORTED, BAD_OPTION for options that do not go together, MISMATCH, CORRUPT, IO.
 */
export function openContent(location: string, options: CheckedOptions): Content {
  const facts = pathFacts(location);
  if (facts === undefined) throw new ImgstoreError('NOT_FOUND', 'no such file or folder');
  if (facts.kind === 'other') throw new ImgstoreError('UNSUPPORTED', 'neither a regular file nor a folder');
  return facts.kind === 'folder' ? openFolder(location, options) : openFile(location, options);
}

function openFolder(root: string, options: CheckedOptions): Content {
  const { outside, layout } = options;
  if (options.root !== undefined) throw bad('root', 'belongs to a list or a manifest');
  const entries = folderEntries(root);
  const names = readClassNames(root, options);
  const classes = layout === 'flat' ? undefined : rulesOf(root, entries, names, options);
  const manifests = FOLDER_MANIFESTS.filter((name) => entries.some((entry) => entry.name === name));
  const [manifest, second] = manifests;
  if (manifest === undefined) return new FolderContent({ root, outside, ...classes !== undefined && { classes }, notes: parquetNote(entries) });
  if (second !== undefined) throw new ImgstoreError('MISMATCH', `there are ${manifest} and ${second}; which one counts?`, { hint: 'move one of them away, or name the one that counts' });
  return new ManifestContent({
    table: tableOf(join(root, manifest), options), isList: false, root, outside, columns: options,
    ...names !== undefined && { classes: names }, ...classes !== undefined && { folders: classes },
    notes: (count, signal) => manifestNotes({ root, outside, manifest }, count, signal),
  });
}

/** Images that a manifest in the folder does not name are no samples; the plan says so. */
async function manifestNotes({ root, outside, manifest }: { readonly root: string; readonly outside: boolean; readonly manifest: string }, count: number, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const leftOut: LeftOut = { count: 0, manifests: 0 };
  const there = await countImages({ root, outside, leftOut }, signal);
  return [
    `samples are the rows of ${manifest}, in its order`,
    ...there > count ? [`${there} images are in the folder, and ${count} in ${manifest}: those that it does not name are left out`] : [],
    ...notesOf(leftOut),
  ];
}

function parquetNote(entries: readonly FolderEntry[]): readonly string[] {
  return entries.some(({ name }) => name === 'metadata.parquet') ? ['metadata.parquet is not read'] : [];
}

/** Names of folders that are parts of a data set, and no classes. */
const SPLITS = /^(?:train|training|val|valid|validation|test|testing|eval|dev)$/i;

function rulesOf(root: string, entries: readonly FolderEntry[], names: ClassNames | undefined, options: CheckedOptions): ClassRule {
  const folders = entries.filter((entry) => isFolder(root, entry, options)).map(({ name }) => name);
  requireNoSplits(root, folders);
  return classRule(folders, names, options.metadata === undefined ? undefined : readTexts(options.metadata));
}

function isFolder(root: string, { name, kind }: FolderEntry, { outside }: CheckedOptions): boolean {
  if (name.startsWith('.')) return false;
  return kind === 'folder' || (kind === 'link' && followLink(join(root, name), { root, outside }).kind === 'folder');
}

/** Folders `train` and `val` with class folders in them: reading them as classes would give labels that nobody means. */
function requireNoSplits(root: string, folders: readonly string[]): void {
  const [first] = folders;
  if (first === undefined || !folders.every((name) => SPLITS.test(name))) return;
  const isNested = folders.every((name) => folderEntries(join(root, name)).some(({ kind }) => kind === 'folder'));
  if (isNested) {
    throw new ImgstoreError('NOT_A_STORE', `holds the parts ${folders.map((name) => quote(name)).join(', ')} of a data set, each with class folders of its own`, { hint: `name one of them: ${join(root, first)}` });
  }
}

function openFile(path: string, options: CheckedOptions): Content {
  if (isImageFile(path)) return new SingleContent(path);
  const root = options.root ?? folderOf(path);
  const table = tableOf(path, options);
  const classes = readClassNames(root, options);
  return new ManifestContent({
    table, isList: table.isList, root, outside: options.outside, columns: options, ...classes !== undefined && { classes }, notes: () => Promise.resolve([]),
  });
}

function tableOf(path: string, { limits }: CheckedOptions): Table & { readonly isList: boolean } {
  if (/\.jsonl$|\.ndjson$/i.test(path)) return { ...jsonlTable(path, limits.record), isList: false };
  return { ...listTable(path, limits.record), isList: true };
}

function isImageFile(path: string): boolean {
  const reader = openFileReader(path);
  try {
    const head = new Uint8Array(Math.min(SNIFF_BYTES, reader.size));
    return formatOf(head.subarray(0, reader.read(head, 0))) !== undefined;
  } finally {
    reader.close();
  }
}

function bad(option: string, what: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `images: option "${option}" ${what}`, { format: 'images' });
}
