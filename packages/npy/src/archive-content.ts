import { compareKeys, ImgstoreError, quote } from '@imgstore/core';
import { openArrayFile, openStack } from './array-stack.js';
import type { ArrayFile } from './array-stack.js';
import type { Content } from './content.js';
import { arrayName, openArchive, openEntry } from './io/archive.js';
import type { Archive } from './io/archive.js';
import type { ByteSource } from './io/source.js';
import { itemsContent } from './items.js';
import type { CheckedOptions } from './options.js';
import { stackContent } from './stack-content.js';

/** The names that data sets have for a stack of images and its labels. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['x', 'y'], ['X', 'y'], ['images', 'labels'], ['data', 'labels'], ['x_train', 'y_train'], ['x_test', 'y_test'],
  ['train_images', 'train_labels'], ['val_images', 'val_labels'], ['test_images', 'test_labels'],
]);

const KNOWN = new Set([...PAIRS.keys(), ...PAIRS.values()]);

/** The arrays of an `.npz`: one stack among them, or one for each sample. Closes the source with it, or when it fails. */
export async function openArchiveContent(source: ByteSource, options: CheckedOptions): Promise<Content> {
  try {
    const archive = openArchive(source);
    const names = archive.entries.map(arrayName);
    const isStack = options.arrays === 'stack' || options.images !== undefined || options.labels !== undefined
      || (options.arrays === undefined && names.length > 0 && names.every((name) => KNOWN.has(name)));
    return isStack ? await openArchiveStack(archive, names, options) : openArchiveItems(archive, options);
  } catch (error) {
    source.close();
    throw error;
  }
}

async function openArchiveStack(archive: Archive, names: readonly string[], options: CheckedOptions): Promise<Content> {
  const images = options.images ?? chooseImages(names, archive);
  const paired = PAIRS.get(images);
  const labels = options.labels ?? (paired !== undefined && names.includes(paired) ? paired : undefined);
  const imageFile = await openMember(archive, images, options);
  const labelFile = labels === undefined ? undefined : await openMember(archive, labels, options);
  const stack = openStack(imageFile, labelFile, options, archive.source.size);
  return stackContent([{ ...stack, close: () => archive.source.close() }]);
}

function chooseImages(names: readonly string[], { source }: Archive): string {
  const known = names.filter((name) => PAIRS.has(name));
  const [first] = known.length > 0 ? known : names;
  if (first !== undefined && (known.length === 1 || names.length === 1)) return first;
  throw new ImgstoreError('BAD_OPTION', `the archive holds ${names.length} arrays, and "images" does not say which is the stack`,
    { ...source.place, format: 'npy', hint: `images=NAME; it holds ${shown(known.length > 0 ? known : names)}` });
}

async function openMember(archive: Archive, name: string, { limits }: CheckedOptions): Promise<ArrayFile> {
  const entry = archive.entries.find((candidate) => arrayName(candidate) === name);
  if (entry === undefined) {
    throw new ImgstoreError('BAD_OPTION', `the archive holds no array ${quote(name)}`, { ...archive.source.place, format: 'npy', hint: `it holds ${shown(archive.entries.map(arrayName))}` });
  }
  // Not its key: that of a sample is its ordinal.
  const place = { ...archive.source.place, feature: name };
  return openArrayFile({ place, open: () => openEntry(archive, entry, limits, place), close() {} });
}

function openArchiveItems(archive: Archive, options: CheckedOptions): Content {
  const { source } = archive;
  const items = archive.entries.filter(({ name }) => !name.endsWith('/')).map((entry) => ({ key: arrayName(entry), place: source.place, entry }));
  let ordinals: Map<string, number> | undefined;
  return itemsContent({
    items,
    description: { keys: 'stored', bytes: source.size, ...items.every(({ key }, at) => at === 0 || compareKeys(items[at - 1]?.key ?? '', key) < 0) && { ordered: true } },
    find: (key) => (ordinals ??= new Map(items.map((item, ordinal) => [item.key, ordinal]))).get(key),
    open: ({ entry }) => openEntry(archive, entry, options.limits),
    close: () => source.close(),
  }, options);
}

function shown(names: readonly string[]): string {
  return `${names.slice(0, 20).map(quote).join(', ')}${names.length > 20 ? ', …' : ''}`;
}
