import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isImgstoreError } from '@imgstore/core';
import type { ImgstoreError } from '@imgstore/core';

/** Paths in a folder, and a function that puts a file there and gives its path. */
export interface TemporaryFolder {
  readonly path: (name: string) => string;
  readonly file: (name: string, bytes: Uint8Array | string) => string;
}

/** A temporary folder for the tests of a file, removed after them. */
export function temporaryFolder(): TemporaryFolder {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imgstore-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    file: (name, bytes) => {
      mkdirSync(dirname(path(name)), { recursive: true });
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

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
