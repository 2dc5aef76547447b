import type { ImgstoreError } from '@imgstore/core';

/** The errno's name behind an IO error: `EACCES`. */
export function errnoOfCause({ cause }: ImgstoreError): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
