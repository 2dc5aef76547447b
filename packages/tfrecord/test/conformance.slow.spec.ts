import { conformance } from '@imgstore/testkit';
import { conformanceOptions } from './helpers/conformance.js';

describe('TFRecord keeps the contract, at length', () => {
  for (const { name, skip, long, run } of conformance(conformanceOptions)) {
    if (!long) continue;
    if (skip === undefined) it(name, run, 600_000);
    else it.skip(`${name} (${skip})`, run);
  }
});
