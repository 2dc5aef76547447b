/** The labels of a stack: an array of integers, one for each image. */
import { dtypeSize, ImgstoreError } from '@imgstore/core';
import type { DType, ErrorPlace } from '@imgstore/core';

/** The bounds of labels: every safe integer. They are stored as int64. */
export const LABEL_BOUNDS: { readonly min: number; readonly max: number } = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/**
 * That an array can be the labels of so many images: integers, of one axis or of a second one of length 1, as Keras has them.
 * @throws ImgstoreError UNSUPPORTED, MISMATCH naming both.
 */
export function checkLabels(form: { readonly dtype: DType; readonly shape: readonly number[] }, images: { readonly count: number; readonly name: string }, place: ErrorPlace): void {
  const [count, ...rest] = form.shape;
  if (count === undefined || rest.some((size) => size !== 1) || form.dtype.startsWith('float')) {
    throw new ImgstoreError('UNSUPPORTED', `labels of shape (${form.shape.join(', ')}) and ${form.dtype}; expected one integer for each image`, place);
  }
  if (count !== images.count) throw new ImgstoreError('MISMATCH', `there are ${count} labels, and ${images.count} images in ${images.name}`, place);
}

/** A stored integer as a label. @throws ImgstoreError LIMIT for one beyond 2^53-1. */
export function labelAt(value: number | bigint, place: ErrorPlace): number {
  const label = Number(value);
  if (!Number.isSafeInteger(label)) throw new ImgstoreError('LIMIT', `the label ${value} is beyond 2^53-1`, place);
  return label;
}

/** The element type of labels that are written. */
export const LABEL_DTYPE: DType = 'int64';

/** The bytes of one label that is written. */
export const LABEL_LENGTH: number = dtypeSize(LABEL_DTYPE);

/** The label as it is stored: little-endian. */
export function labelBytes(label: number): Uint8Array {
  const bytes = new Uint8Array(LABEL_LENGTH);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(label), true);
  return bytes;
}
