import { breather } from '@imgstore/core';
import type { FileWalk, WalkedFile } from '@imgstore/core/files';
import { openArchive } from './io/archive.js';
import type { CheckedOptions } from './options.js';
import { StoredSamples } from './samples.js';
import { MemberReader } from './wire/reader.js';

/** A walk looks at headers alone, which are far apart. */
const WINDOW_LENGTH = 1 << 12;

/** Walks through the headers of an archive: see `splitFiles` of core. */
export async function walkArchive(path: string, onSample: Parameters<FileWalk>[1], start: number, { limits, image }: CheckedOptions): Promise<WalkedFile> {
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
