import { isImgstoreError } from '@imgstore/core';
import * as testkit from '@imgstore/testkit';
import { adapterOf, healthyStore } from './zoo/healthy.js';

describe('@imgstore/testkit', () => {
  it('exports the kit and nothing else', () => {
    expect(Object.keys(testkit)).toEqual(['conformance']);
  });

  it('gives every case a name of its own, for any number of option sets', () => {
    const optionSets: readonly object[] = [{}, { a: 1, b: 'x' }];
    const names = testkit.conformance({ adapter: adapterOf(), location: (folder) => `${folder}/s`, optionSets }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.startsWith('no options: '))).toHaveLength(names.length / 2);
    expect(names.filter((name) => name.startsWith('a=1 b=x: '))).toHaveLength(names.length / 2);
  });

  it('refuses an adapter that only reads and comes without fixtures', () => {
    const { accepts: _, write: __, ...reader } = healthyStore('nowhere');
    const adapter = { ...adapterOf(), store: () => reader };
    expect(isImgstoreError(caught(() => testkit.conformance({ adapter, location: (folder) => folder })), 'BAD_OPTION')).toBe(true);
  });

  it('tries an adapter that only reads on its fixtures', () => {
    const { accepts: _, write: __, ...reader } = healthyStore('nowhere');
    const cases = testkit.conformance({ adapter: { ...adapterOf(), store: () => reader }, location: (folder) => folder, fixtures: ['some/old.healthy'] });
    expect(cases.filter(({ name, skip }) => name.startsWith('fixture old.healthy: ') && skip === undefined).length).toBeGreaterThan(15);
    expect(cases.filter(({ name, skip }) => !name.startsWith('fixture ') && skip === undefined).map(({ name }) => name)).toEqual([
      'declarations: the adapter has the contract, a format name and well-formed options',
      'declarations: a store is made without I/O, with the format and location it was asked for',
      'detect: says no to files and folders of other formats',
    ]);
  });
});

function caught(job: () => unknown): unknown {
  try {
    return job();
  } catch (error) {
    return error;
  }
}
