import { ImgstoreError } from '../errors.js';
import type { ErrorPlace } from '../errors.js';

/** Far more chunks, blocks, segments or boxes than any program writes into one image. Each costs some time and room here and in decoders, however small it is. */
const MOST_PARTS = 2 ** 18;

/**
 * Counts one part of an image's structure, and gives the new count. `what` are the parts: `chunks in the PNG`.
 * @throws ImgstoreError CORRUPT when there are more than 262,144.
 */
export function countPart(count: number, what: string, place: ErrorPlace = {}): number {
  if (count === MOST_PARTS) throw new ImgstoreError('CORRUPT', `there are more than ${MOST_PARTS} ${what}`, place);
  return count + 1;
}
