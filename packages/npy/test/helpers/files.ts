import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isImgstoreError } from '@imgstore/core';
import type { ImgstoreError } from '@imgstore/core';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A temporary folder for the tests of a file, removed after them. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly file: (name: string, bytes: Uint8Array | string) => string } {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imgstore-npy-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    file: (name, bytes) => {
      writeFileSync(path(name), bytes);
      return path(name);
    },
  };
}

/** All values of an iterable. */
export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const result: T[] = [];
  for await (const value of values) result.push(value);
  return result;
}

/** Values one by one. */
export async function* each<T>(values: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* values;
}

/** The error that the work ends with, which must be an ImgstoreError. */
export async function failureOf(work: Promise<unknown>): Promise<ImgstoreError> {
  try {
    await work;
  } catch (error) {
    if (isImgstoreError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
