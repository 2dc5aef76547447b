import type { ErrorPlace } from '@imgstore/core';
import type { ArrayForm } from './array.js';
import { readElements, readHeader } from './array.js';
import { fortranRows, memoryRows, streamRows } from './io/rows.js';
import type { ByteSource } from './io/source.js';
import type { ByteStream } from './io/stream.js';
import { checkLabels } from './labels.js';
import { requireArraySize } from './limits.js';
import { assumptions, imageForm, imageOf } from './mapping.js';
import type { ImageReading } from './mapping.js';
import type { CheckedOptions } from './options.js';
import { imageShape } from './stack.js';
import type { OpenRows, Stack } from './stack.js';
import type { ArrayHeader } from './wire/header.js';

/** An array that can be opened as often as it is read. */
export interface ArrayFile {
  readonly place: ErrorPlace;
  readonly header: ArrayHeader;
  /** Its bytes from the front. */
  open(): ByteStream;
  /** Steps over the header of a stream. */
  skipHeader(stream: ByteStream): Promise<unknown>;
  /** Whether its length was held against the bytes there are. */
  readonly isMeasured: boolean;
  /** The bytes of the array, from its header on, where they stand in a file as they are. */
  readonly plain?: ByteSource | undefined;
  close(): void;
}

/** An array file, with its header read. Closes the source when that fails. */
export async function openArrayFile(
  source: { readonly place: ErrorPlace; readonly open: () => ByteStream; readonly plain?: ByteSource; readonly close: () => void },
  header: (stream: ByteStream) => Promise<ArrayHeader> = readHeader,
): Promise<ArrayFile> {
  try {
    const stream = source.open();
    try {
      return { ...source, header: await header(stream), skipHeader: header, isMeasured: stream.size !== undefined };
    } finally {
      stream.close();
    }
  } catch (error) {
    source.close();
    throw error;
  }
}

/**
 * An array whose first axis counts images, with the array of their labels where there is one. Both are closed with it.
 * @throws ImgstoreError UNSUPPORTED (the axes), MISMATCH (as many labels as images).
 */
export function openStack(images: ArrayFile, labels: ArrayFile | undefined, options: CheckedOptions, bytes: number): Stack {
  const { header, place } = images;
  const [count = 0] = header.shape;
  const reading: ImageReading = { layout: options.layout ?? 'HWC', color: options.color ?? 'rgb' };
  const shape = imageShape(header.shape, place);
  // What stands behind a first axis of 0 is not asked for.
  const form = count === 0 ? undefined : imageForm(header.dtype, shape, reading);
  if (labels !== undefined) checkLabels(labels.header, { count, name: nameOf(place) }, labels.place);
  const rowLength = count === 0 ? 0 : header.dataLength / count;
  requireArraySize(rowLength, options.limits, place);
  return {
    count, place, rowLength,
    isSeekable: images.plain !== undefined,
    isCounted: images.isMeasured,
    start: images.plain === undefined || header.isFortran ? undefined : header.length,
    description: {
      bytes,
      ...form !== undefined && { image: { ...form }, notes: [...assumptions(form, options), ...ambiguity(header.shape, options)] },
    },
    make: (row) => ({ image: imageOf(form ?? { dtype: header.dtype, shape, layout: 'HW' }, row) }),
    open: ({ fresh }) => openRows(images, options, fresh),
    labels: labels && { dtype: labels.header.dtype, place: labels.place, open: () => openRows(labels, options, false) },
    close() {
      images.close();
      labels?.close();
    },
  };
}

function nameOf({ file, feature }: ErrorPlace): string {
  return feature ?? file ?? 'the file';
}

/** Three axes may be gray images, or one image with channels. */
function ambiguity(shape: readonly number[], { arrays }: CheckedOptions): readonly string[] {
  const [count = 0, height = 0, width = 0] = shape;
  return arrays === undefined && shape.length === 3 && (width <= 4 || count <= 4)
    ? [`an array of shape (${shape.join(', ')}) read as a stack of ${count} images of ${height} x ${width} (arrays=samples reads it as one image)`] : [];
}

/** The rows of an array: one by one where it is in C order, gathered where it is in Fortran order in a file, otherwise from memory. */
async function openRows(file: ArrayFile, { limits }: CheckedOptions, fresh: boolean): Promise<OpenRows> {
  const { header, plain } = file;
  if (header.isFortran && plain !== undefined) return { rows: fortranRows(plain, header), close() {} };
  const stream = file.open();
  try {
    await file.skipHeader(stream);
    if (!header.isFortran) return { rows: streamRows(stream, header, { fresh }), close: () => stream.close() };
    const data = await readElements(stream, header, limits);
    return { rows: memoryRows(data, rowLengthOf(header)), close: () => stream.close() };
  } catch (error) {
    stream.close();
    throw error;
  }
}

function rowLengthOf({ shape, dataLength }: ArrayForm): number {
  return dataLength / Math.max(1, shape[0] ?? 1);
}

