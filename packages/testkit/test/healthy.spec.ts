import { join } from 'node:path';
import { conformance } from '@imgstore/testkit';
import { adapterOf } from './zoo/healthy.js';

const cases = conformance({ adapter: adapterOf(), location: (folder) => join(folder, 'store.healthy') });

describe('a store that keeps the contract', () => {
  for (const { name, skip, long, run } of cases) {
    if (long) continue; // healthy.slow.spec.ts
    if (skip === undefined) it(name, run, 60_000);
    else it.skip(`${name} (${skip})`, run);
  }
});
