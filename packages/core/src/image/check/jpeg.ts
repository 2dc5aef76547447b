/** JPEG: behind the segment SOS (jpeg-segments.ts) stand the coded pixels, in which no FF is followed by D9; behind the last of them FF D9 (EOI). */
import type { ByteCursor } from '../../bytes/cursor.js';
import { ImgstoreError } from '../../errors.js';
import { jpegSegments } from '../jpeg-segments.js';
import type { ImageCheckOptions } from './check.js';

const EOI = 0xd9;

/** That the pixels end with the marker EOI. A thumbnail in a segment has its own, which does not count. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkJpeg(cursor: ByteCursor, { place }: ImageCheckOptions): void {
  for (const _ of jpegSegments(cursor));
  const coded = cursor.bytes(cursor.remaining);
  // From the back: padding or a second image may follow, and mostly nothing does.
  for (let at = coded.length - 1; at > 0; at--) if (coded[at] === EOI && coded[at - 1] === 0xff) return;
  throw new ImgstoreError('TRUNCATED', 'the JPEG ends inside of its coded pixels', { ...place, offset: cursor.end - coded.length });
}
