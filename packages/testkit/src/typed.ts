import { isImgstoreError } from '@imgstore/core';
import type { ErrorCode, ImgstoreError } from '@imgstore/core';
import { check, failure, nameOf } from './case.js';

/** Every code of the contract. */
const CODES: readonly ErrorCode[] = [
  'BAD_OPTION', 'NOT_FOUND', 'NOT_A_STORE', 'NO_ADAPTER', 'CONTRACT', 'PLUGIN', 'TRUNCATED', 'CORRUPT', 'LIMIT', 'UNSUPPORTED', 'MISMATCH',
  'CHANGED', 'LOSSY', 'EXISTS', 'IO',
];

/** The error as an ImgstoreError with a message of one line. @throws Error when it is something else. */
export function requireTyped(error: unknown, when: string): ImgstoreError {
  if (!isImgstoreError(error)) throw failure(`${when}: ${nameOf(error)}; expected an ImgstoreError`, error);
  check(CODES.includes(error.code), () => `${when}: the error has the code ${error.code}, which the contract does not know`);
  check(error.message !== '' && !/[\r\n]/.test(error.message), () => `${when}: the message is not one line: ${JSON.stringify(error.message)}`);
  return error;
}

/** The error as an ImgstoreError of one of those codes. @throws Error when it is something else. */
export function requireCode(error: unknown, codes: readonly ErrorCode[], when: string): ImgstoreError {
  const typed = requireTyped(error, when);
  check(codes.includes(typed.code), () => `${when}: ${nameOf(typed)}; expected ${codes.join(' or ')}`);
  return typed;
}
