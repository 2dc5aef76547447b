import { ImgstoreError, isDType, quote } from '@imgstore/core';
import type { DType, ErrorPlace } from '@imgstore/core';
import type { Literal } from './literal.js';

/** What the elements of an array are, and how their bytes stand. */
export interface ElementType {
  readonly dtype: DType;
  readonly isBigEndian: boolean;
}

const CODES: Readonly<Record<DType, string>> = {
  bool: '|b1', uint8: '|u1', int8: '|i1', uint16: '<u2', int16: '<i2', uint32: '<u4', int32: '<i4', uint64: '<u8', int64: '<i8',
  float16: '<f2', float32: '<f4', float64: '<f8',
};

const DTYPES: ReadonlyMap<string, DType> = new Map(Object.entries(CODES).map(([dtype, code]) => [code.slice(1), dtype as DType]));

const KINDS: Readonly<Record<string, string>> = {
  c: 'complex numbers', S: 'bytes', a: 'bytes', U: 'text', V: 'raw bytes', M: 'dates', m: 'times', g: 'long doubles', f: 'floats of a size not known here',
};

/** NumPy's code of a dtype, little-endian: `<f4`, `|u1`. */
export function descrOf(dtype: DType): string {
  return CODES[dtype];
}

/**
 * The element type that `descr` names.
 * @throws ImgstoreError UNSUPPORTED for elements that are no numbers (objects, which are pickles; structured; complex; text), CORRUPT for no dtype at all.
 */
export function parseDescr(descr: Literal, place: ErrorPlace): ElementType {
  if (descr.kind === 'sequence') {
    throw new ImgstoreError('UNSUPPORTED', holdsObjects(descr) ? objects : 'the elements are structured (several fields each); an image is an array of numbers', place);
  }
  if (descr.kind !== 'text') throw new ImgstoreError('CORRUPT', 'the dtype in the header is not a text', place);
  const [, order = '', code = ''] = /^([<>|=]?)(.*)$/s.exec(descr.value) ?? [];
  const dtype = code === '?' ? 'bool' : DTYPES.get(code) ?? (order === '' && isDType(code) ? code : undefined);
  if (dtype !== undefined) return { dtype, isBigEndian: order === '>' };
  if (code.startsWith('O')) throw new ImgstoreError('UNSUPPORTED', objects, place);
  const kind = /^[A-Za-z]\d*/.test(code) ? KINDS[code[0] ?? ''] : undefined;
  if (kind === undefined) throw new ImgstoreError('CORRUPT', `${quote(descr.value)} is no dtype`, place);
  throw new ImgstoreError('UNSUPPORTED', `the elements are ${kind} (${quote(descr.value)}); an image is an array of numbers`, place);
}

const objects = 'the array holds Python objects (a pickle), which are never read';

function holdsObjects(literal: Literal): boolean {
  return literal.kind === 'sequence' ? literal.items.some(holdsObjects) : literal.kind === 'text' && /^[<>|=]?O/.test(literal.value);
}
