import * as fc from 'fast-check';
import { ImgstoreError, ordinalKey } from '@imgstore/core';
import type { IndexedStore, Sample, SampleStore } from '@imgstore/core';
import { convert, plan, splitSources } from '@imgstore/convert';
import type { SplitPart, SplitPartsOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { collect, jpeg, sample } from './samples.js';
import { once } from './toys/once.js';

const samples = (count: number, labelOf: (i: number) => number = () => 0): Sample[] =>
  Array.from({ length: count }, (_, i) => sample(ordinalKey(i), { label: labelOf(i), image: jpeg(i), features: new Map([['i', { kind: 'int64' as const, values: BigInt64Array.of(BigInt(i)) }]]) }));

const ordinalsOf = async (store: SampleStore): Promise<number[]> => (await collect(store.read())).map(({ features }) => Number(features.get('i')?.values[0]));
const labelsOf = async (store: SampleStore): Promise<(number | undefined)[]> => (await collect(store.read())).map(({ label }) => label);

async function split(source: SampleStore, parts: readonly SplitPart[], options: SplitPartsOptions = {}): Promise<Record<string, number[]>> {
  const stores = splitSources(source, parts, options);
  return Object.fromEntries(await Promise.all(stores.map(async ({ name, store }) => [name, await ordinalsOf(store)] as const)));
}

const ninety: readonly SplitPart[] = [{ name: 'train', fraction: 0.9 }, { name: 'val', fraction: 0.1 }];

describe('fractions', () => {
  it('share out every class exactly, by samples that the seed chooses, in the order of the source', async () => {
    const source = memorySource(samples(1000, (i) => i % 10 === 0 ? 7 : i % 3), { keys: 'ordinal' });
    const parts = await split(source, ninety);
    expect([...parts['train'] ?? [], ...parts['val'] ?? []].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    const [, val] = splitSources(source, ninety);
    const labels = val === undefined ? [] : await labelsOf(val.store);
    expect([7, 0, 1, 2].map((label) => labels.filter((one) => one === label).length)).toEqual([10, 30, 30, 30]);
    expect(parts['val']).toEqual([...parts['val'] ?? []].sort((a, b) => a - b));
    expect(await split(source, ninety)).toEqual(parts);
    expect(await split(source, ninety, { seed: 1 })).not.toEqual(parts);
  });

  it('never share a sample and never lose one, whatever the labels are', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }), { maxLength: 60 }), fc.uniqueArray(fc.constantFrom(0.1, 0.2, 0.25, 0.3), { minLength: 1, maxLength: 3 }), fc.nat(5), fc.boolean(),
      async (labels, fractions, seed, shuffle) => {
        const all = samples(labels.length).map(({ label: _, ...one }, i) => ({ ...one, ...labels[i] !== undefined && { label: labels[i] } }));
        const parts: SplitPart[] = [...fractions.map((fraction, i) => ({ name: `p${i}`, fraction })), { name: 'rest', rest: true }];
        const stores = splitSources(memorySource(all, { keys: 'ordinal' }), parts, { seed, shuffle });
        const seen: number[] = [];
        for (const { store } of stores) {
          const got = await ordinalsOf(store);
          expect((await store.describe()).count).toBe(got.length);
          seen.push(...got);
        }
        expect(seen.sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        for (const label of new Set(labels)) {
          const count = labels.filter((one) => one === label).length;
          for (const [i, fraction] of fractions.entries()) {
            const share = (await labelsOf(stores[i]?.store ?? memorySource([]))).filter((one) => one === label).length;
            expect(Math.abs(share - fraction * count)).toBeLessThan(1);
          }
        }
      }), { seed: 5, numRuns: 60 });
  });

  it('share out classes of a few samples too, so that each part has its fraction of the whole', async () => {
    const stores = splitSources(memorySource(samples(200, (i) => i >> 1), { keys: 'ordinal' }), [{ name: 'train', fraction: 0.7 }, { name: 'val', fraction: 0.2 }, { name: 'test', fraction: 0.1 }]);
    const labels = await Promise.all(stores.map(async ({ store }) => labelsOf(store)));
    expect(labels.map(({ length }) => length)).toEqual([140, 40, 20]);
    expect(labels.map((part) => Math.max(...part.map((label) => part.filter((one) => one === label).length)))).toEqual([2, 1, 1]);
  });

  it('count the classes once, without image bytes', async () => {
    const source = memorySource(samples(30), { keys: 'ordinal' });
    for (const { store } of splitSources(source, ninety)) await convert(store, memoryTarget({ borrow: true }));
    expect(source.readings.map(({ payload, borrow }) => [payload, borrow])).toEqual([['head', true], ['full', true], ['full', true]]);
  });

  it('are exact also of a shuffled window where bad samples are left out', async () => {
    const all = samples(30);
    const source: IndexedStore = {
      ...memorySource([], { keys: 'ordinal', count: 30 }),
      async* read({ onBadSample } = {}) {
        for (const [i, one] of all.entries()) {
          if (i === 3 || i === 5) onBadSample?.(new ImgstoreError('CORRUPT', 'bad', { key: one.key }));
          else yield one;
        }
      },
      async* keys() { for (const { key } of all) yield key; },
      async get(key) {
        if (key === ordinalKey(3) || key === ordinalKey(5)) throw new ImgstoreError('CORRUPT', 'bad', { key });
        return all.find((one) => one.key === key);
      },
      close: async () => undefined,
    };
    const sizes = splitSources(source, [{ name: 'a', fraction: 0.5 }, { name: 'b', rest: true }], { limit: 10, shuffle: true }).map(async ({ store }) => [
      (await store.describe()).count, (await collect(store.read({ onBadSample: () => undefined }))).length,
    ]);
    expect(await Promise.all(sizes)).toEqual([[5, 5], [5, 5]]);
  });

  it('make class names alone classes, and samples without either one more', async () => {
    const all = samples(40).map(({ label: _, ...one }, i) => i < 20 ? { ...one, className: i % 2 ? 'cat' : 'dog' } : one);
    const [, half] = splitSources(memorySource(all), [{ name: 'a', fraction: 0.5 }, { name: 'b', rest: true }]);
    const names = half === undefined ? [] : (await collect(half.store.read())).map(({ className }) => className);
    expect(['cat', 'dog', undefined].map((name) => names.filter((one) => one === name).length)).toEqual([5, 5, 10]);
  });
});

describe('counts', () => {
  const parts: readonly SplitPart[] = [{ name: 'validation', count: 5 }, { name: 'train', rest: true }, { name: 'test', count: 10 }];

  it('cut the source in its order, with the rest wherever it stands', async () => {
    const source = memorySource(samples(40), { keys: 'ordinal', count: 40 });
    const { validation = [], train = [], test = [] } = await split(source, parts);
    expect([...validation, ...train, ...test]).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect([validation.length, train.length, test.length]).toEqual([5, 25, 10]);
    expect(source.readings.map(({ payload, skip }) => [payload, skip])).toEqual([[undefined, 0], [undefined, 5], [undefined, 30]]);
  });

  it('count a source that does not say how much it holds', async () => {
    const { train } = await split(memorySource(samples(40), { keys: 'ordinal' }), parts);
    expect(train).toHaveLength(25);
  });

  it.each<[string, readonly SplitPart[], string]>([
    ['more than there are', [{ name: 'a', count: 30 }, { name: 'b', count: 11 }], 'split: the parts take 41 samples, and there are 40'],
    ['less than there are', [{ name: 'a', count: 30 }, { name: 'b', count: 9 }], 'split: the parts take 39 samples, and there are 40'],
    ['more than there are, with a rest', [{ name: 'a', count: 41 }, { name: 'b', rest: true }], 'split: the parts take 41 samples, and there are 40'],
  ])('refuse %s', async (_, wrong, what) => {
    const [first] = splitSources(memorySource(samples(40), { keys: 'ordinal', count: 40 }), wrong);
    await expect(first?.store.describe()).rejects.toMatchObject({ code: 'BAD_OPTION', what });
  });

  it('refuse to leave out bad samples, which would move the borders', async () => {
    const [first] = splitSources(memorySource(samples(40), { keys: 'ordinal', count: 40 }), parts);
    await expect(collect(first?.store.read({ onBadSample: () => undefined }) ?? memorySource([]).read())).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('are cut from the shuffled source, so that a source sorted by class has all classes in each', async () => {
    const source = memorySource(samples(40), { keys: 'ordinal', count: 40 });
    const { validation = [], train = [], ...others } = await split(source, parts, { shuffle: true, seed: 2 });
    expect(validation).toHaveLength(5);
    expect(train).toHaveLength(25);
    expect([...validation].sort((a, b) => a - b)).not.toEqual([0, 1, 2, 3, 4]);
    expect([...validation, ...train, ...Object.values(others).flat()].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});

describe('a part', () => {
  const named = (names: string): Sample[] => names.split(' ').map((className, i) => sample(ordinalKey(i), { className, image: jpeg(i), features: new Map() }));

  it.each<[string, readonly SplitPart[], SplitPartsOptions]>([
    ['fractions', [{ name: 'a', fraction: 0.5 }, { name: 'b', fraction: 0.5 }], {}], ['counts', [{ name: 'a', count: 3 }, { name: 'b', rest: true }], {}],
    ['counts of a shuffled source', [{ name: 'a', count: 3 }, { name: 'b', rest: true }], { seed: 2, shuffle: true }], ['a window', [{ name: 'a', count: 3 }, { name: 'b', rest: true }], { skip: 1, limit: 5 }],
  ])('numbers class names as all parts do: %s', async (_, parts, options) => {
    const numbers = new Map<string, Set<number | undefined>>();
    for (const { store } of splitSources(memorySource(named('d c e a d c b z')), parts, options)) {
      const target = memoryTarget({ classes: false });
      const { notes } = await convert(store, target, { allow: ['classes'] });
      expect(notes).toContainEqual(expect.stringMatching(/^labels are the places of the class names in their sorted list: [^;]+$/));
      for await (const { key, label } of store.read()) expect({ key, label }).toEqual({ key, label: undefined });
      const names = (await collect(store.read())).map(({ className = '' }) => className);
      names.forEach((name, at) => numbers.set(name, (numbers.get(name) ?? new Set()).add(target.samples?.[at]?.label)));
    }
    const sorted = [...numbers.keys()].sort();
    expect(sorted.length).toBeGreaterThan(3);
    expect(sorted.map((name) => [...numbers.get(name) ?? []])).toEqual(sorted.map((__, label) => [label]));
  });

  it('counts ordinal keys anew, so that nothing is lost where keys have no place', async () => {
    for (const options of [{}, { shuffle: true }] as const) {
      for (const { store } of splitSources(memorySource(samples(20), { keys: 'ordinal', count: 20 }), [{ name: 'a', fraction: 0.4 }, { name: 'b', rest: true }], options)) {
        const target = memoryTarget({ key: { kind: 'ordinal' } });
        expect((await convert(store, target)).losses).toEqual([]);
        expect(target.samples?.map(({ key }) => key)).toEqual(target.samples?.map((_, i) => ordinalKey(i)));
      }
    }
  });

  it('is planned as it is converted, and knows its count', async () => {
    for (const { store } of splitSources(memorySource(samples(20, (i) => i % 2), { keys: 'ordinal' }), ninety)) {
      const { summary, ...report } = await convert(store, memoryTarget({ count: true }));
      expect(await plan(store, memoryTarget({ count: true }))).toEqual(report);
      expect((await store.describe()).count).toBe(summary?.samples);
    }
  });

  it('notes, in the plan too, that a part is empty or has nothing of a class', async () => {
    const notesOf = async (all: readonly Sample[], parts: readonly SplitPart[]): Promise<unknown> => Promise.all(splitSources(memorySource(all), parts)
      .map(async ({ store }) => (await plan(store, memoryTarget())).notes.filter((note) => note.startsWith('the part'))));
    const rare = samples(41, (i) => i === 40 ? 7 : i % 2);
    expect(await notesOf(rare, ninety)).toEqual([[], ['the part has no sample of 1 of 3 classes, which are too small to be shared out: e.g. label 7, with 1 in all']]);
    expect(await notesOf(samples(2), ninety)).toEqual([[], ['the part holds no sample']]);
    expect(await notesOf(samples(2), [{ name: 'a', count: 2 }, { name: 'b', rest: true }])).toEqual([[], ['the part holds no sample']]);
    expect(await notesOf(samples(40), ninety)).toEqual([[], []]);
  });

  it('is taken of a window of the source', async () => {
    expect(await split(memorySource(samples(40), { keys: 'ordinal', count: 40 }), [{ name: 'a', count: 2 }, { name: 'b', rest: true }], { skip: 10, limit: 5 })).toEqual({ a: [10, 11], b: [12, 13, 14] });
    const parts = await split(memorySource(samples(40), { keys: 'ordinal', count: 40 }), [{ name: 'a', fraction: 0.5 }, { name: 'b', rest: true }], { skip: 10, limit: 4, shuffle: true });
    expect([...parts['a'] ?? [], ...parts['b'] ?? []].sort((a, b) => a - b)).toEqual([10, 11, 12, 13]);
    expect(parts['a']).toHaveLength(2);
  });

  it.each<[string, readonly SplitPart[]]>([
    ['fractions', ninety], ['counts', [{ name: 'a', count: 2 }, { name: 'b', rest: true }]],
  ])('by %s is counted anew when the caller who began that gives up', async (_, parts) => {
    const [stop, source] = [new AbortController(), memorySource(samples(20))];
    const [first, second] = splitSources(source, parts);
    const [given, kept] = [first?.store.describe({ signal: stop.signal }), second?.store.describe()];
    stop.abort(new Error('stopped'));
    await expect(given).rejects.toThrow('stopped');
    expect(await kept).toMatchObject({ count: parts === ninety ? 2 : 18 });
  });

  it('of a stream that can be read once is refused', async () => {
    const [first] = splitSources(once(samples(4)), ninety);
    await expect(convert(first?.store ?? memorySource([]), memoryTarget())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('parts that cannot be', () => {
  it.each<[readonly SplitPart[], string]>([
    [[{ name: 'a', fraction: 0.5 }], 'split: a split has at least two parts, not 1'],
    [[{ name: 'a', fraction: 0.5 }, { name: 'a', fraction: 0.5 }], 'split: two parts are called "a"'],
    [[{ name: '../a', fraction: 0.5 }, { name: 'b', fraction: 0.5 }], 'split: "../a" is no name of a part: letters, digits, _ - and . make one'],
    [[{ name: '..', fraction: 0.5 }, { name: 'b', fraction: 0.5 }], 'split: ".." is no name of a part: letters, digits, _ - and . make one'],
    [[{ name: 'a', fraction: 0.5 }, { name: 'b', fraction: 0.4 }], 'split: the fractions sum to 0.9, not to 1'],
    [[{ name: 'a', fraction: 0.5 }, { name: 'b', count: 4 }], 'split: parts are fractions or numbers of samples, not both'],
    [[{ name: 'a', rest: true }, { name: 'b', rest: true }], 'split: only one part can be the rest'],
    [[{ name: 'a', fraction: 1.5 }, { name: 'b', rest: true }], 'split: a fraction is between 0 and 1'],
    [[{ name: 'a', fraction: 0.5 }, { name: 'c', fraction: 0.5 }, { name: 'b', rest: true }], 'split: the fractions sum to 1: no rest is left'],
    [[{ name: 'a', count: -1 }, { name: 'b', rest: true }], 'split: a number of samples is a whole number'],
  ])('%j', (parts, what) => {
    expect(() => splitSources(memorySource([]), parts)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', what }));
  });

  it('may sum to 1 but for rounding', () => {
    expect(splitSources(memorySource([]), [{ name: 'a', fraction: 0.7 }, { name: 'b', fraction: 0.2 }, { name: 'c', fraction: 0.1 }])).toHaveLength(3);
  });
});
