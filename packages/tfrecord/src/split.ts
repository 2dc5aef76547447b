import { ImgstoreError, resolveLimits, shardStart } from '@imgstore/core';
import type { Limits, StoreRange } from '@imgstore/core';
import type { FilePart } from './read.js';
import { openPath } from '#platform';
import { openFrames } from './records.js';
import { openPlain } from './io/plain.js';
import { frameOverhead, headerLength, readLength } from './wire/frame.js';

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
    const file = openPath(path);
    const begin = size;
    const length = file.size ?? 0;
    void file.close();
    size += length;
    return { path, begin, size: length };
  });
  return { files, size };
}

/** The parts of files that a range covers. @throws ImgstoreError CHANGED when the files are not what they were when it was made. */
export function rangeParts(range: StoreRange, layout: StoreLayout): readonly FilePart[] {
  const { start, end } = range;
  if (typeof start !== 'number' || typeof end !== 'number' || !(start >= 0 && start <= end)) {
    throw new ImgstoreError('BAD_OPTION', 'the range is not one of this store');
  }
  if (end > layout.size) throw new ImgstoreError('CHANGED', `a range ends at byte ${end}, the files have ${layout.size}`);
  const parts: FilePart[] = [];
  for (const { path, begin, size } of layout.files) {
    const from = Math.max(0, start - begin);
    const to = Math.min(size, end - begin);
    if (from < to) parts.push({ source: path, ...(from > 0 && { start: from }), ...(to < size && { end: to }) });
  }
  return parts;
}

/** A place where the store can be cut: a position, and the ordinal of the record that begins there. */
interface Cut {
  readonly position: number;
  readonly record: number;
}

/**
 * At most `wanted` ranges that cover the store, cut between records where floor(i * n / wanted) says, or after so many
 * bytes. Walks through the headers of all records; a compressed file is inflated for that, and is never cut.
 */
export async function splitStore(
  layout: StoreLayout, wanted: { readonly count: number } | { readonly targetBytes: number }, limits: Limits | undefined,
): Promise<readonly StoreRange[]> {
  const files = [];
  let total = 0;
  for (const file of layout.files) {
    const walked = await walk(file, limits);
    files.push({ ...file, ...walked, first: total });
    total += walked.count;
  }
  const size = layout.size;
  const marks = 'count' in wanted
    ? Array.from({ length: wanted.count - 1 }, (_, index) => shardStart(index + 1, wanted.count, total))
    : Array.from({ length: Math.ceil(size / wanted.targetBytes) - 1 }, (_, index) => (index + 1) * wanted.targetBytes);
  const cuts: Cut[] = [{ position: 0, record: 0 }];
  for (const mark of marks) {
    const cut = 'count' in wanted ? cutAtRecord(files, mark) : cutAtByte(files, mark);
    if (cut !== undefined && cut.position > cuts.at(-1)!.position && cut.position < size) cuts.push(cut);
  }
  if (size === 0) return [];
  return cuts.map(({ position, record }, index) => {
    const next = cuts[index + 1] ?? { position: size, record: total };
    return { start: position, end: next.position, first: record, count: next.record - record };
  });
}

interface WalkedFile {
  readonly begin: number;
  readonly size: number;
  readonly first: number;
  readonly count: number;
  /** Offsets of all records of a plain file; undefined for a compressed one. */
  readonly offsets: Float64Array | undefined;
}

function cutAtRecord(files: readonly WalkedFile[], record: number): Cut | undefined {
  const file = files.find(({ first, count }) => record < first + count);
  if (file === undefined) return undefined;
  const offset = file.offsets?.[record - file.first];
  return offset === undefined ? nearestEnd(file, record - file.first > file.count / 2) : { position: file.begin + offset, record };
}

function cutAtByte(files: readonly WalkedFile[], position: number): Cut | undefined {
  const file = files.find(({ begin, size }) => position < begin + size);
  if (file === undefined) return undefined;
  if (file.offsets === undefined) return nearestEnd(file, position - file.begin > file.size / 2);
  const index = file.offsets.findIndex((offset) => file.begin + offset >= position);
  return index === -1 ? nearestEnd(file, true) : { position: file.begin + file.offsets[index]!, record: file.first + index };
}

function nearestEnd(file: WalkedFile, after: boolean): Cut {
  return after ? { position: file.begin + file.size, record: file.first + file.count } : { position: file.begin, record: file.first };
}

/** Counts the records of a file; of a plain one only the headers are read. */
async function walk(file: { readonly path: string; readonly size: number }, limits: Limits | undefined): Promise<{ count: number; offsets: Float64Array | undefined }> {
  const { record: limit, ratio } = resolveLimits(limits);
  const source = openPath(file.path);
  const { reader, compression } = await openPlain(source, { ratio, file: file.path }).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  if (compression !== 'none' || reader.seek === undefined) {
    await reader.close();
    return { count: await countRecords(file.path, limits), offsets: undefined };
  }
  try {
    const offsets: number[] = [];
    const header = new Uint8Array(headerLength);
    for (let offset = 0; offset < file.size;) {
      reader.seek(offset);
      const place = { file: file.path, record: offsets.length, offset };
      if (await reader.read(header) < headerLength) throw new ImgstoreError('TRUNCATED', 'the file ends in the header of the record', { file: file.path, offset });
      offsets.push(offset);
      offset += readLength(header, 0, place, { size: file.size, limit }) + frameOverhead;
    }
    return { count: offsets.length, offsets: Float64Array.from(offsets) };
  } finally {
    await reader.close();
  }
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
