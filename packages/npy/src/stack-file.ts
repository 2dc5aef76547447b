import { ImgstoreError } from '@imgstore/core';
import { openArrayFile, openStack } from './array-stack.js';
import type { ArrayFile } from './array-stack.js';
import { isGzip, isIdx, openIdx, readIdxHeader } from './io/idx.js';
import { headOf, openPath } from './io/source.js';
import type { ByteSource } from './io/source.js';
import type { CheckedOptions, NpyForm } from './options.js';
import { plainStream } from './read-npy.js';
import type { Stack } from './stack.js';
import { hasMagic } from './wire/header.js';
import { hasZipMagic } from './wire/zip.js';

/** What a file is, by its content. Arrays are what nothing else is. @throws ImgstoreError TRUNCATED, CORRUPT for a damaged compressed stream. */
export async function formOf(source: ByteSource, { limits }: CheckedOptions): Promise<NpyForm> {
  const head = headOf(source, 8);
  if (hasZipMagic(head)) return 'npz';
  return !hasMagic(head) && await isIdx(source, limits) ? 'idx' : 'npy';
}

/** The array in a `.npy` file. Closes the source when that fails. */
export function npyFile(source: ByteSource): Promise<ArrayFile> {
  return openArrayFile({ place: source.place, open: () => plainStream(source), plain: source, close: () => source.close() });
}

/** The array in an IDX file, plain or compressed. Closes the source when that fails. */
export function idxFile(source: ByteSource, { limits }: CheckedOptions): Promise<ArrayFile> {
  const isPlain = !isGzip(headOf(source, 3));
  return openArrayFile({ place: source.place, open: () => openIdx(source, limits), ...isPlain && { plain: source }, close: () => source.close() }, readIdxHeader);
}

/**
 * The stack in an array of `bytes` bytes, with its labels in a file of their own where there is one. Closes what is open when that fails.
 * @throws ImgstoreError BAD_OPTION, UNSUPPORTED, MISMATCH, NOT_FOUND, IO.
 */
export async function stackOf(images: ArrayFile, bytes: number, labelPath: string | undefined, options: CheckedOptions): Promise<Stack> {
  let labels: ArrayFile | undefined;
  try {
    if (options.images !== undefined) throw new ImgstoreError('BAD_OPTION', 'option "images" names an array of an .npz, and this is one array', images.place);
    labels = labelPath === undefined ? undefined : await openLabels(labelPath, options);
    return openStack(images, labels, options, bytes);
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
