import { breather, compareKeyBytes, ImgstoreError, NameIndex, Once, quote } from '@imgstore/core';
import { openArrayFile, openStack } from './array-stack.js';
import type { ArrayFile } from './array-stack.js';
import type { Content } from './content.js';
import { openArchive, openEntry } from './io/archive.js';
import type { Archive } from './io/archive.js';
import type { ZipDirectory } from './io/directory.js';
import type { ByteSource } from './io/source.js';
import { itemsContent } from './items.js';
import type { CheckedOptions } from './options.js';
import { showNames } from './read-npy.js';
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
    const archive = await openArchive(source);
    const isStack = options.arrays === 'stack' || options.images !== undefined || options.labels !== undefined
      || (options.arrays === undefined && areKnown(archive.directory));
    return isStack ? await openArchiveStack(archive, options) : await openArchiveItems(archive, options);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Whether all arrays have such names. */
function areKnown(directory: ZipDirectory): boolean {
  for (const name of directory.names()) if (!KNOWN.has(name)) return false;
  return directory.count > 0;
}

async function openArchiveStack(archive: Archive, options: CheckedOptions): Promise<Content> {
  const images = options.images ?? chooseImages(archive);
  const paired = PAIRS.get(images);
  const labels = options.labels ?? (paired !== undefined && archive.directory.find(paired) !== undefined ? paired : undefined);
  const imageFile = await openMember(archive, images, options);
  const labelFile = labels === undefined ? undefined : await openMember(archive, labels, options);
  const stack = openStack(imageFile, labelFile, options, archive.source.size);
  return stackContent([{ ...stack, close: () => archive.source.close() }]);
}

function chooseImages({ source, directory }: Archive): string {
  const known = new Set<string>();
  for (const name of directory.names()) if (PAIRS.has(name)) known.add(name);
  const [first] = known;
  if (first !== undefined && known.size === 1) return first;
  if (directory.count === 1) return directory.name(0);
  throw new ImgstoreError('BAD_OPTION', `the archive holds ${directory.count} arrays, and none is known to be the stack of images`,
    { ...source.place, format: 'npy', hint: `the option images names it (--src-opt images=NAME); it holds ${showNames(known.size > 0 ? known : directory.names())}` });
}

async function openMember(archive: Archive, name: string, { limits }: CheckedOptions): Promise<ArrayFile> {
  const entry = archive.directory.find(name);
  if (entry === undefined) {
    throw new ImgstoreError('BAD_OPTION', `the archive holds no array ${quote(name)}`, { ...archive.source.place, format: 'npy', hint: `it holds ${showNames(archive.directory.names())}` });
  }
  // Not its key: that of a sample is its ordinal.
  const place = { ...archive.source.place, feature: name };
  return openArrayFile({ place, open: () => openEntry(archive, entry, limits, place), close() {} });
}

async function openArchiveItems(archive: Archive, options: CheckedOptions): Promise<Content> {
  const { source, directory } = archive;
  const { count } = directory;
  const index = new Once<NameIndex>();
  return itemsContent({
    count,
    item: (ordinal) => ({ key: directory.name(ordinal), place: source.place, ordinal }),
    description: { keys: 'stored', bytes: source.size, ...await areOrdered(directory) && { ordered: true } },
    async find(key) {
      const candidates = (await index.get(() => indexOf(directory))).find(key);
      return candidates.findLast((ordinal) => directory.name(ordinal) === key); // of equal names the last, as NumPy has it
    },
    open: ({ ordinal }) => openEntry(archive, directory.entry(ordinal), options.limits),
    close: () => source.close(),
  }, options);
}

/** Whether the keys ascend. */
async function areOrdered(directory: ZipDirectory): Promise<boolean> {
  const breathe = breather();
  let last: string | undefined;
  for (const name of directory.names()) {
    if (last !== undefined && compareKeyBytes(last, name) >= 0) return false;
    last = name;
    await breathe();
  }
  return true;
}

async function indexOf(directory: ZipDirectory): Promise<NameIndex> {
  const breathe = breather();
  const index = new NameIndex();
  for (const name of directory.names()) {
    index.add(name);
    await breathe();
  }
  await index.finish();
  return index;
}
