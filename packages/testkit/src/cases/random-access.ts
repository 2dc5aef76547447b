import { isDeepStrictEqual } from 'node:util';
import { ordinalKey } from '@imgstore/core';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { difference } from '../compare.js';
import { requireNothingOpen } from '../open-files.js';
import { collect } from '../reading.js';
import type { Subject } from '../subject.js';

/** Random access. */
export function randomAccessCases({ bench, whole }: Subject): readonly ConformanceCase[] {
  const skip = bench.isIndexed ? {} : { skip: 'the store has no random access: get and keys are not there' };
  return [
    {
      name: 'index: keys are those of reading, in its order',
      ...skip,
      run: () => whole(async ({ place, samples }) => {
        const store = bench.indexedAt(place.source);
        const keys = await collect(store.keys());
        const stored = samples.map(({ key }) => key);
        check(isDeepStrictEqual(keys, stored) || areOrdinals(keys, samples.length), () => `keys() gives ${keys.length} keys that are not those of reading`);
        await store.close();
        requireNothingOpen(place.folder, 'the store was closed');
      }),
    },
    {
      name: 'index: get gives what reading gives, from the last key to the first, and nothing for a key that is not there',
      ...skip,
      run: () => whole(async ({ place, samples }) => {
        const store = bench.indexedAt(place.source);
        const keys = await collect(store.keys());
        for (const [at, sample] of [...samples.entries()].reverse()) {
          const key = keys[at] ?? sample.key;
          const found = await store.get(key);
          check(found !== undefined, () => `get finds nothing of the key ${JSON.stringify(key)}`);
          const what = difference(sample, found);
          check(what === undefined, () => `get of the key ${JSON.stringify(key)} gives ${what ?? ''}`);
        }
        for (const key of ['not there', '99999999', '', '~'.repeat(300)]) {
          check(await store.get(key) === undefined, () => `get finds a sample of the key ${JSON.stringify(key)}`);
        }
        await store.close();
        requireNothingOpen(place.folder, 'the store was closed');
      }),
    },
  ];
}

/** An index may know records by their ordinals only, whatever keys they hold. */
function areOrdinals(keys: readonly string[], count: number): boolean {
  return keys.length === count && keys.every((key, at) => key === ordinalKey(at));
}
