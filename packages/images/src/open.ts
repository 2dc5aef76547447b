import { dirname } from 'node:path';
import { ImgstoreError, quote } from '@imgstore/core';
import { folderEntries, pathFacts } from '@imgstore/core/files';
import type { FolderEntry } from '@imgstore/core/files';
import type { Annotations } from './annotations.js';
import { BoxTable } from './boxes.js';
import { MANIFESTS } from './companions.js';
import type { Content } from './content.js';
import { isTableHeader } from './detect.js';
import { countImages, FolderContent, notesOf } from './folder.js';
import { csvTable } from './io/csv-table.js';
import { isImageFile, readHead } from './io/head.js';
import { jsonlTable, listTable } from './io/line-table.js';
import { followLink, standingOf } from './io/links.js';
import type { Table } from './io/rows.js';
import { rowLimit } from './io/text-limit.js';
import { join } from './io/walk.js';
import type { LeftOut } from './io/walk.js';
import { readClassNames, readTexts } from './label-files.js';
import { LabelList } from './label-list.js';
import { ManifestContent } from './manifest.js';
import { classRule } from './mapping/classes.js';
import type { CheckedOptions } from './options.js';
import type { SideFiles } from './side-files.js';
import { SingleContent } from './single.js';

/**
 * What is at the location: a folder of images, with a manifest in it or not, a list, a manifest, or one image.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE, UNSUPPORTED, BAD_OPTION for options that do not go together, MISMATCH, CORRUPT, IO.
 */
export async function openContent(location: string, options: CheckedOptions, sideFiles: SideFiles): Promise<Content> {
  const facts = pathFacts(location);
  if (facts === undefined) throw new ImgstoreError('NOT_FOUND', 'no such file or folder');
  if (facts.kind === 'other') throw new ImgstoreError('UNSUPPORTED', 'neither a regular file nor a folder');
  return facts.kind === 'folder' ? openFolder(location, options, sideFiles) : openFile(location, options, sideFiles);
}

async function openFolder(root: string, options: CheckedOptions, sideFiles: SideFiles): Promise<Content> {
  const { outside } = options;
  refuseOptions(options, MANIFEST_OPTIONS, 'belongs to a list or a manifest');
  const entries = folderEntries(root);
  const manifests = MANIFESTS.filter((name) => entries.some((entry) => entry.name === name));
  const [manifest, second] = manifests;
  if (manifest === undefined) {
    return new FolderContent({ root, outside, annotations: await annotationsOf(root, entries, options, sideFiles), notes: parquetNote(entries) });
  }
  if (second !== undefined) throw new ImgstoreError('MISMATCH', `there are ${manifest} and ${second}; which one counts?`, { hint: 'move one of them away, or name the one that counts' });
  const standing = standingOf(join(root, manifest), { root, outside });
  if (standing?.kind === 'bad') throw standing.error;
  refuseOptions(options, ANNOTATION_OPTIONS, `belongs to a folder without a manifest, and there is ${manifest}`);
  const names = readClassNames(root, options);
  const folders = options.layout === 'flat' ? undefined : classRule(classFolders(root, entries, options), names);
  return new ManifestContent({
    table: tableOf(join(root, manifest), options), isList: false, root, outside, columns: options, survey: sideFiles.survey,
    ...names !== undefined && { classes: names }, ...folders !== undefined && { folders },
    notes: (count, signal) => manifestNotes({ root, outside, manifest }, count, signal),
  });
}

const MANIFEST_OPTIONS = ['root', 'fileColumn', 'labelColumn', 'classColumn'] as const;
const ANNOTATION_OPTIONS = ['metadata', 'boxes', 'list'] as const;

function refuseOptions(options: CheckedOptions, names: readonly (keyof CheckedOptions)[], why: string): void {
  const wrong = names.find((name) => options[name] !== undefined);
  if (wrong !== undefined) throw new ImgstoreError('BAD_OPTION', `images: option "${wrong}" ${why}`, { format: 'images' });
}

async function annotationsOf(root: string, entries: readonly FolderEntry[], options: CheckedOptions, sideFiles: SideFiles): Promise<Annotations> {
  const { layout, metadata, boxes, list: listPath } = options;
  const names = readClassNames(root, options);
  const list = listPath === undefined ? undefined : await sideFiles.list.get([listPath], () => LabelList.read(listPath));
  const texts = metadata === undefined ? {} : { texts: await sideFiles.texts.get([metadata], () => readTexts(metadata)) };
  const classes = list !== undefined ? classRule(list.labels, names, { ...texts, what: `labels in ${list.path}` })
    : layout === 'flat' ? undefined : classRule(classFolders(root, entries, options), names, texts);
  return {
    keepsFolder: metadata !== undefined,
    ...classes !== undefined && { classes }, ...list !== undefined && { list }, ...boxes !== undefined && { boxes: await sideFiles.boxes.get([boxes], () => BoxTable.read(boxes)) },
  };
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

function classFolders(root: string, entries: readonly FolderEntry[], options: CheckedOptions): readonly string[] {
  const folders = entries.filter((entry) => isFolder(root, entry, options)).map(({ name }) => name);
  requireNoSplits(root, folders);
  return folders;
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

function openFile(path: string, options: CheckedOptions, sideFiles: SideFiles): Content {
  if (isImageFile(path)) return new SingleContent(path);
  refuseOptions(options, ANNOTATION_OPTIONS, 'belongs to a folder');
  const root = options.root ?? dirname(path);
  const table = tableOf(path, options);
  const classes = readClassNames(root, options);
  return new ManifestContent({
    table, isList: table.isList, root, outside: options.outside, columns: options, survey: sideFiles.survey, ...classes !== undefined && { classes }, notes: () => Promise.resolve([]),
  });
}

/** What the file is, by its name, and where that says nothing by its first line. */
function tableOf(path: string, { limits }: CheckedOptions): Table & { readonly isList: boolean } {
  const form = /\.(?:jsonl|ndjson)$/i.test(path) ? 'jsonl' : /\.(?:csv|tsv)$/i.test(path) ? 'csv' : formOfText(path);
  const limit = rowLimit(limits.record);
  if (form === 'jsonl') return { ...jsonlTable(path, limit), isList: false };
  return form === 'csv' ? { ...csvTable(path, limit), isList: false } : { ...listTable(path, limit), isList: true };
}

function formOfText(path: string): 'jsonl' | 'csv' | 'list' {
  const text = new TextDecoder().decode(readHead(path));
  return /^\s*\{/.test(text) ? 'jsonl' : isTableHeader(text.split('\n')[0] ?? '') ? 'csv' : 'list';
}
