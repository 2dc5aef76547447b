import type { Bench } from './bench.js';
import type { ConformanceCase } from './case.js';
import { abortReadingCases, abortWritingCases } from './cases/abort.js';
import { borrowCases } from './cases/borrow.js';
import { declarationCases } from './cases/declarations.js';
import { describeCases } from './cases/describe.js';
import { detectForeignCases, detectOwnCases } from './cases/detect.js';
import { emptyCases } from './cases/empty.js';
import { existingCases } from './cases/existing.js';
import { failingSourceCases } from './cases/failing-source.js';
import { flipCases } from './cases/flips.js';
import { randomAccessCases } from './cases/random-access.js';
import { memoryCases } from './cases/memory.js';
import { operationReadingCases, operationWritingCases } from './cases/operations.js';
import { outsideCases } from './cases/outside.js';
import { largeImageCases, readingCases } from './cases/reading.js';
import { roundTripCases } from './cases/round-trip.js';
import { splitCases, shardCases } from './cases/split.js';
import { truncationCases } from './cases/truncation.js';
import type { Subject } from './subject.js';

/** Cases of one adapter with one set of options. */
export function writingGroups(bench: Bench): readonly ConformanceCase[] {
  return [
    declarationCases, detectForeignCases, emptyCases, roundTripCases, largeImageCases, abortWritingCases, failingSourceCases, existingCases, outsideCases, borrowCases,
    shardCases, operationWritingCases, memoryCases,
  ].flatMap((group) => group(bench));
}

/** Cases of one store that is there to be read. */
export function readingGroups(subject: Subject): readonly ConformanceCase[] {
  return [
    detectOwnCases, readingCases, abortReadingCases, describeCases, randomAccessCases, splitCases, operationReadingCases, truncationCases, flipCases,
  ].flatMap((group) => group(subject));
}
