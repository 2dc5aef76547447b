import { ImgstoreError } from '../errors.js';
import type { DType, TensorImage } from '../sample.js';
import { dtypeSize } from './dtype.js';
import { isLittleEndian } from './endian.js';

/** The elements of a tensor as a typed array: bool as Uint8Array, float16 as the bits in a Uint16Array. */
export type TensorView =
  | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | BigUint64Array | BigInt64Array
  | Float32Array | Float64Array;

/**
 * The elements of the tensor as a typed array: a view of `data` where its alignment allows, otherwise of a copy.
 * Elements that `data` is too short for are not in it (`checkTensor` refuses such a tensor).
 * @throws ImgstoreError UNSUPPORTED on a big-endian machine for elements of several bytes.
 */
export function tensorView(image: Pick<TensorImage, 'dtype' | 'data'>): TensorView {
  return typedView(image.dtype, image.data);
}

/** Like {@link tensorView}, of bytes. */
export function typedView(dtype: DType, data: Uint8Array): TensorView {
  const size = dtypeSize(dtype);
  if (size > 1 && !isLittleEndian()) {
    throw new ImgstoreError('UNSUPPORTED', 'this machine is big-endian, and tensors are little-endian');
  }
  const { buffer, byteOffset: offset } = data.byteOffset % size === 0 ? data : new Uint8Array(data); // slice of Node's Buffer would not copy
  const length = Math.floor(data.length / size);
  switch (dtype) {
    case 'bool': case 'uint8': return new Uint8Array(buffer, offset, length);
    case 'int8': return new Int8Array(buffer, offset, length);
    case 'uint16': case 'float16': return new Uint16Array(buffer, offset, length);
    case 'int16': return new Int16Array(buffer, offset, length);
    case 'uint32': return new Uint32Array(buffer, offset, length);
    case 'int32': return new Int32Array(buffer, offset, length);
    case 'uint64': return new BigUint64Array(buffer, offset, length);
    case 'int64': return new BigInt64Array(buffer, offset, length);
    case 'float32': return new Float32Array(buffer, offset, length);
    case 'float64': return new Float64Array(buffer, offset, length);
  }
}

/** The bytes behind a typed array: a view. */
export function bytesOf(view: TensorView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
