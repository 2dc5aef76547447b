import { breather } from '@imgstore/core';

/** Elements between two looks at the clock. */
const PIECE = 2 ** 16;

/** Does work on elements 0 up to `count` in pieces, between which the event loop may run. */
export async function inPieces(count: number, work: (start: number, end: number) => void): Promise<void> {
  const breathe = breather();
  for (let start = 0; start < count; start += PIECE) {
    await breathe();
    work(start, Math.min(count, start + PIECE));
  }
}
