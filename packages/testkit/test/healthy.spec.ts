import { join } from 'node:path';
import { conformance } from '@imgstore/testkit';
import { adapterOf, healthyStore } from './zoo/healthy.js';
import { verdictOn } from './zoo/verdict.js';

const cases = conformance({ adapter: adapterOf(), location: (folder) => join(folder, 'store.healthy') });

describe('a store that keeps the contract', () => {
  for (const { name, skip, long, run } of cases) {
    if (long) continue; // healthy.slow.spec.ts
    if (skip === undefined) it(name, run, 60_000);
    else it.skip(`${name} (${skip})`, run);
  }
});

it('may end the reading at a record behind which it can find no other, and name that record', async () => {
  // Where the next one begins is known when this one is decoded: nothing is passed over unread.
  const chained = (location: string): ReturnType<typeof healthyStore> => {
    const store = healthyStore(location);
    return {
      ...store,
      async* read({ skip = 0, onBadSample: _, ...options } = {}) {
        let ordinal = 0;
        for await (const sample of store.read(options)) if (ordinal++ >= skip) yield sample;
      },
    };
  };
  expect(await verdictOn({ store: chained, caught: 'bad samples' })).toBeUndefined();
});
