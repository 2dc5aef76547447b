import { ImgstoreError, limitError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** The longest line or row of a text that is read, whatever the limits say: its cells take several times its bytes. */
export const MOST_ROW_BYTES: number = 64 * 1024 * 1024;

/** How long a line or a row of a text may be. */
export interface TextLimit {
  readonly bytes: number;
  /** Whether `limits.record` says so, and can say more. */
  readonly isRecord: boolean;
}

/** The limit for lines and rows where records may have so many bytes. */
export function rowLimit(record: number): TextLimit {
  return record < MOST_ROW_BYTES ? { bytes: record, isRecord: true } : { bytes: MOST_ROW_BYTES, isRecord: false };
}

/** The error for a line or a row beyond its limit. @param needed the bytes that it may have, as far as that is known */
export function textTooLong({ bytes, isRecord }: TextLimit, what: string, { needed, ...place }: ErrorPlace & { readonly needed: number }): ImgstoreError {
  const found = `${what}: more than ${bytes} bytes`;
  return isRecord ? limitError('record', Math.min(needed, MOST_ROW_BYTES), found, place) : new ImgstoreError('LIMIT', found, place);
}
