import { isDeepStrictEqual } from 'node:util';
import type { Sample, StoreRange } from '@imgstore/core';
import { shardStart } from '@imgstore/core';
import type { Bench } from '../bench.js';
import { check, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { manySamples } from '../catalogue/catalogue.js';
import { requireSame } from '../compare.js';
import { requireNothingOpen } from '../open-files.js';
import { readAll } from '../reading.js';
import { snapshotDifference, snapshotOf } from '../snapshot.js';
import type { Given, Subject } from '../subject.js';
import { requireCode } from '../typed.js';
import { feed, writeTo } from '../writing.js';

/** Ranges of a store. */
export function splitCases({ bench, whole }: Subject): readonly ConformanceCase[] {
  const skip = bench.isSplittable ? {} : { skip: 'the store is not split: there is no split' };
  return [
    {
      name: 'split: ranges cover the store exactly, in order, without overlap',
      ...skip,
      run: () => whole(async (given) => {
        for (const count of [1, 2, 3, 7, given.samples.length, given.samples.length + 5]) {
          if (count < 1) continue;
          const ranges = await bench.splittableAt(given.place.source).split({ count });
          check(ranges.length <= count, () => `split({ count: ${count} }) gave ${ranges.length} ranges`);
          await requireCover(bench, given, ranges, `split({ count: ${count} })`);
          await requireFairCuts(given, ranges, count);
        }
        for (const targetBytes of [1, 1000, 64 * 1024, 2 ** 40]) {
          const ranges = await bench.splittableAt(given.place.source).split({ targetBytes });
          await requireCover(bench, given, ranges, `split({ targetBytes: ${targetBytes} })`);
        }
        requireNothingOpen(given.place.folder, 'the store was split and read in ranges');
      }),
    },
    {
      name: 'split: a range is read with skip, twice and out of order, and what is none is BAD_OPTION',
      ...skip,
      run: () => whole(async (given) => {
        const store = bench.splittableAt(given.place.source);
        const ranges = await store.split({ count: 3 });
        for (const range of [...ranges].reverse()) {
          const expected = samplesOf(given.samples, ranges, range);
          requireSame(await readAll(store, { range, skip: 2 }), expected.slice(2), 'a range with skip: 2');
          requireSame(await readAll(store, { range }), expected, 'a range read again');
        }
        const [, end] = ranges;
        const bad: unknown[] = [{}, ...end === undefined ? [] : [{ ...end, first: -1 }, { ...end, start: undefined }]];
        for (const range of bad as StoreRange[]) { // what came from elsewhere as JSON
          const when = `range: ${JSON.stringify(range)}`;
          requireCode(await rejectionOf(readAll(store, { range }), `BAD_OPTION for ${when}`), ['BAD_OPTION'], when);
        }
      }),
    },
  ];
}

/** Parts of one store that are written apart, as a cluster does. */
export function shardCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  const skip = accepts === undefined ? 'the store cannot be written' : accepts.count === true ? undefined : 'accepts.count is not set: these options do not cut the store into shards';
  return [{
    name: 'parts: shards that are written apart are those that are written together',
    ...(skip === undefined ? {} : { skip }),
    run: () => bench.inPlace(async (place) => {
      if (accepts === undefined) return;
      const samples = manySamples(accepts, 23);
      const { files } = await writeTo(bench, place, samples);
      const count = files.filter((file) => file.samples > 0).length;
      check(count > 1, () => `accepts.count is set, and ${samples.length} samples came into ${count} file`);
      const whole = snapshotOf(place.folder);
      await bench.inPlace(async (other) => {
        for (let index = count - 1; index >= 0; index--) {
          const [first, end] = [shardStart(index, count, samples.length), shardStart(index + 1, count, samples.length)];
          const keys = accepts.key.kind === 'ordinal' ? 'ordinal' : 'stored';
          await bench.writableAt(other.target).write(feed(samples.slice(first, end)), { part: { index, count, first }, source: { keys, count: end - first } });
        }
        const what = snapshotDifference(whole, snapshotOf(other.folder));
        check(what === undefined, () => `written in parts, ${what ?? ''}; expected the files of one run`);
      });
    }),
  }];
}

async function requireCover(bench: Bench, { place, samples }: Given, ranges: readonly StoreRange[], when: string): Promise<void> {
  check(isDeepStrictEqual(JSON.parse(JSON.stringify(ranges)), ranges), () => `${when}: the ranges are no plain JSON`);
  let first = 0;
  const joined: Sample[] = [];
  for (const [at, range] of ranges.entries()) {
    check(range.first === first, () => `${when}: range ${at} begins at sample ${range.first}, the ranges before it end at ${first}`);
    const found = await readAll(bench.storeAt(place.source), { range });
    check(range.count === undefined || range.count === found.length, () => `${when}: range ${at} says ${range.count} samples and gives ${found.length}`);
    joined.push(...found);
    first += found.length;
  }
  requireSame(joined, samples, `${when}, joined`);
}

/** Where a store knows its count, and was cut into as many ranges as asked for, everyone cuts at the same places. */
async function requireFairCuts({ open, samples }: Given, ranges: readonly StoreRange[], wanted: number): Promise<void> {
  const { count } = await open().describe();
  if (count === undefined || ranges.length !== wanted) return;
  for (const [at, { first }] of ranges.entries()) {
    const expected = shardStart(at, wanted, samples.length);
    check(first === expected, () => `split({ count: ${wanted} }): range ${at} begins at sample ${first}, expected floor(${at} * ${samples.length} / ${wanted}) = ${expected}`);
  }
}

function samplesOf(samples: readonly Sample[], ranges: readonly StoreRange[], range: StoreRange): readonly Sample[] {
  return samples.slice(range.first, ranges[ranges.indexOf(range) + 1]?.first ?? samples.length);
}
