import { conformance } from '@imgstore/testkit';
import { conformanceOptions } from './helpers/conformance.js';

describe('folders of images keep the contract with every set of options', () => {
  for (const { name, skip, run } of conformance(conformanceOptions)) {
    if (skip === undefined) it(name, run, 600_000);
    else it.skip(`${name} (${skip})`, run);
  }
});
