import { resolveLimits } from '@imgstore/core';
import type { Limits, SplitOptions, StoreRange } from '@imgstore/core';
import { splitFiles } from '@imgstore/core/files';
import type { StoreLayout } from '@imgstore/core/files';
import { openPath } from '#platform';
import { openFrames } from './records.js';
import { openPlain } from './io/plain.js';
import { walkFrames } from './walk.js';

/**
 * At most `wanted` ranges that cover the store: see `splitFiles` of core. Walks through the headers of all records; a compressed file is
 * inflated for that, and is never cut.
 */
export async function splitStore(layout: StoreLayout, wanted: SplitOptions, limits: Limits | undefined): Promise<readonly StoreRange[]> {
  const { record: limit, ratio } = resolveLimits(limits);
  return splitFiles(layout, wanted, async (path, onSample, start) => {
    if (start === 0 && await isCompressed(path, ratio)) {
      const count = await countRecords(path, limits);
      if (count > 0) onSample(0, 0);
      return { count, isPlain: false };
    }
    let count = 0;
    await walkFrames(path, { limit, start }, (offset) => onSample(count++, offset));
    return { count, isPlain: true };
  });
}

async function isCompressed(path: string, ratio: number): Promise<boolean> {
  const source = openPath(path);
  const { reader, compression } = await openPlain(source, { ratio, file: path }).catch((error: unknown) => {
    source.close();
    throw error;
  });
  await reader.close();
  return compression !== 'none';
}

async function countRecords(path: string, limits: Limits | undefined): Promise<number> {
  const { frames } = await openFrames(path, { limits, borrow: true, skip: Number.MAX_SAFE_INTEGER });
  try {
    while (await frames.next() !== undefined);
    return frames.passed;
  } finally {
    await frames.close();
  }
}
