import { conformance } from '@imgstore/testkit';
import { quickOptions } from './helpers/conformance.js';

describe('folders of images keep the contract', () => {
  for (const { name, skip, long, run } of conformance(quickOptions)) {
    if (long) continue; // conformance.slow.spec.ts has these, and all option sets
    if (skip === undefined) it(name, run, 60_000);
    else it.skip(`${name} (${skip})`, run);
  }
});
