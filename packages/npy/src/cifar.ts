/**
 * CIFAR's binary files: records of a label (CIFAR-100: a coarse one, then a fine one), a byte each, and 32 x 32 pixels as
 * planes of red, green and blue.
 */
import { ImgstoreError } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import type { FeatureValue, Sample } from '@imgstore/core';
import type { Content } from './content.js';
import { streamRows } from './io/rows.js';
import { openPath } from './io/source.js';
import type { ByteSource } from './io/source.js';
import { imageOf } from './mapping.js';
import type { ImageForm } from './mapping.js';
import { plainStream } from './read-npy.js';
import { stackContent } from './stack.js';

const PLANES = 3 * 32 * 32;
const IMAGE: ImageForm = { dtype: 'uint8', shape: [3, 32, 32], layout: 'CHW', color: 'rgb' };
/** The most that a file of names may be. */
const MAX_NAMES = 65_536;

/** What tells the two data sets apart. */
const KINDS = {
  cifar10: { labels: 1, names: 'batches.meta.txt' },
  cifar100: { labels: 2, names: 'fine_label_names.txt' },
} as const;

/**
 * The records of a CIFAR file, with the names of classes in `batches.meta.txt` or `fine_label_names.txt` beside it. A coarse label is
 * the feature `coarse_label`. Closes the source with it, or when it fails.
 * @throws ImgstoreError TRUNCATED when the size is no whole number of records.
 */
export function openCifar(source: ByteSource, location: string, form: 'cifar10' | 'cifar100'): Content {
  try {
    const { labels, names } = KINDS[form];
    const rowLength = labels + PLANES;
    const count = Math.floor(source.size / rowLength);
    if (count * rowLength !== source.size) {
      throw new ImgstoreError('TRUNCATED', `${source.size} bytes are no whole number of records of ${rowLength}`, { ...source.place, offset: count * rowLength });
    }
    const classes = readNames(beside(location, names));
    return stackContent({
      count, rowLength, place: source.place, isSeekable: true, isCounted: true, start: 0,
      description: { bytes: source.size, image: { ...IMAGE }, preset: form, ...classes !== undefined && { classes } },
      make: (row) => record(row, labels, classes),
      open: async ({ fresh }) => {
        const stream = plainStream(source);
        return { rows: streamRows(stream, { dtype: 'uint8', isBigEndian: false, isFortran: false, shape: [count, rowLength], dataLength: source.size }, { fresh }), close() {} };
      },
      close: () => source.close(),
    });
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
