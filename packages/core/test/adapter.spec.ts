import { CONTRACT, defineAdapter, isIndexedStore, isSplittableStore, isWritableStore } from '@imgstore/core';
import type { SampleStore } from '@imgstore/core';

const reader: SampleStore = {
  format: 'toy', location: 'x', read: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ value: undefined, done: true }) }) }),
  describe: async () => ({ keys: 'ordinal' }),
};

it('defineAdapter gives the adapter itself and infers the types of its options', () => {
  const adapter = {
    contract: CONTRACT, format: 'toy',
    options: { width: { type: 'number', description: 'pixels of a row', for: 'read' } },
    detect: async () => undefined,
    store: (_location: string, _options?: { readonly width?: number }) => reader,
  } as const;
  expect(defineAdapter<{ readonly width?: number }>(adapter)).toBe(adapter);
});

it('a store is known to be writable, indexed or splittable by its members', () => {
  expect([isWritableStore(reader), isIndexedStore(reader), isSplittableStore(reader)]).toEqual([false, false, false]);
  expect(isWritableStore(Object.assign({ accepts: {}, write: () => undefined }, reader))).toBe(true);
  expect(isIndexedStore(Object.assign({ get: () => undefined, keys: () => undefined }, reader))).toBe(true);
  expect(isSplittableStore(Object.assign({ split: () => undefined }, reader))).toBe(true);
});
