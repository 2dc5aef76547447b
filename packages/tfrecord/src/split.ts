import { resolveLimits, shardStart } from '@imgstore/core';
import type { Limits, SplitOptions, StoreRange } from '@imgstore/core';
import type { StoreLayout } from '@imgstore/core/files';
import { openPath } from '#platform';
import { openFrames } from './records.js';
import { openPlain } from './io/plain.js';
import { Offsets } from './offsets.js';
import { walkFrames } from './walk.js';

/** A place where the store can be cut: a position, and the ordinal of the record that begins there. */
interface Cut {
  readonly position: number;
  readonly record: number;
}

/**
 * At most `wanted` ranges that cover the store, cut between records where floor(i * n / wanted) says, or after so many
 * bytes. Walks through the headers of all records; a compressed file is inflated for that, and is never cut.
 */
export async function splitStore(layout: StoreLayout, wanted: SplitOptions, limits: Limits | undefined): Promise<readonly StoreRange[]> {
  const files: WalkedFile[] = [];
  let total = 0;
  for (const file of layout.files) {
    const walked = await walk(file, limits);
    files.push({ ...file, ...walked, first: total });
    total += walked.count;
  }
  const { size } = layout;
  if (size === 0) return [];
  const cuts: Cut[] = [{ position: 0, record: 0 }];
  for (const cut of 'count' in wanted ? cutsByCount(files, Math.min(wanted.count, total), total) : cutsByBytes(files, wanted.targetBytes)) {
    if (cut.position > cuts.at(-1)!.position && cut.position < size) cuts.push(cut);
  }
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

/** Where `count` equal parts of the records begin; within a compressed file, at the end of it that is nearer. */
function* cutsByCount(files: readonly WalkedFile[], count: number, total: number): Generator<Cut, void, undefined> {
  let at = 0;
  for (let index = 1; index < count; index++) {
    const record = shardStart(index, count, total);
    while (record >= files[at]!.first + files[at]!.count) at++;
    const file = files[at]!;
    const offset = file.offsets?.[record - file.first];
    if (offset !== undefined) yield { position: file.begin + offset, record };
    else if (record - file.first > file.count / 2) yield { position: file.begin + file.size, record: file.first + file.count };
    else yield { position: file.begin, record: file.first };
  }
}

/** The first place to cut at or after each multiple of so many bytes: a record of a plain file, the beginning of a compressed one. */
function* cutsByBytes(files: readonly WalkedFile[], targetBytes: number): Generator<Cut, void, undefined> {
  let mark = targetBytes;
  for (const { begin, first, offsets } of files) {
    for (const [index, offset] of (offsets ?? [0]).entries()) {
      const position = begin + offset;
      if (position < mark) continue;
      yield { position, record: first + index };
      mark = (Math.floor(position / targetBytes) + 1) * targetBytes;
    }
  }
}

/** Counts the records of a file; of a plain one only the headers are read. */
async function walk(file: { readonly path: string; readonly size: number }, limits: Limits | undefined): Promise<{ count: number; offsets: Float64Array | undefined }> {
  const { record: limit, ratio } = resolveLimits(limits);
  const source = openPath(file.path);
  const { reader, compression } = await openPlain(source, { ratio, file: file.path }).catch((error: unknown) => {
    source.close();
    throw error;
  });
  await reader.close();
  if (compression !== 'none') return { count: await countRecords(file.path, limits), offsets: undefined };
  const offsets = new Offsets();
  await walkFrames(file.path, { limit }, (offset) => offsets.add(offset));
  return { count: offsets.count, offsets: offsets.view() };
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
