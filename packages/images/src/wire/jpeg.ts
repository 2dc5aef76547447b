/**
 * JPEG (ITU-T T.81, B): FF D8, then segments: FF, a marker, and for most of them a length u16be (with itself) and data. Behind the segment SOS
 * stand the coded pixels, in which no FF is followed by D9; behind the last of them FF D9.
 */
import type { ErrorPlace } from '@imgstore/core';
import { broken, cutShort, viewOf } from './ends.js';

const EOI = 0xd9;
const SOS = 0xda;

/** That the pixels end with the marker EOI. A thumbnail in a segment has its own, which does not count. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkJpeg(bytes: Uint8Array, place: ErrorPlace): void {
  const scan = scanStart(bytes, place);
  const { length } = bytes;
  if (bytes[length - 2] === 0xff && bytes[length - 1] === EOI && length - 2 >= scan) return;
  // Padding, or a second image, may follow.
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, length).lastIndexOf(MARKER_EOI);
  if (end < scan) throw cutShort('the coded pixels', scan, place);
}

const MARKER_EOI = Uint8Array.of(0xff, EOI);

/** Where the pixels of the first scan begin. Stray bytes between segments are passed over, as decoders do. */
function scanStart(bytes: Uint8Array, place: ErrorPlace): number {
  const view = viewOf(bytes);
  for (let at = 2; ;) {
    const code = bytes[at + 1];
    if (code === undefined) throw cutShort('its segments', at, place);
    if (bytes[at] !== 0xff || code === 0xff || code === 0) at += 1;
    else if (code === EOI) throw broken('a JPEG without pixels', at, place);
    else if (code === 0x01 || (code >= 0xd0 && code <= 0xd8)) at += 2;
    else {
      const end = at + 4 > bytes.length ? Infinity : at + 2 + view.getUint16(at + 2);
      if (end > bytes.length) throw cutShort('a segment', at, place);
      if (code === SOS) return end;
      at = end;
    }
  }
}
