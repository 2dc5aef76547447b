/** AVIF: boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2): length u32be (1: a u64be follows the type; 0: up to the end) | type | content. */
import type { ErrorPlace } from '@imgstore/core';
import { broken, cutShort, viewOf } from './ends.js';

/** That the boxes are all there, among them those of an image. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkAvif(bytes: Uint8Array, place: ErrorPlace): void {
  const view = viewOf(bytes);
  const types = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw cutShort('a box', at, place);
    const short = view.getUint32(at);
    if (short === 1 && at + 16 > bytes.length) throw cutShort('a box', at, place);
    const length = short === 0 ? bytes.length - at : short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (length < 8) throw broken(`a box of ${length} bytes, less than its own head`, at, place);
    if (at + length > bytes.length) throw cutShort('a box', at, place);
    types.add(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
    at += length;
  }
  if (!types.has('meta') && !types.has('moov')) throw cutShort('the boxes before its pixels', bytes.length, place);
  if (!types.has('mdat') && !types.has('moov')) throw cutShort('the boxes around its pixels', bytes.length, place);
}
