import { isImgstoreError, isSplittableStore } from '@imgstore/core';
import type { ImgstoreError, SampleStore, StoreDescription } from '@imgstore/core';
import type { Scan } from './scan.js';

/** Stores are counted up to these sizes: that takes about a second. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_SAMPLES = 100_000;

/** How many samples there are. */
export interface SampleCount {
  readonly count?: number;
  /** Where counting would take long: by the size of the first samples. */
  readonly estimate?: number;
  /** What counting met. */
  readonly problem?: ImgstoreError;
}

/** The number of samples in a store: what it says itself, what was read to its end, what a walk counts where that is cheap, else an estimate. */
export async function countSamples(store: SampleStore, description: StoreDescription, scan: Scan): Promise<SampleCount> {
  if (description.count !== undefined) return { count: description.count };
  if (scan.isWhole) return { count: scan.count };
  const estimate = estimateOf(description, scan);
  const isCheap = description.bytes !== undefined && (description.bytes <= MOST_BYTES || (estimate !== undefined && estimate <= MOST_SAMPLES));
  if (!isCheap || !isSplittableStore(store)) return estimate === undefined ? {} : { estimate };
  try {
    const ranges = await store.split({ count: 1 });
    return ranges.every(({ count }) => count !== undefined) ? { count: ranges.reduce((sum, { count = 0 }) => sum + count, 0) } : {};
  } catch (error) {
    if (isImgstoreError(error)) return { problem: error };
    throw error;
  }
}

/** By the bytes between the first and the last sample that were read, in one file. Positions in a compressed file say nothing of its size. */
function estimateOf({ bytes, compression }: StoreDescription, { span }: Scan): number | undefined {
  if (bytes === undefined || compression !== undefined || span === undefined || span.bytes <= 0) return undefined;
  return Math.max(1, Math.round(bytes / (span.bytes / span.samples)));
}
