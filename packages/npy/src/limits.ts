import { ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** What is refused although it may be well-formed, because its size is only a claim until it is read. */
export interface Limits {
  /** The most bytes of one array that is held in memory whole: a sample, or what `readNpy` gives. Default 1 GiB. */
  readonly array?: number;
  /** The most plain bytes for each compressed byte, beyond the first MiB. Default 1000. */
  readonly ratio?: number;
}

/** The limits with their defaults. @throws ImgstoreError BAD_OPTION. */
export function withDefaults({ array = 2 ** 30, ratio = 1000 }: Limits = {}): Required<Limits> {
  for (const [name, value, least] of [['array', array, 0], ['ratio', ratio, 1]] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new ImgstoreError('BAD_OPTION', `npy: limits.${name} is ${value}, expected an integer of at least ${least}`, { format: 'npy' });
    }
  }
  return { array, ratio };
}

/** Small streams may be dense: so many plain bytes are always let pass. */
const FREE_BYTES = 1 << 20;

/** @throws ImgstoreError LIMIT when so many plain bytes are more than that many compressed ones may give. */
export function requireRatio(plain: number, compressed: number, { ratio }: Required<Limits>, place: ErrorPlace): void {
  if (plain <= FREE_BYTES || plain <= ratio * compressed) return;
  throw new ImgstoreError('LIMIT', `${compressed} compressed bytes that give ${plain}, more than ${ratio} to 1`, { ...place, hint: 'limits.ratio raises it' });
}

/** @throws ImgstoreError LIMIT when an array is too large to be held in memory. */
export function requireArraySize(bytes: number, { array }: Required<Limits>, place: ErrorPlace): void {
  if (bytes > array) throw new ImgstoreError('LIMIT', `an array of ${bytes} bytes in one piece, above the limit of ${array}`, { ...place, hint: 'limits.array raises it' });
}
