import type { Limits } from '@imgstore/core';
import { hasIdxMagic, IDX_PREAMBLE_LENGTH, idxHeaderLength, parseIdxHeader } from '../wire/idx.js';
import type { ArrayHeader } from '../wire/header.js';
import { requireLength } from '../array.js';
import { InflateStream } from './inflate.js';
import { headOf } from './source.js';
import type { ByteSource } from './source.js';
import { PlainStream } from './stream.js';
import type { ByteStream } from './stream.js';

/** Whether the source begins as a GZIP stream does. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** The bytes of an IDX file, inflated where it is compressed. */
export function openIdx(source: ByteSource, limits: Required<Limits>): ByteStream {
  const range = { start: 0, end: source.size, place: source.place };
  return isGzip(headOf(source, 3)) ? new InflateStream(source, { ...range, kind: 'gzip', limits }) : new PlainStream(source, range);
}

/** Whether a source holds IDX, plain or compressed. @throws ImgstoreError TRUNCATED, CORRUPT for a damaged stream. */
export async function isIdx(source: ByteSource, limits: Required<Limits>): Promise<boolean> {
  const head = headOf(source, IDX_PREAMBLE_LENGTH);
  if (!isGzip(head)) return hasIdxMagic(head);
  const stream = openIdx(source, limits);
  try {
    const plain = new Uint8Array(IDX_PREAMBLE_LENGTH);
    await stream.read(plain);
    return hasIdxMagic(plain);
  } finally {
    stream.close();
  }
}

/** The header at the front of a stream, which stands at the elements afterwards. @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT. */
export async function readIdxHeader(stream: ByteStream): Promise<ArrayHeader> {
  const preamble = new Uint8Array(IDX_PREAMBLE_LENGTH);
  await stream.read(preamble);
  const bytes = new Uint8Array(idxHeaderLength(preamble, stream.place));
  bytes.set(preamble);
  await stream.read(bytes.subarray(IDX_PREAMBLE_LENGTH));
  const header = parseIdxHeader(bytes, stream.place);
  requireLength(header, stream);
  return header;
}
