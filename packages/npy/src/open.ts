import { ImgstoreError, withPlace } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import { openArchiveContent } from './archive-content.js';
import { cifarFolderForm, openCifar, openCifarFolder } from './cifar.js';
import type { Content } from './content.js';
import { openFolder, openSingle, visibleNames } from './folder.js';
import { hasIdxFiles, openIdxFolder, openIdxImages } from './idx.js';
import { openPath } from './io/source.js';
import type { ByteSource } from './io/source.js';
import type { CheckedOptions, NpyForm } from './options.js';
import { stackContent } from './stack-content.js';
import { formOf, npyFile, stackOf } from './stack-file.js';

/**
 * Opens what is at the location.
 * @throws ImgstoreError NOT_FOUND, NOT_A_STORE (a folder without arrays), UNSUPPORTED, TRUNCATED, CORRUPT, LIMIT, MISMATCH, BAD_OPTION, IO.
 */
export async function openContent(location: string, options: CheckedOptions): Promise<Content> {
  try {
    return pathFacts(location)?.kind === 'folder' ? await openFolderContent(location, options) : await openFile(openPath(location), location, options);
  } catch (error) {
    throw withPlace(error, { format: 'npy', location });
  }
}

/** What a folder with these names is. */
export function folderForm(names: readonly string[]): NpyForm | undefined {
  if (names.some((name) => name.endsWith('.npy'))) return 'npy';
  return hasIdxFiles(names) ? 'idx' : cifarFolderForm(names);
}

async function openFolderContent(location: string, options: CheckedOptions): Promise<Content> {
  const names = await visibleNames(location);
  const form = options.form ?? folderForm(names) ?? 'npy';
  if (form === 'npz') throw new ImgstoreError('UNSUPPORTED', `form=${form} is a file, and this is a folder`, { location });
  if (options.labels !== undefined || options.images !== undefined) throw new ImgstoreError('BAD_OPTION', 'options "images" and "labels" belong to one file, and this is a folder', { location });
  if (form === 'idx') return openIdxFolder(location, names, options);
  if (form !== 'npy') return stackContent(openCifarFolder(location, names, form));
  if (options.arrays === 'stack') throw new ImgstoreError('BAD_OPTION', 'a folder has one array for each sample, and no stack', { location });
  return openFolder(location, names, options);
}

async function openFile(source: ByteSource, location: string, options: CheckedOptions): Promise<Content> {
  const form = options.form ?? await formOf(source, options).catch((error: unknown) => {
    source.close();
    throw error;
  });
  switch (form) {
    case 'npz': return openArchiveContent(source, options);
    case 'cifar10': case 'cifar100': return stackContent([openCifar(source, location, form)]);
    case 'idx': {
      source.close();
      return openIdxImages(location, options);
    }
    case 'npy': {
      const file = await npyFile(source);
      const isSingle = options.arrays === 'samples' || (options.arrays === undefined && options.labels === undefined && file.header.shape.length === 2);
      if (!isSingle) return stackContent([await stackOf(file, source.size, options.labels, options)]);
      source.close();
      return openSingle(location, source.size, options);
    }
  }
}
