/**
 * CIFAR's binary files: records of a label (CIFAR-100: a coarse one, then a fine one), a byte each, and 32 x 32 pixels as
 * planes of red, green and blue.
 */
import { ImgstoreError } from '@imgstore/core';
import { joinPath, pathFacts } from '@imgstore/core/files';
import type { FeatureValue, Sample } from '@imgstore/core';
import { streamRows } from './io/rows.js';
import { openPath } from './io/source.js';
import type { ByteSource } from './io/source.js';
import { imageOf } from './mapping.js';
import type { ImageForm } from './mapping.js';
import { plainStream } from './read-npy.js';
import type { Stack } from './stack.js';

const PLANES = 3 * 32 * 32;
const IMAGE: ImageForm = { dtype: 'uint8', shape: [3, 32, 32], layout: 'CHW', color: 'rgb' };
/** The most that a file of names may be. */
const MAX_NAMES = 65_536;

/** The two data sets. */
export type CifarForm = 'cifar10' | 'cifar100';

/** What tells them apart; `files` are those of the data set as it is published, in their order. */
const KINDS: Readonly<Record<CifarForm, { readonly labels: 1 | 2; readonly names: string; readonly files: readonly string[] }>> = {
  cifar10: { labels: 1, names: 'batches.meta.txt', files: ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin', 'test_batch.bin'] },
  cifar100: { labels: 2, names: 'fine_label_names.txt', files: ['train.bin', 'test.bin'] },
};

/** Which data set has these names in its folder: CIFAR-10's are its own, `train.bin` can be anything but beside the names of CIFAR-100's classes. */
export function cifarFolderForm(names: readonly string[]): CifarForm | undefined {
  const has = (form: CifarForm): boolean => KINDS[form].files.some((name) => names.includes(name));
  return has('cifar10') ? 'cifar10' : has('cifar100') && names.includes(KINDS.cifar100.names) ? 'cifar100' : undefined;
}

/** The files of the data set that are in a folder: the batches of training, then the test. @throws ImgstoreError NOT_A_STORE when there is none. */
export function openCifarFolder(location: string, names: readonly string[], form: CifarForm): readonly Stack[] {
  const files = KINDS[form].files.filter((name) => names.includes(name));
  if (files.length === 0) throw new ImgstoreError('NOT_A_STORE', `a folder without ${KINDS[form].files.join(', ')}`, { location });
  const stacks: Stack[] = [];
  try {
    for (const path of files.map((name) => joinPath(location, name))) stacks.push(openCifar(openPath(path), path, form));
    return stacks;
  } catch (error) {
    for (const stack of stacks) stack.close();
    throw error;
  }
}

/**
 * The records of a CIFAR file, with the names of classes in `batches.meta.txt` or `fine_label_names.txt` beside it. A coarse label is
 * the feature `coarse_label`. Closes the source with it, or when it fails.
 * @throws ImgstoreError TRUNCATED when the size is no whole number of records.
 */
export function openCifar(source: ByteSource, location: string, form: CifarForm): Stack {
  try {
    const { labels, names } = KINDS[form];
    const rowLength = labels + PLANES;
    const count = Math.floor(source.size / rowLength);
    if (count * rowLength !== source.size) {
      throw new ImgstoreError('TRUNCATED', `${source.size} bytes are no whole number of records of ${rowLength}`, { ...source.place, offset: count * rowLength });
    }
    const classes = readNames(beside(location, names));
    return {
      count, rowLength, place: source.place, isSeekable: true, isCounted: true, start: 0,
      description: { bytes: source.size, image: { ...IMAGE }, preset: form, ...classes !== undefined && { classes } },
      make: (row) => record(row, labels, classes),
      open: async ({ fresh }) => {
        const stream = plainStream(source);
        return { rows: streamRows(stream, { dtype: 'uint8', isBigEndian: false, isFortran: false, shape: [count, rowLength], dataLength: source.size }, { fresh }), close() {} };
      },
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

function record(row: Uint8Array, labels: 1 | 2, classes: readonly string[] | undefined): Pick<Sample, 'image' | 'label' | 'className'> & { readonly features?: Sample['features'] } {
  const label = row[labels - 1] ?? 0;
  const className = classes?.[label];
  const features = labels === 1 ? undefined : new Map<string, FeatureValue>([['coarse_label', { kind: 'int64', values: BigInt64Array.of(BigInt(row[0] ?? 0)) }]]);
  return { image: imageOf(IMAGE, row.subarray(labels)), label, ...className !== undefined && { className }, ...features !== undefined && { features } };
}

function beside(location: string, name: string): string {
  return location.slice(0, location.lastIndexOf('/') + 1) + name;
}

function readNames(path: string): readonly string[] | undefined {
  if (pathFacts(path)?.kind !== 'file') return undefined;
  const source = openPath(path);
  try {
    if (source.size > MAX_NAMES) throw new ImgstoreError('LIMIT', `${source.size} bytes of class names, above the limit of ${MAX_NAMES}`, source.place);
    const bytes = new Uint8Array(source.size);
    source.readExactly(bytes, 0);
    return new TextDecoder().decode(bytes).trimEnd().split(/\r?\n/);
  } finally {
    source.close();
  }
}
