/**
 * The header of a .npy file (NumPy's NEP 1):
 *
 *     0  93 "NUMPY"
 *     6  major version 1, 2 or 3
 *     7  minor version 0
 *     8  length of the text: u16le in version 1, u32le in versions 2 and 3
 *    10  (or 12) the text: a Python dict of descr, fortran_order and shape, padded with spaces, ended by \n; Latin-1, in version 3 UTF-8
 *
 * The elements follow. NumPy pads so that they begin at a multiple of 64 bytes, before 1.14 of 16; a reader need not care.
 */
import { decodeUtf8, dtypeSize, ImgstoreError, quote } from '@imgstore/core';
import type { DType, ErrorPlace } from '@imgstore/core';
import { descrOf, parseDescr } from './descr.js';
import type { ElementType } from './descr.js';
import { parseLiteral } from './literal.js';
import type { Literal } from './literal.js';

/** What a header says. */
export interface ArrayHeader extends ElementType {
  /** The elements stand in Fortran order: the first axis fastest. */
  readonly isFortran: boolean;
  /** The length of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** Bytes before the elements. */
  readonly length: number;
  /** Bytes of all elements. */
  readonly dataLength: number;
}

/** The bytes that say how long the header is. */
export const PREAMBLE_LENGTH = 12;

const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_TEXT = 65_536;
/** As many axes as a NumPy array can have. */
const MAX_RANK = 64;
/** NumPy leaves room for so many digits on the axis that may grow. */
const GROWTH_DIGITS = 21;
const ALIGNMENT = 64;

/** Whether bytes begin as a .npy file does. */
export function hasMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/** How long the header is in all, by its first 12 bytes (fewer only where the file is shorter), and how it is encoded. */
export function parsePreamble(bytes: Uint8Array, place: ErrorPlace): { readonly length: number; readonly textStart: number; readonly isUtf8: boolean } {
  const at = bytes.findIndex((byte, index) => index < MAGIC.length && byte !== MAGIC[index]);
  if (at >= 0) throw notAnArray(bytes, place);
  const [major, minor] = bytes.subarray(6);
  if (major === undefined || minor === undefined) throw truncated(bytes, place);
  if (major < 1 || major > 3 || minor !== 0) throw new ImgstoreError('UNSUPPORTED', `version ${major}.${minor} of the .npy format; 1.0, 2.0 and 3.0 are known`, { ...place, offset: 6 });
  const textStart = major === 1 ? 10 : 12;
  if (bytes.length < textStart) throw truncated(bytes, place);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const textLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textLength > MAX_TEXT) throw new ImgstoreError('LIMIT', `the header is ${textLength} bytes long, above the limit of ${MAX_TEXT}`, { ...place, offset: 8 });
  return { length: textStart + textLength, textStart, isUtf8: major === 3 };
}

function notAnArray(bytes: Uint8Array, place: ErrorPlace): ImgstoreError {
  // Protocol 2 and later begin so; what numpy.save and pickle.dump wrote is told from anything else.
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) return new ImgstoreError('UNSUPPORTED', 'a Python pickle, which is never read', place);
  return new ImgstoreError('CORRUPT', 'no .npy file begins so; expected 93 "NUMPY"', { ...place, offset: 0 });
}

function truncated(bytes: Uint8Array, place: ErrorPlace): ImgstoreError {
  return new ImgstoreError('TRUNCATED', 'the file ends within the header', { ...place, offset: bytes.length });
}

/**
 * The header, of its whole bytes.
 * @throws ImgstoreError CORRUPT, LIMIT, UNSUPPORTED (objects and other elements that are no numbers), TRUNCATED.
 */
export function parseHeader(bytes: Uint8Array, place: ErrorPlace): ArrayHeader {
  const { length, textStart, isUtf8 } = parsePreamble(bytes, place);
  if (bytes.length < length) throw new ImgstoreError('TRUNCATED', `the header is ${length} bytes long, ${bytes.length} are there`, { ...place, offset: bytes.length });
  const raw = bytes.subarray(textStart, length);
  const text = isUtf8 ? decodeUtf8(raw) : Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  if (text === undefined) throw new ImgstoreError('CORRUPT', 'the header is not valid UTF-8', { ...place, offset: textStart });
  const literal = parseLiteral(text, textStart, place);
  const at = { ...place, offset: textStart };
  const names = literal.kind === 'dict' ? [...literal.entries.keys()].sort() : [];
  if (literal.kind !== 'dict' || names.join() !== 'descr,fortran_order,shape') {
    throw new ImgstoreError('CORRUPT', `the header holds ${names.map(quote).join(', ') || 'no dict'}, expected descr, fortran_order and shape`, at);
  }
  const { entries } = literal;
  const order = entries.get('fortran_order') as Literal; // the names were compared above
  if (order.kind !== 'boolean') throw new ImgstoreError('CORRUPT', 'fortran_order in the header is neither True nor False', at);
  const shape = parseShape(entries.get('shape') as Literal, at);
  const type = parseDescr(entries.get('descr') as Literal, at);
  return { ...type, isFortran: order.value, shape, length, dataLength: dataLength(shape, type.dtype, at) };
}

function parseShape(literal: Literal, place: ErrorPlace): readonly number[] {
  if (literal.kind !== 'sequence') throw new ImgstoreError('CORRUPT', 'the shape in the header is not a tuple', place);
  if (literal.items.length > MAX_RANK) throw new ImgstoreError('LIMIT', `the array has ${literal.items.length} axes, above the limit of ${MAX_RANK}`, place);
  return literal.items.map((item) => {
    if (item.kind !== 'integer' || item.value < 0n) throw new ImgstoreError('CORRUPT', 'the shape in the header holds something else than integers of at least 0', place);
    if (item.value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImgstoreError('LIMIT', `an axis of ${digits(item.value)} elements is above 2^53-1`, place);
    return Number(item.value);
  });
}

/** The product is made of exact integers: nothing is allocated by it before it was held against the bytes there are. */
function dataLength(shape: readonly number[], dtype: DType, place: ErrorPlace): number {
  if (shape.includes(0)) return 0;
  const length = shape.reduce((product, size) => product * BigInt(size), BigInt(dtypeSize(dtype)));
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImgstoreError('LIMIT', `the shape (${shape.join(', ')}) of ${dtype} takes ${digits(length)} bytes, above 2^53-1`, place);
  return Number(length);
}

function digits(value: bigint): string {
  const text = String(value);
  return text.length <= 40 ? text : `10^${text.length - 1} and more`;
}

/**
 * The header that `np.save` writes for a little-endian array in C order, byte for byte: version 1, aligned to 64 bytes, the
 * same length whatever the first axis is, so that a count can be put in at the end.
 */
export function formatHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const room = shape.length === 0 ? 0 : Math.max(0, GROWTH_DIGITS - String(shape[0]).length);
  const text = `{'descr': '${descrOf(dtype)}', 'fortran_order': False, 'shape': (${axes}), }${' '.repeat(room)}`;
  const used = 10 + text.length + 1;
  const length = used + ALIGNMENT - (used % ALIGNMENT);
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([...MAGIC, 1, 0, (length - 10) & 0xff, (length - 10) >> 8]);
  for (let at = 0; at < text.length; at++) bytes[10 + at] = text.charCodeAt(at);
  bytes[length - 1] = 0x0a;
  return bytes;
}
