// The line of the README for Vitest, with an adapter of this repository and the groups that take no time.
import { join } from 'node:path';
import { it } from 'vitest';
import adapter from '@imgstore/tfrecord/adapter';
import { conformance as all } from '@imgstore/testkit';

const conformance = (options) => all(options).filter(({ name }) => /^(declarations|round trip|index|empty)/.test(name));

for (const { name, skip, run } of conformance({ adapter, location: (folder) => join(folder, 'store.foo') })) {
  (skip ? it.skip : it)(skip ? `${name} (${skip})` : name, run, 600_000);
}
