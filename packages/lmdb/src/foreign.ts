/** What values are that are no Datum: other programs keep images in LMDB in their own ways. */
import { decodeUtf8, isImgstoreError, sniffImage, WireReader, WireType } from '@imgstore/core';

/** What the bytes of a value are, as `a PNG image`, or undefined when it cannot be told. For values that are no Datum. */
export function recogniseValue(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'empty';
  const image = sniffImage(bytes);
  if (image !== undefined) return `a ${image.format.toUpperCase()} image`;
  const message = recogniseMessage(bytes);
  if (message !== undefined) return message;
  if (bytes[0] === 0x80 && (bytes[1] as number) >= 2 && (bytes[1] as number) <= 5 && bytes.at(-1) === 0x2e) return 'a Python pickle';
  if (startsWith(bytes, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])) return 'a NumPy array';
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return 'a zip archive';
  return recogniseText(bytes);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function recogniseText(bytes: Uint8Array): string | undefined {
  const text = decodeUtf8(bytes.length > 4096 ? bytes.subarray(0, lastCharacterStart(bytes, 4096)) : bytes);
  if (text === undefined || /[\0-\x08\x0e-\x1f]/.test(text)) return undefined;
  return /^\s*[[{]/.test(text) ? 'JSON' : 'text';
}

/** The start of the UTF-8 character that reaches over `at`, so that a cut does not make text invalid. */
function lastCharacterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > at - 4 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
  return start;
}

/** Messages that begin with a message in field 1, by what that one holds. */
function recogniseMessage(bytes: Uint8Array): string | undefined {
  try {
    const inner = fieldOne(bytes);
    if (inner === undefined) return undefined;
    const fields = fieldTypes(inner);
    if (fields.get(2) === WireType.varint && fields.get(3) === WireType.varint) return 'an AnnotatedDatum, as SSD writes it';
    if (fields.get(2) === WireType.varint) return 'a Caffe2 TensorProtos';
    const entry = fieldOne(inner);
    if (entry !== undefined && fieldTypes(entry).get(1) === WireType.bytes) return 'a tf.train.Example';
    return undefined;
  } catch (error) {
    if (isImgstoreError(error, 'CORRUPT')) return undefined; // not a message at all
    throw error;
  }
}

/** The first field, when it is number 1 and a message. */
function fieldOne(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new WireReader(bytes);
  return reader.more && reader.tag() === (1 << 3 | WireType.bytes) ? reader.view() : undefined;
}

/** The wire type of each field, the last one of each number. */
function fieldTypes(bytes: Uint8Array): ReadonlyMap<number, number> {
  const types = new Map<number, number>();
  const reader = new WireReader(bytes);
  while (reader.more) {
    const tag = reader.tag();
    types.set(tag >>> 3, tag & 7);
    reader.skip(tag);
  }
  return types;
}
