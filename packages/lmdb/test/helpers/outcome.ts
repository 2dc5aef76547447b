import { isImgstoreError } from '@imgstore/core';
import type { ErrorCode, ImgstoreError } from '@imgstore/core';
import { lmdb } from '../../src/index.js';
import { digestOf } from './fixtures.js';

/** What damage in pages may be called. */
const CODES: readonly ErrorCode[] = ['CORRUPT', 'TRUNCATED', 'LIMIT', 'UNSUPPORTED'];

/** What came of an attempt: a value or a typed error. Anything else is thrown. */
export async function outcomeOf<T>(attempt: () => Promise<T>): Promise<{ readonly value: T } | { readonly error: ImgstoreError }> {
  try {
    return { value: await attempt() };
  } catch (error) {
    if (!isImgstoreError(error) || !CODES.includes(error.code)) throw error;
    return { error };
  }
}

/** Everything that can be asked of a database at a path; each answers or gives a typed error. What `readEntries` gave is returned. */
export async function ask(path: string, key: string): ReturnType<typeof outcomeOf<Awaited<ReturnType<typeof digestOf>>>> {
  const store = lmdb(path);
  await outcomeOf(() => store.get(key));
  await store.close();
  await outcomeOf(() => store.split({ count: 3 }));
  await outcomeOf(() => store.describe());
  return outcomeOf(() => digestOf(path, { borrow: true }));
}
