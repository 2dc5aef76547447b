import { ImgstoreError } from '@imgstore/core';
import type { ErrorCode, ErrorPlace, Sample } from '@imgstore/core';

/** Where a sample was read, for an error about it. */
export function placeOf(sample: Sample): ErrorPlace {
  return { ...sample.origin, key: sample.key };
}

/** That the target cannot hold this sample at all; permission for a loss would not help. */
export function refuse(sample: Sample, what: string, hint?: string, code: ErrorCode = 'LOSSY'): ImgstoreError {
  return new ImgstoreError(code, what, { ...placeOf(sample), ...(hint === undefined ? {} : { hint }) });
}

/** What helps where class names must become numbers, and it is not known which. */
export const CLASSES_HINT = '--classes FILE gives all names, in the order of their labels (in a program: the option classes)';

/** What helps where a list of names was given, and samples come with others. */
export const OWN_NAMES_HINT = 'a sample keeps the name that it has: leave --classes out (in a program: the option classes); class folders are named by --src-opt metadata=FILE and numbered by --src-opt labels=FILE';
