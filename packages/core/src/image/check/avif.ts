/** AVIF: boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2): `length:u32be type:4 payload`; of length 1 a u64be follows the type, 0 is up to the end. */
import type { ByteCursor } from '../../bytes/cursor.js';
import { ImgstoreError } from '../../errors.js';
import { countPart } from '../parts.js';
import type { ImageCheckOptions } from './check.js';

/** That the boxes are all there, among them those of a picture (`meta` and `mdat`) or of an animation (`moov`). @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkAvif(cursor: ByteCursor, { place }: ImageCheckOptions): void {
  let [isDescribed, hasPixels] = [false, false];
  for (let count = 0; cursor.remaining > 0;) {
    const start = cursor.position;
    count = countPart(count, 'boxes in the AVIF', { ...place, offset: start });
    const short = cursor.u32be();
    const type = String.fromCharCode(...cursor.bytes(4));
    const length = short === 1 ? cursor.u64be() : short === 0 ? cursor.end - start : short;
    const header = cursor.position - start;
    if (length < header) throw new ImgstoreError('CORRUPT', `a box of the AVIF has a length of ${length}, less than its own head`, { ...place, offset: start });
    cursor.skip(length - header);
    isDescribed ||= type === 'meta' || type === 'moov';
    hasPixels ||= type === 'mdat' || type === 'moov';
  }
  if (!isDescribed || !hasPixels) throw new ImgstoreError('TRUNCATED', `the AVIF ends before ${isDescribed ? 'its pixels' : 'the description of its pixels'}`, { ...place, offset: cursor.end });
}
