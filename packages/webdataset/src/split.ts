import { breather, shardStart } from '@imgstore/core';
import type { SplitOptions, StoreRange } from '@imgstore/core';
import type { StoreLayout } from '@imgstore/core/files';
import { openArchive } from './io/archive.js';
import type { CheckedOptions } from './options.js';
import { StoredSamples } from './samples.js';
import { SparseOffsets } from './sparse-offsets.js';
import { MemberReader } from './wire/reader.js';

/** A walk looks at headers alone, which are far apart. */
const WINDOW_LENGTH = 1 << 12;

interface WalkedFile {
  readonly path: string;
  readonly begin: number;
  readonly size: number;
  readonly first: number;
  readonly count: number;
  /** Where samples begin in a plain file; undefined for a compressed one, which is never cut. */
  readonly offsets: SparseOffsets | undefined;
}

/** A place where the store can be cut: a position, and the ordinal of the sample that begins there. */
interface Cut {
  readonly position: number;
  readonly sample: number;
}

/** At most `wanted` ranges that cover the store, cut where floor(i * n / wanted) says, or after so many bytes. Walks through all headers. */
export async function splitStore(layout: StoreLayout, wanted: SplitOptions, store: CheckedOptions): Promise<readonly StoreRange[]> {
  const files: WalkedFile[] = [];
  const byBytes = 'targetBytes' in wanted ? new CutsByBytes(wanted.targetBytes) : undefined;
  let total = 0;
  for (const file of layout.files) {
    const offsets = new SparseOffsets();
    const { count, isPlain } = await walk(file.path, store, (sample, offset) => {
      offsets.add(offset);
      byBytes?.add({ position: file.begin + (sample === 0 ? 0 : offset), sample: total + sample });
      return true;
    });
    files.push({ ...file, first: total, count, offsets: isPlain ? offsets : undefined });
    total += count;
  }
  const wantedCuts = 'count' in wanted ? await cutsByCount(files, Math.min(wanted.count, total), total, store) : byBytes?.cuts ?? [];
  const cuts: Cut[] = [{ position: 0, sample: 0 }];
  for (const cut of wantedCuts) {
    if (cut.position > (cuts.at(-1)?.position ?? 0) && cut.position < layout.size) cuts.push(cut);
  }
  return cuts.map(({ position, sample }, index) => {
    const next = cuts[index + 1] ?? { position: layout.size, sample: total };
    return { start: position, end: next.position, first: sample, count: next.sample - sample };
  });
}

/** Where `count` equal parts of the samples begin; within a compressed file, at the end of it that is nearer. */
async function cutsByCount(files: readonly WalkedFile[], count: number, total: number, store: CheckedOptions): Promise<readonly Cut[]> {
  const cuts: Cut[] = [];
  for (let index = 1; index < count; index++) {
    const sample = shardStart(index, count, total);
    const file = files.find(({ first, count: inFile }) => sample < first + inFile);
    if (file === undefined) break;
    const { begin, size, first, count: inFile } = file;
    if (sample === first) cuts.push({ position: begin, sample });
    else if (file.offsets !== undefined) cuts.push({ position: begin + await offsetOf(sample - first, file.path, file.offsets, store), sample });
    else if (sample - first > inFile / 2) cuts.push({ position: begin + size, sample: first + inFile });
    else cuts.push({ position: begin, sample: first });
  }
  return cuts;
}

/** Where a sample of a plain file begins: known, or found by going on from one before it. */
async function offsetOf(sample: number, path: string, offsets: SparseOffsets, store: CheckedOptions): Promise<number> {
  const known = offsets.before(sample);
  let found = known.offset;
  if (known.sample < sample) {
    await walk(path, store, (passed, offset) => {
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

/**
 * Goes through the samples of a file; `onSample` has their ordinals and, of a plain file, their offsets (of a compressed one it is told the
 * first only), and says whether to go on.
 */
async function walk(path: string, { limits, image }: CheckedOptions, onSample: (sample: number, offset: number) => boolean, start = 0): Promise<{ readonly count: number; readonly isPlain: boolean }> {
  const breathe = breather();
  const place = { file: path };
  const archive = await openArchive(path, { place, limits, windowLength: WINDOW_LENGTH });
  try {
    const isPlain = archive.canSeek;
    if (start > 0) archive.seek(start);
    const samples = new StoredSamples(archive, new MemberReader(archive, { place }), { limit: limits.record, place, image, payload: 'full', onNote: undefined });
    let count = 0;
    for (let sample = await samples.next({ load: false }); sample !== undefined; sample = await samples.next({ load: false })) {
      if ((isPlain || count === 0) && !onSample(count, sample.offset)) break;
      count++;
      await breathe();
    }
    archive.checkUnchanged();
    return { count, isPlain };
  } finally {
    await archive.close();
  }
}
