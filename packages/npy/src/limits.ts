import { limitError } from '@imgstore/core';
import type { ErrorPlace, Limits } from '@imgstore/core';

/** @throws ImgstoreError LIMIT when an array that is held in memory whole is larger than a record may be. */
export function requireArraySize(bytes: number, { record }: Required<Limits>, place: ErrorPlace): void {
  if (bytes > record) throw limitError('record', bytes, `an array of ${bytes} bytes in one piece, above the limit of ${record}`, place);
}
