import { limitError } from '@imgstore/core';
import type { ErrorPlace, Limits } from '@imgstore/core';

/** Small streams may be dense: so many plain bytes are always let pass. */
const FREE_BYTES = 1 << 20;

/** No DEFLATE stream gives more for a byte: a code of 2 bits stands for 258 bytes. */
const MOST_OF_DEFLATE = 1032;

/** @throws ImgstoreError LIMIT when so many plain bytes are more than that many compressed ones may give. */
export function requireRatio(plain: number, compressed: number, { ratio }: Required<Limits>, place: ErrorPlace): void {
  if (plain <= FREE_BYTES || plain <= ratio * compressed) return;
  throw limitError('ratio', Math.max(MOST_OF_DEFLATE, Math.min(plain, plain / compressed)), `${compressed} compressed bytes that give ${plain}, more than ${ratio} to 1`, place);
}

/** @throws ImgstoreError LIMIT when an array that is held in memory whole is larger than a record may be. */
export function requireArraySize(bytes: number, { record }: Required<Limits>, place: ErrorPlace): void {
  if (bytes > record) throw limitError('record', bytes, `an array of ${bytes} bytes in one piece, above the limit of ${record}`, place);
}
