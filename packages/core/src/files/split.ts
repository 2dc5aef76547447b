import { shardStart } from '../shards.js';
import type { SplitOptions, StoreRange } from '../store.js';
import type { StoreLayout } from './layout.js';
import { SparseOffsets } from './sparse-offsets.js';

/**
 * Goes through the samples of a file from the one that begins at `start`; `onSample` has their ordinals from there and, of a plain file, their
 * offsets (of a compressed one it is told the first only), and says whether to go on.
 */
export type FileWalk = (path: string, onSample: (sample: number, offset: number) => boolean, start: number) => Promise<WalkedFile>;

/** What a walk to the end has found. */
export interface WalkedFile {
  readonly count: number;
  /** Whether the file can be read from the middle. */
  readonly isPlain: boolean;
}

interface CountedFile {
  readonly path: string;
  readonly begin: number;
  readonly size: number;
  /** The ordinal, in the store, of its first sample. */
  readonly first: number;
  readonly count: number;
  /** Where its samples begin; undefined: the file is never cut. */
  readonly offsets: SparseOffsets | undefined;
}

/** A place where the store can be cut: a position, and the ordinal of the sample that begins there. */
interface Cut {
  readonly position: number;
  readonly sample: number;
}

/**
 * At most `wanted` ranges that cover the files end to end, cut between samples where floor(i * n / wanted) says, or after so many bytes.
 * Walks through each file, with `count` a part of it a second time; compressed files are not cut. Memory does not grow with the samples.
 */
export async function splitFiles({ files: all, size }: StoreLayout, wanted: SplitOptions, walk: FileWalk): Promise<readonly StoreRange[]> {
  if (size === 0) return [];
  const files: CountedFile[] = [];
  const byBytes = 'targetBytes' in wanted ? new CutsByBytes(wanted.targetBytes) : undefined;
  let total = 0;
  for (const file of all) {
    const offsets = new SparseOffsets();
    const { count, isPlain } = await walk(file.path, (sample, offset) => {
      offsets.add(offset);
      byBytes?.add({ position: file.begin + (sample === 0 ? 0 : offset), sample: total + sample });
      return true;
    }, 0);
    files.push({ ...file, first: total, count, offsets: isPlain ? offsets : undefined });
    total += count;
  }
  const wantedCuts = 'count' in wanted ? await cutsByCount(files, Math.min(wanted.count, total), total, walk) : byBytes?.cuts ?? [];
  const cuts: Cut[] = [{ position: 0, sample: 0 }];
  for (const cut of wantedCuts) {
    if (cut.position > (cuts.at(-1)?.position ?? 0) && cut.position < size) cuts.push(cut);
  }
  return cuts.map(({ position, sample }, index) => {
    const next = cuts[index + 1] ?? { position: size, sample: total };
    return { start: position, end: next.position, first: sample, count: next.sample - sample };
  });
}

/** Where `count` equal parts of the samples begin; within a compressed file, at the end of it that is nearer. */
async function cutsByCount(files: readonly CountedFile[], count: number, total: number, walk: FileWalk): Promise<readonly Cut[]> {
  const cuts: Cut[] = [];
  let at = 0;
  for (let index = 1; index < count; index++) {
    const sample = shardStart(index, count, total);
    while (sample >= files[at]!.first + files[at]!.count) at++; // it is below the total
    const { begin, size, first, count: inFile, offsets, path } = files[at]!;
    if (sample === first) cuts.push({ position: begin, sample });
    else if (offsets !== undefined) cuts.push({ position: begin + await offsetOf(sample - first, path, offsets, walk), sample });
    else if (sample - first > inFile / 2) cuts.push({ position: begin + size, sample: first + inFile });
    else cuts.push({ position: begin, sample: first });
  }
  return cuts;
}

/** Where a sample of a plain file begins: known, or found by going on from one before it. */
async function offsetOf(sample: number, path: string, offsets: SparseOffsets, walk: FileWalk): Promise<number> {
  const known = offsets.before(sample);
  let found = known.offset;
  if (known.sample < sample) {
    await walk(path, (passed, offset) => {
      found = offset;
      return known.sample + passed < sample;
    }, known.offset);
  }
  return found;
}

/** The first place to cut at or after each multiple of so many bytes, of places that are added in order. */
class CutsByBytes {
  readonly cuts: Cut[] = [];
  readonly #targetBytes: number;
  #mark: number;

  constructor(targetBytes: number) {
    this.#targetBytes = this.#mark = targetBytes;
  }

  add(cut: Cut): void {
    if (cut.position < this.#mark) return;
    this.cuts.push(cut);
    this.#mark = (Math.floor(cut.position / this.#targetBytes) + 1) * this.#targetBytes;
  }
}
