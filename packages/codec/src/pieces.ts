import { breather, limitError } from '@imgstore/core';
import type { ImgstoreError, Limits } from '@imgstore/core';

/** Elements between two looks at the clock. */
const PIECE = 2 ** 16;

/** `await breathe()` between two pieces of work; see {@link timedBreather}. */
export type Breathe = () => Promise<void> | undefined;

/** What one image may take. sharp counts its time by itself. */
export interface Budget {
  readonly limits: Required<Limits>;
  readonly breathe: Breathe;
}

/** Core's breather, which throws LIMIT when `limits.decode` seconds have passed since it was made. `what` is the work: `decoding`. */
export function timedBreather(what: string, limits: Required<Limits>): Breathe {
  const end = performance.now() + limits.decode * 1000;
  const breathe = breather();
  return () => {
    if (performance.now() > end) throw tooSlow(what, limits);
    return breathe();
  };
}

/** The error of work on an image that takes more than `limits.decode` seconds. */
export function tooSlow(what: string, limits: Required<Limits>, cause?: unknown): ImgstoreError {
  return limitError('decode', limits.decode + 1, `${what} the image takes more than ${limits.decode} seconds`, cause === undefined ? {} : { cause });
}

/** Does work on elements 0 up to `count` in pieces, between which the event loop may run. */
export async function inPieces(count: number, breathe: Breathe, work: (start: number, end: number) => void): Promise<void> {
  for (let start = 0; start < count; start += PIECE) {
    await breathe();
    work(start, Math.min(count, start + PIECE));
  }
}
