// What the contract asks, case by case, of the package as it ships. Those that do not apply say why.
import { join } from 'node:path';
import test from 'node:test';
import { conformance } from '@imgstore/testkit';
import adapter from 'imgstore-adapter-jsonl';

const fixtures = [join(import.meta.dirname, 'fixtures/python.jsonl')];

for (const { name, skip, run } of conformance({ adapter, location: (folder) => join(folder, 'store.jsonl'), fixtures })) {
  test(name, { skip }, () => run());
}
