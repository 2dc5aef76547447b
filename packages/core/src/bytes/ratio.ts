import type { ErrorPlace } from '../errors.js';
import { limitError } from '../limits.js';

/** Small streams may be dense: so many plain bytes are always let pass. */
const FREE_BYTES = 1 << 20;
/** No DEFLATE stream gives more for a byte: a code of 2 bits stands for 258 bytes. */
const MOST_OF_DEFLATE = 1032;

/** @throws ImgstoreError LIMIT when so many plain bytes, given or claimed, are more than that many compressed ones may give: `ratio` for each, beyond the first MiB. */
export function requireRatio(plain: number, compressed: number, ratio: number, place: ErrorPlace): void {
  if (plain <= FREE_BYTES || plain <= ratio * compressed) return;
  throw limitError('ratio', Math.max(MOST_OF_DEFLATE, Math.min(plain, plain / compressed)), `${compressed} compressed bytes that give ${plain}, more than ${ratio} to 1`, place);
}
