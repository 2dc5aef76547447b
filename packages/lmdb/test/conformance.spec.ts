import { conformance } from '@imgstore/testkit';
import { conformanceOptions } from './helpers/conformance.js';

describe('LMDB keeps the contract', () => {
  for (const { name, skip, long, run } of conformance(conformanceOptions)) {
    if (long) continue; // in conformance.slow.spec.ts
    if (skip === undefined) it(name, run, 60_000);
    else it.skip(`${name} (${skip})`, run);
  }
});
