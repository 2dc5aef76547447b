import type { ImgstoreError } from '@imgstore/core';
import { temporaryFolder as shared } from '../../../../tools/jest/helpers.js';
import { crc32cByTable, maskCrc } from '../../src/wire/crc.js';

/** A little-endian number of so many bytes. */
export function little(value: bigint | number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => Number((BigInt(value) >> BigInt(8 * index)) & 0xffn));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** The 12 bytes that announce a record of that length, with their checksum right. */
export function frameHeader(length: bigint | number): Uint8Array {
  const bytes = little(length, 8);
  return concat(bytes, little(maskCrc(crc32cByTable(bytes)), 4));
}

/** A record in its frame. */
export function frame(data: Uint8Array): Uint8Array {
  return concat(frameHeader(data.length), data, little(maskCrc(crc32cByTable(data)), 4));
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export { all as collect } from '../../../../tools/jest/helpers.js';

/** What came before the failure, and the failure. */
export async function collectUntilError<T>(values: AsyncIterable<T>): Promise<{ values: T[]; error: ImgstoreError | undefined }> {
  const all: T[] = [];
  try {
    for await (const value of values) all.push(value);
  } catch (error) {
    return { values: all, error: error as ImgstoreError };
  }
  return { values: all, error: undefined };
}

export async function* stream<T>(...values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** The bytes in pieces of that length, as a network gives them. */
export async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length);
}

/** Paths in a temporary folder for the tests of a file. */
export function temporaryFolder(): (name: string) => string {
  return shared().path;
}
