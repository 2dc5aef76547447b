/** JPEG (ITU-T T.81, Annex B): FF D8, then segments `FF marker length:u16be payload`, of which the length counts itself. SOS (DA) begins the scan. */
import type { ByteCursor } from '../bytes/cursor.js';
import { ImgstoreError } from '../errors.js';
import { countPart } from './parts.js';

/** One segment before the scan. */
export interface JpegSegment {
  readonly marker: number;
  /** Where its FF stands. */
  readonly start: number;
  /** A view of the bytes. */
  readonly payload: Uint8Array;
}

/**
 * The segments of a JPEG that have a length, up to and with the first SOS, behind which the cursor then stands.
 * @throws ImgstoreError TRUNCATED when the bytes end before, CORRUPT.
 */
export function* jpegSegments(cursor: ByteCursor): Generator<JpegSegment, void, undefined> {
  cursor.skip(2);
  for (let segments = 0; ;) {
    segments = countPart(segments, 'segments in the JPEG', { offset: cursor.offset });
    // Stray bytes and fill bytes, as libjpeg does: on to the next FF that is followed by neither 00 nor FF.
    while (cursor.u8() !== 0xff);
    let marker = cursor.u8();
    while (marker === 0xff) marker = cursor.u8();
    if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (marker === 0xd9) throw new ImgstoreError('CORRUPT', 'the JPEG ends without a scan', { offset: cursor.offset - 2 });
    const start = cursor.position - 2;
    const length = cursor.u16be();
    if (length < 2) throw new ImgstoreError('CORRUPT', `a segment of the JPEG has a length of ${length}`, { offset: cursor.base + start });
    yield { marker, start, payload: cursor.bytes(length - 2) };
    if (marker === 0xda) return;
  }
}
