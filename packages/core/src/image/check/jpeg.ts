/** JPEG: behind the segment SOS (jpeg-segments.ts) stand the coded pixels, in which no FF is followed by D9; behind the last of them FF D9 (EOI). */
import type { ByteCursor } from '../../bytes/cursor.js';
import { ImgstoreError } from '../../errors.js';
import { jpegSegments } from '../jpeg-segments.js';
import type { ImageCheckOptions } from './check.js';

const SOS = 0xda;
const EOI = 0xd9;
/** More segments than most have. */
const FEW = 64;

/** Whether the JPEG is whole and as most are: segments with nothing between them, and EOI at the very end. Says in a fraction of the time what `checkJpeg` would not object to. */
export function isPlainJpeg(bytes: Uint8Array): boolean {
  let at = 2;
  for (let segments = 0; segments < FEW && bytes[at] === 0xff; segments++) {
    const marker = bytes[at + 1] ?? 0;
    const length = (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    if (marker < 0xc0 || marker === 0xff || (marker >= 0xd0 && marker <= EOI) || length < 2) return false;
    at += 2 + length;
    if (marker === SOS) return at <= bytes.length - 2 && bytes.at(-2) === 0xff && bytes.at(-1) === EOI;
  }
  return false;
}

/** That the pixels end with the marker EOI. A thumbnail in a segment has its own, which does not count. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkJpeg(cursor: ByteCursor, { place }: ImageCheckOptions): void {
  for (const _ of jpegSegments(cursor));
  const coded = cursor.bytes(cursor.remaining);
  // From the back: padding or a second image may follow, and mostly nothing does.
  for (let at = coded.length - 1; at > 0; at--) if (coded[at] === EOI && coded[at - 1] === 0xff) return;
  throw new ImgstoreError('TRUNCATED', 'the JPEG ends inside of its coded pixels', { ...place, offset: cursor.end - coded.length });
}
