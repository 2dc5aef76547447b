import { isDeepStrictEqual } from 'node:util';
import { discardAll } from '@imgstore/core/files';
import type { Accepts, Sample, SampleStore } from '@imgstore/core';
import { inStoreOrder } from '../bench.js';
import type { Bench, Place } from '../bench.js';
import { check, failure, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { fewSamples } from '../catalogue/catalogue.js';
import { areSame, requireSame } from '../compare.js';
import { countOperations, withFailure } from '../faults.js';
import type { Persistence } from '../faults.js';
import { requireNothingOpen } from '../open-files.js';
import { collect, readAll } from '../reading.js';
import { snapshotDifference, snapshotOf } from '../snapshot.js';
import type { Snapshot } from '../snapshot.js';
import type { Given, Subject } from '../subject.js';
import { requireCode, requireTyped } from '../typed.js';
import { writeTo } from '../writing.js';

/** So many operations fail, one after the other. */
const MOST_OPERATIONS = 200;
const PERSISTENCES: readonly Persistence[] = ['once', 'for ever'];

/** Disks that fail while a store is read. */
export function operationReadingCases({ bench, few }: Subject): readonly ConformanceCase[] {
  return PERSISTENCES.map((persistence) => ({
    name: `operations: each file operation of reading that fails ${persistence} is a typed error or does no harm`,
    long: true,
    run: () => few(async (given) => {
      for (const job of readingJobs(bench, given)) {
        const wanted = await job.run();
        const count = await operationsOf(given.place, job.run);
        for (let at = 0; at < Math.min(count, MOST_OPERATIONS); at++) {
          const when = `${job.name}, where operation ${at} fails ${persistence}`;
          const outcome = await outcomeOf(withFailure(given.place.folder, at, persistence, job.run));
          if ('error' in outcome) requireTyped(outcome.error, when);
          else check(job.isSame(wanted, outcome.value), () => `${when}: it succeeded, with something else than without the failure`);
          requireNothingOpen(given.place.folder, when);
        }
      }
    }),
  }));
}

interface ReadingJob {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  readonly isSame: (wanted: unknown, found: unknown) => boolean;
}

function readingJobs(bench: Bench, { place, samples, open }: Given): readonly ReadingJob[] {
  const sameSamples = (_: unknown, found: unknown): boolean => Array.isArray(found) && areSame(found, samples);
  const withStore = (use: (store: SampleStore) => Promise<unknown>) => () => use(open());
  return [
    { name: 'reading', run: withStore((store) => readAll(store)), isSame: sameSamples },
    { name: 'describing', run: withStore((store) => store.describe()), isSame: isDeepStrictEqual },
    ...(bench.isSplittable ? [{ name: 'splitting', run: () => bench.splittableAt(place.source).split({ count: 2 }), isSame: isDeepStrictEqual }] : []),
    ...(bench.isIndexed ? [{ name: 'random access', run: () => byIndex(bench, place), isSame: sameSamples }] : []),
  ];
}

/** All samples by `keys` and `get`. */
async function byIndex(bench: Bench, { source }: Place): Promise<readonly (Sample | undefined)[]> {
  const store = bench.indexedAt(source);
  try {
    const found = [];
    for (const key of await collect(store.keys())) found.push(await store.get(key));
    return found;
  } finally {
    await store.close();
  }
}

/** Disks that fail while a store is written, into an empty place and over another store. */
export function operationWritingCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  return PERSISTENCES.flatMap((persistence) => [false, true].map((replaces): ConformanceCase => ({
    name: `operations: each file operation of ${replaces ? 'replacing' : 'writing'} that fails ${persistence} ${replaces ? 'leaves the old store or the new one' : 'leaves nothing partial'}`,
    long: true,
    ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
    run: async () => {
      if (accepts === undefined) return;
      const samples = fewSamples(accepts);
      const old = replaces ? fewSamples(accepts, 3) : undefined;
      const { complete, before, count } = await cleanRun(bench, samples, old);
      const mayBePart = replaces || persistence === 'for ever';
      for (let at = 0; at < Math.min(count, MOST_OPERATIONS); at++) {
        await bench.inPlace(async (place) => {
          if (old !== undefined) await writeTo(bench, place, old);
          const when = `writing, where operation ${at} fails ${persistence}`;
          const outcome = await outcomeOf(withFailure(place.folder, at, persistence, () => writeTo(bench, place, samples, { overwrite: replaces })));
          if ('error' in outcome) requireTyped(outcome.error, when);
          discardAll(); // what it could not remove then is removed at the end of the process
          requireNothingOpen(place.folder, when);
          if (old !== undefined && isMissing(before, snapshotOf(place.folder))) await putBack(bench, place, old);
          const stores = [{ files: before, samples: old ?? [] }, { files: complete, samples }].map((store) => ({ ...store, samples: inStoreOrder(store.samples, accepts) }));
          await requireWholeOrNothing(bench, place, { complete, before, mayBePart, when, succeeded: !('error' in outcome), stores });
          if (!('error' in outcome)) await requireReadable(bench, place, samples, accepts);
        });
      }
    },
  })));
}

interface CleanRun {
  /** What is there after writing without a failure. */
  readonly complete: Snapshot;
  /** What is there before. */
  readonly before: Snapshot;
  readonly count: number;
}

interface Judgement extends Omit<CleanRun, 'count'> {
  /**
   * Several files appear one by one, and are replaced so. Where that stops half-way, those that are there must each be whole,
   * and the set be refused as incomplete by its names, unless all that is missing of the old store or of the new one is a side file
   * without which reading gives its samples.
   */
  readonly mayBePart: boolean;
  /** The old store and the new one. */
  readonly stores: readonly { readonly files: Snapshot; readonly samples: readonly Sample[] }[];
  readonly when: string;
  readonly succeeded: boolean;
}

function cleanRun(bench: Bench, samples: readonly Sample[], old: readonly Sample[] | undefined): Promise<CleanRun> {
  return bench.inPlace(async (place) => {
    if (old !== undefined) await writeTo(bench, place, old);
    const before = snapshotOf(place.folder);
    const count = await operationsOf(place, () => writeTo(bench, place, samples, { overwrite: old !== undefined }));
    return { before, count, complete: snapshotOf(place.folder) };
  });
}

/** The operations of a job that works. @throws Error when there are none: then none could be made to fail. */
async function operationsOf({ folder }: Place, job: () => Promise<unknown>): Promise<number> {
  const count = await countOperations(folder, job);
  check(count > 0, () => 'no file operation went through @imgstore/core/files, so that none can be made to fail');
  return count;
}

function isMissing(before: Snapshot, there: Snapshot): boolean {
  return [...before.keys()].some((path) => !there.has(path));
}

/** A folder that could neither be replaced nor put back waits for the next run, which is to refuse it as EXISTS. */
async function putBack(bench: Bench, place: Place, old: readonly Sample[]): Promise<void> {
  requireCode(await rejectionOf(writeTo(bench, place, old), 'EXISTS'), ['EXISTS'], 'the next run, where the old store was moved aside');
}

async function requireWholeOrNothing(bench: Bench, place: Place, { complete, before, mayBePart, stores, when, succeeded }: Judgement): Promise<void> {
  const { folder } = place;
  const there = snapshotOf(folder);
  const fromNew = snapshotDifference(complete, there);
  if (fromNew === undefined) return;
  check(!succeeded, () => `${when}: it succeeded, and ${fromNew}`);
  const fromOld = snapshotDifference(before, there);
  if (fromOld === undefined) return;
  const isPart = mayBePart && [...there].every(([path, digest]) => complete.get(path) === digest || before.get(path) === digest);
  if (!isPart) throw failure(`${when}: ${fromOld}; expected what was there before, or the complete new store`);
  const possible = stores.filter(({ files, samples }) => samples.length > 0 && [...there].every(([path, digest]) => files.get(path) === digest));
  for (const read of [() => readAll(bench.storeAt(place.source)), ...(bench.isIndexed ? [() => byIndex(bench, place)] : [])]) {
    const outcome = await outcomeOf<readonly (Sample | undefined)[]>(read());
    if ('error' in outcome) requireTyped(outcome.error, `${when}: reading an unfinished set`);
    else check(possible.some(({ samples }) => areSame(outcome.value.filter((one) => one !== undefined), samples)), () => `${when}: ${fromOld}; and reading what is there succeeds`);
  }
}

async function requireReadable(bench: Bench, place: Place, samples: readonly Sample[], accepts: Accepts): Promise<void> {
  requireSame(await readAll(bench.storeAt(place.source)), inStoreOrder(samples, accepts), 'written in spite of a failure');
}

async function outcomeOf<T>(promise: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}
