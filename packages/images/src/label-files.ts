import { ImgstoreError, parseClassList, quote, withPlace } from '@imgstore/core';
import { joinPath } from '@imgstore/core/files';
import { eachLine } from './io/each-line.js';
import { standingOf } from './io/links.js';
import { readText } from './io/lines.js';
import type { ClassNames } from './mapping/classes.js';
import type { CheckedOptions } from './options.js';

/** The names of classes beside the images. */
export const LABELS_FILE = 'labels.txt';

/** A list of names is held in memory. */
export const MOST_LABELS_BYTES: number = 16 * 1024 * 1024;
const MOST_TEXTS = 1_000_000;
const LABELLED = /^-?\d+:/;

/**
 * The labels of classes: those of the option `labels`, else of `labels.txt` in the root. Undefined: neither is there.
 * @throws ImgstoreError NOT_FOUND for an option's file, CORRUPT, MISMATCH, LIMIT, IO.
 */
export function readClassNames(root: string, { labels, outside }: Pick<CheckedOptions, 'labels' | 'outside'>): ClassNames | undefined {
  if (labels !== undefined) return labelsOption(labels);
  const path = joinPath(root, LABELS_FILE);
  const standing = standingOf(path, { root, outside });
  if (standing?.kind === 'bad') throw standing.error;
  if (standing?.kind !== 'file') return undefined;
  return { names: parsed(path, readText(path, MOST_LABELS_BYTES)), from: LABELS_FILE, path };
}

/** Inception's `labels_file`: its first line is label 1. Lines `LABEL:NAME` say theirs. */
function labelsOption(path: string): ClassNames {
  const text = readText(path, MOST_LABELS_BYTES).replace(/^\ufeff/, '');
  const lines = text.split(/\r\n|\n|\r/);
  const isLabelled = lines.every((line) => line === '' || LABELLED.test(line));
  // An empty line in front counts every line from 1.
  const names = parsed(path, isLabelled ? text : `\n${text}`);
  return { names, from: path, path, ...!isLabelled && { base: ', where line 1 is label 1, as Inception\'s scripts count; --label-offset -1 counts from 0' } };
}

function parsed(path: string, text: string): ReadonlyMap<number, string> {
  try {
    return parseClassList(text);
  } catch (error) {
    throw withPlace(error, { file: path });
  }
}

/** Texts for class folders: lines `FOLDER<TAB>text`, as Inception's metadata file; one without a text says nothing. @throws ImgstoreError NOT_FOUND, CORRUPT with the line, MISMATCH for a folder of two texts, LIMIT, CHANGED, IO; the signal's reason. */
export async function readTexts(path: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  await eachLine(path, signal, (text, number) => {
    if (texts.size === MOST_TEXTS) throw new ImgstoreError('LIMIT', `line ${number}: more than ${MOST_TEXTS} folders`, { file: path });
    const tab = text.indexOf('\t');
    const [folder, name] = [text.slice(0, tab), text.slice(tab + 1)];
    const known = texts.get(folder);
    if (tab > 0 && known !== undefined && known !== name) throw new ImgstoreError('MISMATCH', `line ${number}: ${quote(folder)} is ${quote(name)}, and ${quote(known)} before`, { file: path });
    if (tab > 0 && name !== '') texts.set(folder, name);
    else if (tab < 1 && text.trim() !== '') throw new ImgstoreError('CORRUPT', `line ${number}: ${quote(text)}; each line is "folder<TAB>text"`, { file: path });
  });
  return texts;
}
