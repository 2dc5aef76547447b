import { dtypeSize, ImgstoreError, tensorLength } from '@imgstore/core';
import type { DType, Limits } from '@imgstore/core';
import { requireArraySize } from './limits.js';
import type { ByteStream } from './io/stream.js';
import { fortranToC, swapBytes } from './wire/element-order.js';
import type { ElementType } from './wire/descr.js';
import { parseHeader, parsePreamble, PREAMBLE_LENGTH } from './wire/header.js';
import type { ArrayHeader } from './wire/header.js';

/** An array of any rank. */
export interface NpyArray {
  readonly dtype: DType;
  /** The length of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements, little-endian, C order (last axis fastest), whatever the file had. */
  readonly data: Uint8Array;
}

/** What must be known of an array to read its elements. */
export interface ArrayForm extends ElementType {
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly dataLength: number;
}

/** The header at the front of a stream, which stands at the elements afterwards. @throws ImgstoreError as `parseHeader`. */
export async function readHeader(stream: ByteStream): Promise<ArrayHeader> {
  const preamble = new Uint8Array(Math.min(PREAMBLE_LENGTH, stream.size ?? PREAMBLE_LENGTH));
  await stream.read(preamble);
  const { length } = parsePreamble(preamble, stream.place);
  const bytes = new Uint8Array(Math.min(length, stream.size ?? length));
  bytes.set(preamble.subarray(0, bytes.length));
  if (bytes.length > preamble.length) await stream.read(bytes.subarray(preamble.length));
  const header = parseHeader(bytes, stream.place);
  requireLength(header, stream);
  return header;
}

/** That a shape takes as many bytes as there are, before anything is made of it. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function requireLength({ length, dataLength, shape, dtype }: ArrayHeader, { size, place }: ByteStream): void {
  const expected = length + dataLength;
  if (size === undefined || size === expected) return;
  const what = `${size} bytes are there, expected ${expected}: a header of ${length}, and (${shape.join(', ')}) of ${dtype}`;
  throw size < expected
    ? new ImgstoreError('TRUNCATED', what, { ...place, offset: size })
    : new ImgstoreError('CORRUPT', what, { ...place, offset: expected });
}

/** All elements, of a stream that stands before them: little-endian, C order. The bytes are the caller's, or those that `take` gives. */
export async function readElements(
  stream: ByteStream, form: ArrayForm, limits: Required<Limits>, take: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Promise<Uint8Array> {
  const { dataLength } = form;
  requireArraySize(dataLength, limits, stream.place);
  const data = take(dataLength);
  await stream.read(data);
  await stream.finish();
  return inOrder(data, form, form.shape);
}

/** The elements of `data`, which may be changed, little-endian and in C order. */
export function inOrder(data: Uint8Array, { dtype, isBigEndian, isFortran }: Pick<ArrayForm, 'dtype' | 'isBigEndian' | 'isFortran'>, shape: readonly number[]): Uint8Array {
  if (isBigEndian) swapBytes(data, dtype);
  if (!isFortran || shape.length < 2 || data.length === 0) return data;
  const target = new Uint8Array(data.length);
  fortranToC(data, target, shape, dtypeSize(dtype));
  return target;
}

/** That dtype, shape and bytes of an array agree. @throws ImgstoreError MISMATCH, LIMIT. */
export function checkArray({ dtype, shape, data }: NpyArray): void {
  const expected = tensorLength(shape) * dtypeSize(dtype);
  if (data.length !== expected) throw new ImgstoreError('MISMATCH', `the shape (${shape.join(', ')}) of ${dtype} takes ${expected} bytes, ${data.length} are there`);
}
