import { dirname } from 'node:path';
import { ImgstoreError } from '@imgstore/core';
import { joinPath, pathFacts, readHead } from '@imgstore/core/files';
import type { Annotations } from './annotations.js';
import { BoxTable } from './boxes.js';
import { PARQUET } from './companions.js';
import type { Content } from './content.js';
import { fileColumnOf } from './detect.js';
import { countImages, FolderContent } from './folder.js';
import { leftOutNotes, textNotes } from './folder-notes.js';
import { csvTable } from './io/csv-table.js';
import { HEAD_BYTES, isImageFile } from './io/head.js';
import { jsonlTable, listTable } from './io/line-table.js';
import { standingOf } from './io/links.js';
import type { Table } from './io/rows.js';
import { rowLimit } from './io/text-limit.js';
import { LeftOut } from './io/walk.js';
import { readClassNames, readTexts } from './label-files.js';
import { LabelList } from './label-list.js';
import { ManifestContent } from './manifest.js';
import { classRule, noClasses } from './mapping/classes.js';
import type { ClassNames, ClassRule } from './mapping/classes.js';
import type { CheckedOptions } from './options.js';
import { lookAtRoot, requireNoParts } from './root-folder.js';
import type { SideFiles } from './side-files.js';
import { SingleContent } from './single.js';

/** What opening needs beside the options. */
interface OpenSettings {
  /** What the store remembers. */
  readonly sideFiles: SideFiles;
  readonly signal: AbortSignal | undefined;
}

/**
 * What is at the location: a folder of images, with a manifest in it or not, a list, a manifest, or one image.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE, UNSUPPORTED, BAD_OPTION for options that do not go together, MISMATCH, CORRUPT, IO; the signal's reason.
 */
export async function openContent(location: string, options: CheckedOptions, settings: OpenSettings): Promise<Content> {
  const facts = pathFacts(location);
  if (facts === undefined) throw new ImgstoreError('NOT_FOUND', 'no such file or folder');
  if (facts.kind === 'other') throw new ImgstoreError('UNSUPPORTED', 'neither a regular file nor a folder');
  return facts.kind === 'folder' ? openFolder(location, options, settings) : openFile(location, options, settings);
}

async function openFolder(root: string, options: CheckedOptions, settings: OpenSettings): Promise<Content> {
  const { outside } = options;
  refuseOptions(options, MANIFEST_OPTIONS, 'belongs to a list or a manifest');
  const there = await lookAtRoot({ root, outside }, settings.signal);
  const [manifest, second] = there.manifests;
  const names = readClassNames(root, options);
  if (manifest === undefined) {
    const classFolders = options.layout === 'flat' || options.list !== undefined ? [] : there.folders;
    requireNoParts(root, classFolders, names);
    return new FolderContent({
      root, outside, refusesManifests: !options.isLayoutStated, annotations: await annotationsOf({ classFolders, names }, options, settings), classFolders, notes: there.hasParquet ? [`${PARQUET} is not read`] : [],
    });
  }
  if (second !== undefined) throw new ImgstoreError('MISMATCH', `there are ${manifest} and ${second}; which one counts?`, { hint: 'move one of them away, or name the one that counts' });
  const standing = standingOf(joinPath(root, manifest), { root, outside });
  if (standing?.kind === 'bad') throw standing.error;
  refuseOptions(options, ANNOTATION_OPTIONS, `belongs to a folder without a manifest, and there is ${manifest}`);
  const folders = (): ClassRule => {
    const [lone] = there.folders;
    if (lone !== undefined && there.folders.length === 1 && !there.hasImages && names === undefined && !options.isLayoutStated) return noClasses(lone);
    requireNoParts(root, there.folders, names);
    return classRule(there.folders, names);
  };
  return new ManifestContent({
    table: tableOf(joinPath(root, manifest), options), isList: false, paths: { root, outside, isRootStated: true, extension: '' }, columns: options, survey: settings.sideFiles.survey,
    ...names !== undefined && { classes: names }, ...options.layout === 'classes' && { folders },
    notes: (count, signal) => manifestNotes({ root, outside, manifest }, count, signal),
  });
}

const MANIFEST_OPTIONS = ['root', 'extension', 'fileColumn', 'labelColumn', 'classColumn'] as const;
const ANNOTATION_OPTIONS = ['metadata', 'boxes', 'list'] as const;

function refuseOptions(options: CheckedOptions, names: readonly (keyof CheckedOptions)[], why: string): void {
  const wrong = names.find((name) => options[name] !== undefined);
  if (wrong !== undefined) throw new ImgstoreError('BAD_OPTION', `images: option "${wrong}" ${why}`, { format: 'images' });
}

async function annotationsOf(
  { classFolders, names }: { readonly classFolders: readonly string[]; readonly names: ClassNames | undefined }, options: CheckedOptions, { sideFiles, signal }: OpenSettings,
): Promise<Annotations> {
  const { layout, metadata, boxes, list: listPath } = options;
  const list = listPath === undefined ? undefined : await sideFiles.list.get([listPath], () => LabelList.read(listPath, signal));
  const texts = metadata === undefined ? undefined : await sideFiles.texts.get([metadata], () => readTexts(metadata, signal));
  const named = texts === undefined ? {} : { texts };
  const classes = list !== undefined ? classRule(list.labels, names, { ...named, what: `labels in ${list.path}` })
    : layout === 'flat' ? undefined : classRule(classFolders, names, named);
  return {
    keepsFolder: metadata !== undefined,
    notes: textNotes({ texts, from: metadata, names: list?.labels ?? classFolders }),
    ...classes !== undefined && { classes }, ...list !== undefined && { list }, ...boxes !== undefined && { boxes: await sideFiles.boxes.get([boxes], () => BoxTable.read(boxes, signal)) },
  };
}

/** Images that a manifest in the folder does not name are no samples; the plan says so. */
async function manifestNotes({ root, outside, manifest }: { readonly root: string; readonly outside: boolean; readonly manifest: string }, count: number, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const leftOut = new LeftOut();
  const there = await countImages({ root, outside, leftOut }, signal);
  return [
    `samples are the rows of ${manifest}, in its order`,
    ...there > count ? [`${there} images are in the folder, and ${count} in ${manifest}: those that it does not name are left out`] : [],
    ...leftOutNotes(leftOut),
  ];
}

function openFile(path: string, options: CheckedOptions, { sideFiles }: OpenSettings): Content {
  if (isImageFile(path)) return new SingleContent(path);
  refuseOptions(options, ANNOTATION_OPTIONS, 'belongs to a folder');
  const root = options.root ?? dirname(path);
  const table = tableOf(path, options);
  const classes = readClassNames(root, options);
  return new ManifestContent({
    table, isList: table.isList, paths: { root, outside: options.outside, isRootStated: options.root !== undefined, extension: options.extension ?? '' }, columns: options, survey: sideFiles.survey, ...classes !== undefined && { classes }, notes: () => Promise.resolve([]),
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
  const text = new TextDecoder().decode(readHead(path, HEAD_BYTES));
  return /^\s*\{/.test(text) ? 'jsonl' : fileColumnOf(text.replace(/^\ufeff/, '').split(/[\r\n]+/)) !== undefined ? 'csv' : 'list';
}
