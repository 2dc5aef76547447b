import { breather, ImgstoreError, shardStart } from '@imgstore/core';
import type { SplitOptions, StoreRange } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import { openArchive } from './io/archive.js';
import type { CheckedOptions } from './options.js';
import type { ArchivePart } from './read.js';
import { StoredSamples } from './samples.js';
import { MemberReader } from './wire/reader.js';

/** A walk looks at headers alone, which are far apart. */
const WINDOW_LENGTH = 1 << 12;

/**
 * Positions in ranges count bytes through all files of the store, laid end to end: a range may span files, and one number
 * says where it begins.
 */
export interface StoreLayout {
  readonly files: readonly { readonly path: string; readonly begin: number; readonly size: number }[];
  readonly size: number;
}

/** The files end to end. */
export function layOut(paths: readonly string[]): StoreLayout {
  let size = 0;
  const files = paths.map((path) => {
    const begin = size;
    size += pathFacts(path)?.size ?? 0;
    return { path, begin, size: size - begin };
  });
  return { files, size };
}

/** The parts of files that a range covers. @throws ImgstoreError BAD_OPTION, CHANGED when the files are not what they were when it was made. */
export function rangeParts({ start, end }: StoreRange, { files, size: all }: StoreLayout): readonly ArchivePart[] {
  if (typeof start !== 'number' || typeof end !== 'number' || !(start >= 0 && start <= end)) {
    throw new ImgstoreError('BAD_OPTION', 'the range is not one of this store', { format: 'webdataset' });
  }
  if (end > all) throw new ImgstoreError('CHANGED', `a range ends at byte ${end}, the files have ${all}`, { format: 'webdataset' });
  return files.flatMap(({ path, begin, size }) => {
    const from = Math.max(0, start - begin);
    const to = Math.min(size, end - begin);
    return from < to ? [{ source: path, name: path, ...from > 0 && { start: from }, ...to < size && { end: to } }] : [];
  });
}

interface WalkedFile {
  readonly begin: number;
  readonly size: number;
  readonly first: number;
  readonly count: number;
  /** Where samples begin in a plain file; undefined for a compressed one, which is never cut. */
  readonly offsets: readonly number[] | undefined;
}

/** A place where the store can be cut: a position, and the ordinal of the sample that begins there. */
interface Cut {
  readonly position: number;
  readonly sample: number;
}

/** At most `wanted` ranges that cover the store, cut where floor(i * n / wanted) says, or after so many bytes. Walks through all headers. */
export async function splitStore(layout: StoreLayout, wanted: SplitOptions, store: CheckedOptions): Promise<readonly StoreRange[]> {
  const files: WalkedFile[] = [];
  let total = 0;
  for (const file of layout.files) {
    const walked = await walk(file.path, store);
    files.push({ ...file, ...walked, first: total });
    total += walked.count;
  }
  const cuts: Cut[] = [{ position: 0, sample: 0 }];
  for (const cut of 'count' in wanted ? cutsByCount(files, Math.min(wanted.count, total), total) : cutsByBytes(files, wanted.targetBytes)) {
    if (cut.position > (cuts.at(-1)?.position ?? 0) && cut.position < layout.size) cuts.push(cut);
  }
  return cuts.map(({ position, sample }, index) => {
    const next = cuts[index + 1] ?? { position: layout.size, sample: total };
    return { start: position, end: next.position, first: sample, count: next.sample - sample };
  });
}

/** Where `count` equal parts of the samples begin; within a compressed file, at the end of it that is nearer. */
function* cutsByCount(files: readonly WalkedFile[], count: number, total: number): Generator<Cut, void, undefined> {
  for (let index = 1; index < count; index++) {
    const sample = shardStart(index, count, total);
    const file = files.find(({ first, count: inFile }) => sample < first + inFile);
    if (file === undefined) return;
    const { begin, size, first, count: inFile, offsets } = file;
    const offset = sample === first ? 0 : offsets?.[sample - first];
    if (offset !== undefined) yield { position: begin + offset, sample };
    else if (sample - first > inFile / 2) yield { position: begin + size, sample: first + inFile };
    else yield { position: begin, sample: first };
  }
}

/** The first place to cut at or after each multiple of so many bytes: a sample of a plain file, the beginning of a compressed one. */
function* cutsByBytes(files: readonly WalkedFile[], targetBytes: number): Generator<Cut, void, undefined> {
  let mark = targetBytes;
  for (const { begin, first, offsets = [0] } of files) {
    for (const [index, offset] of offsets.entries()) {
      const position = begin + (index === 0 ? 0 : offset);
      if (position < mark) continue;
      yield { position, sample: first + index };
      mark = (Math.floor(position / targetBytes) + 1) * targetBytes;
    }
  }
}

/** Counts the samples of a file. */
async function walk(path: string, { limits, image }: CheckedOptions): Promise<{ readonly count: number; readonly offsets: readonly number[] | undefined }> {
  const breathe = breather();
  const place = { file: path };
  const archive = await openArchive(path, { place, limits, windowLength: WINDOW_LENGTH });
  try {
    const samples = new StoredSamples(archive, new MemberReader(archive, { place }), { limit: limits.record, place, image, payload: 'full', onNote: undefined });
    const offsets: number[] = [];
    let count = 0;
    for (let sample = await samples.next({ load: false }); sample !== undefined; sample = await samples.next({ load: false })) {
      if (archive.canSeek) offsets.push(sample.offset);
      count++;
      await breathe();
    }
    archive.checkUnchanged();
    return { count, offsets: archive.canSeek ? offsets : undefined };
  } finally {
    await archive.close();
  }
}
