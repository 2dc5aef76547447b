// The line of the README for node:test, with an adapter of this repository and the groups that take no time.
import { join } from 'node:path';
import test from 'node:test';
import adapter from '@imgstore/tfrecord/adapter';
import { conformance as all } from '@imgstore/testkit';

const conformance = (options) => all(options).filter(({ name }) => /^(declarations|round trip|index|empty)/.test(name));

for (const { name, skip, run } of conformance({ adapter, location: (folder) => join(folder, 'store.foo') })) {
  test(name, { skip }, () => run());
}
