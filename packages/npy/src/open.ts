import { ImgstoreError, withPlace } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import { openArchiveContent } from './archive-content.js';
import { openArrayFile, openStack } from './array-stack.js';
import type { ArrayFile } from './array-stack.js';
import { openCifar } from './cifar.js';
import type { Content } from './content.js';
import { openFolder, openSingle } from './folder.js';
import { isGzip, isIdx, openIdx, readIdxHeader } from './io/idx.js';
import { headOf, openPath } from './io/source.js';
import type { ByteSource } from './io/source.js';
import type { CheckedOptions, NpyForm } from './options.js';
import { plainStream } from './read-npy.js';
import { hasMagic } from './wire/header.js';
import { hasZipMagic } from './wire/zip.js';

/**
 * Opens what is at the location.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE (a folder without arrays), UNSUPPORTED, TRUNCATED, CORRUPT, LIMIT, MISMATCH, BAD_OPTION, IO.
 */
export async function openContent(location: string, options: CheckedOptions): Promise<Content> {
  try {
    if (location === '-') throw new ImgstoreError('UNSUPPORTED', 'arrays are read from files, not from standard input', { location });
    if (pathFacts(location)?.kind === 'folder') {
      if (options.form !== undefined && options.form !== 'npy') throw new ImgstoreError('UNSUPPORTED', `form=${options.form} is a file, and this is a folder`, { location });
      if (options.arrays === 'stack' || options.labels !== undefined || options.images !== undefined) throw new ImgstoreError('BAD_OPTION', 'a folder has one array for each sample, and no stack', { location });
      return openFolder(location, options);
    }
    return await openFile(openPath(location), location, options);
  } catch (error) {
    throw withPlace(error, { format: 'npy', location });
  }
}

async function openFile(source: ByteSource, location: string, options: CheckedOptions): Promise<Content> {
  const form = options.form ?? await formOf(source, options).catch((error: unknown) => {
    source.close();
    throw error;
  });
  switch (form) {
    case 'npz': return openArchiveContent(source, options);
    case 'cifar10': case 'cifar100': return openCifar(source, location, form);
    case 'idx': return stackOf(await idxFile(source, options), source, options);
    case 'npy': {
      const file = await npyFile(source);
      const isSingle = options.arrays === 'samples' || (options.arrays === undefined && options.labels === undefined && file.header.shape.length === 2);
      if (!isSingle) return stackOf(file, source, options);
      source.close();
      return openSingle(location, source.size, options);
    }
  }
}

async function formOf(source: ByteSource, { limits }: CheckedOptions): Promise<NpyForm> {
  const head = headOf(source, 8);
  if (hasZipMagic(head)) return 'npz';
  return !hasMagic(head) && await isIdx(source, limits) ? 'idx' : 'npy';
}

async function stackOf(images: ArrayFile, source: ByteSource, options: CheckedOptions): Promise<Content> {
  let labels: ArrayFile | undefined;
  try {
    if (options.images !== undefined) throw new ImgstoreError('BAD_OPTION', 'option "images" names an array of an .npz, and this is one array', source.place);
    labels = options.labels === undefined ? undefined : await openLabels(options.labels, options);
    return openStack(images, labels, options, source.size);
  } catch (error) {
    images.close();
    labels?.close();
    throw error;
  }
}

/** The labels in a file of their own: `.npy`, or IDX. */
async function openLabels(path: string, options: CheckedOptions): Promise<ArrayFile> {
  const source = openPath(path);
  let form: NpyForm;
  try {
    form = await formOf(source, options);
    if (form === 'npz') throw new ImgstoreError('UNSUPPORTED', 'labels are an array, and this is an archive of arrays', source.place);
  } catch (error) {
    source.close();
    throw error;
  }
  return form === 'idx' ? idxFile(source, options) : npyFile(source);
}

function npyFile(source: ByteSource): Promise<ArrayFile> {
  return openArrayFile({ place: source.place, open: () => plainStream(source), plain: source, close: () => source.close() });
}

function idxFile(source: ByteSource, { limits }: CheckedOptions): Promise<ArrayFile> {
  const isPlain = !isGzip(headOf(source, 3));
  return openArrayFile({ place: source.place, open: () => openIdx(source, limits), ...isPlain && { plain: source }, close: () => source.close() }, readIdxHeader);
}
