import { ImgstoreError, ordinalKey } from '@imgstore/core';
import type { IndexedStore, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { convert, plan, shuffled } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import type { MemorySource } from './memory.js';
import { collect, jpeg, sample, text } from './samples.js';
import { once } from './toys/once.js';

const ordinals = (count: number): Sample[] => Array.from({ length: count }, (_, i) => sample(ordinalKey(i), { label: i, image: jpeg(i) }));
const named = (count: number): Sample[] => Array.from({ length: count }, (_, i) => sample(`${i * 7 % count}.jpg`, { label: i, image: jpeg(i) }));

/** Random access to samples in memory, which counts what it is asked. */
function access(samples: readonly Sample[], description: StoreDescription, bad: ReadonlySet<string> = new Set()): IndexedStore & MemorySource & { readonly asked: string[]; closed: number } {
  const keys = samples.map(({ key }) => key);
  const firsts = new Map([...samples].reverse().map((one) => [one.key, one]));
  const store = {
    ...memorySource(samples, description), asked: [] as string[], closed: 0,
    async* keys() {
      yield* keys;
    },
    async get(key: string) {
      store.asked.push(key);
      if (bad.has(key)) throw new ImgstoreError('CORRUPT', 'a bad sample', { key });
      return firsts.get(key);
    },
    async close() {
      store.closed++;
    },
  };
  return store;
}

const labelsOf = async (store: SampleStore, skip = 0): Promise<(number | undefined)[]> => (await collect(store.read({ skip }))).map(({ label }) => label);
const sorted = (labels: readonly (number | undefined)[]): (number | undefined)[] => [...labels].sort((a = 0, b = 0) => a - b);
const counted = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.each<[string, (count: number) => SampleStore]>([
  ['random access by ordinals', (count) => access(ordinals(count), { keys: 'ordinal', count })],
  ['random access by keys', (count) => access(named(count), { keys: 'stored' })],
  ['a buffer', (count) => memorySource(ordinals(count), { keys: 'ordinal' })],
])('shuffled by %s', (_, open) => {
  it.each([0, 1, 2, 3, 4, 5, 16, 17, 64, 65, 1000, 4096, 4097])('%i samples are all there, once each', async (count) => {
    expect(sorted(await labelsOf(shuffled(open(count), { seed: 7 })))).toEqual(counted(count));
  });

  it('the order is the seed\'s: again the same, and another for another seed', async () => {
    const [first, again, other] = [await labelsOf(shuffled(open(100), { seed: 7 })), await labelsOf(shuffled(open(100), { seed: 7 })), await labelsOf(shuffled(open(100), { seed: 8 }))];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first).not.toEqual(counted(100));
  });

  it('samples at the front are left out of what was shuffled', async () => {
    const all = await labelsOf(shuffled(open(50), { seed: 7 }));
    expect(await labelsOf(shuffled(open(50), { seed: 7 }), 20)).toEqual(all.slice(20));
  });

  it('a window is chosen before', async () => {
    expect(sorted(await labelsOf(shuffled(open(50), { seed: 7, skip: 10, limit: 5 })))).toEqual([10, 11, 12, 13, 14]);
    expect(await labelsOf(shuffled(open(50), { seed: 7, limit: 0 }))).toEqual([]);
    for (const window of [{ skip: -1 }, { skip: 1.5 }, { limit: -1 }]) expect(() => shuffled(open(50), { seed: 7, ...window })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
    expect(() => shuffled(open(50), { seed: 7 }).read({ skip: -1 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION', what: 'skip is -1, expected a whole number of samples' }));
  });

  it('it is converted as it was planned', async () => {
    const source = shuffled(open(30), { seed: 7 });
    const target = memoryTarget({ key: { kind: 'bytes', sorted: true, unique: true } });
    const { summary: _summary, ...report } = await convert(source, target, { limit: 11 });
    expect(report).toEqual(await plan(source, memoryTarget({ key: { kind: 'bytes', sorted: true, unique: true } }), { limit: 11 }));
    expect(target.samples?.map(({ label }) => label)).toEqual((await labelsOf(source)).slice(0, 11));
    const keys = target.samples?.map(({ key }) => key) ?? [];
    expect([...keys].sort()).toEqual(keys);
    expect(keys[0]).toMatch(/^00000000(_\d+\.jpg)?$/);
    expect(report.losses).toEqual([]);
  });
});

describe('a permutation of the whole', () => {
  it('moves samples anywhere: no place is likelier than others', async () => {
    const sums = new Array<number>(10).fill(0);
    const source = access(ordinals(10), { keys: 'ordinal' });
    for (let seed = 0; seed < 400; seed++) (await labelsOf(shuffled(source, { seed }))).forEach((label = 0, place) => { sums[place] = (sums[place] ?? 0) + label; });
    // The mean of 400 labels of 0 to 9 lies within 4.5 +- 0.72 (five standard errors).
    for (const sum of sums) expect(Math.abs(sum / 400 - 4.5)).toBeLessThan(0.72);
  });

  it('makes any order of a few samples as likely as any other', async () => {
    const source = access(ordinals(5), { keys: 'ordinal' });
    const [seeds, counts] = [4800, new Map<string, number>()];
    for (let seed = 0; seed < seeds; seed++) {
      const order = (await labelsOf(shuffled(source, { seed }))).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(120);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - seeds / 120) ** 2 / (seeds / 120), 0);
    // 119 degrees of freedom: chance exceeds 174 once in a thousand.
    expect(chiSquare).toBeLessThan(174);
  });

  it('asks for each sample once, by key, and lets the source go', async () => {
    const source = access(named(20), { keys: 'stored' });
    await labelsOf(shuffled(source, { seed: 1 }));
    expect(new Set(source.asked).size).toBe(20);
    expect(source.asked).toHaveLength(20);
    expect(source.closed).toBe(1);
    expect(source.readings).toEqual([]);
  });

  it('says so, with the memory that keys take', async () => {
    const notes = async (store: SampleStore): Promise<readonly string[] | undefined> => (await shuffled(store, { seed: 5 }).describe()).notes;
    expect(await notes(access(ordinals(20), { keys: 'ordinal', notes: ['odd'] }))).toEqual(['odd', 'shuffled as a whole by the seed 5: the 20 samples are read one by one from where they lie']);
    expect(await notes(access(named(20), { keys: 'stored' }))).toEqual(['shuffled as a whole by the seed 5: the 20 samples are read one by one from where they lie, and their keys take 1 MiB of memory']);
    expect(await notes(memorySource([]))).toEqual(['shuffled by the seed 5 through a buffer of 1000 samples and 256 MiB at most, so the order of the source still shows: the source has no random access']);
  });

  it('keeps real keys, also among ordinals', async () => {
    const samples = [...ordinals(5), sample('real', { label: 5 })];
    const got = await collect(shuffled(access(samples, { keys: 'ordinal' }), { seed: 3 }).read());
    expect(got.find(({ label }) => label === 5)?.key).toBe('real');
    expect(got.filter(({ label }) => label !== 5).every(({ key }) => got[Number(key)]?.key === key)).toBe(true);
  });

  it('counts, and knows that stored keys do not ascend', async () => {
    expect(await shuffled(access(named(20), { keys: 'stored', bytes: 9, ordered: true }), { seed: 3 }).describe()).toMatchObject({ count: 20, keys: 'stored', ordered: false });
    expect(await shuffled(access(ordinals(20), { keys: 'ordinal', bytes: 9 }), { seed: 3 }).describe()).not.toHaveProperty('ordered');
  });

  it('tells bad samples and goes on, or stops at the first', async () => {
    const source = (): IndexedStore => access(ordinals(20), { keys: 'ordinal', count: 20 }, new Set(['00000003', '00000009']));
    await expect(convert(shuffled(source(), { seed: 2 }), memoryTarget())).rejects.toMatchObject({ code: 'CORRUPT' });
    const told: (string | undefined)[] = [];
    const target = memoryTarget({ key: { kind: 'ordinal' } });
    const report = await convert(shuffled(source(), { seed: 2 }), target, { onBadSample: (error) => { told.push(error.key); } });
    expect(told.sort()).toEqual(['00000003', '00000009']);
    expect(report).toMatchObject({ samples: 18, skipped: 2, losses: [] });
  });

  it.each([['random access', true], ['a buffer', false]])('by %s chooses so many good samples, and counts their ordinals without a gap', async (_, isIndexed) => {
    const bad = new Set(['00000003', '00000011', '00000012']);
    const whole = access(ordinals(20), { keys: 'ordinal', count: 20 }, bad);
    const source: SampleStore = isIndexed ? whole : { ...memorySource([], { keys: 'ordinal' }), async* read({ skip = 0, onBadSample } = {}) {
      for (const one of ordinals(20).slice(skip)) {
        if (bad.has(one.key)) onBadSample?.(new ImgstoreError('CORRUPT', 'a bad sample', { key: one.key }));
        else yield one;
      }
    } };
    const chosen = async (window: { skip?: number; limit?: number }): Promise<unknown> => {
      const got = await collect(shuffled(source, { seed: 2, ...window }).read({ onBadSample: () => undefined }));
      expect(got.map(({ key }) => key)).toEqual(got.map((_one, i) => ordinalKey(i)));
      return sorted(got.map(({ label }) => label));
    };
    expect(await chosen({ limit: 10 })).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10]);
    expect(await chosen({ skip: 2, limit: 10 })).toEqual([2, 4, 5, 6, 7, 8, 9, 10, 13, 14]);
    expect(await chosen({ limit: 18 })).toEqual(counted(20).filter((label) => ![3, 11, 12].includes(label)));
    expect(await chosen({})).toEqual(counted(20).filter((label) => ![3, 11, 12].includes(label)));
  });

  it('puts no sample in the place of a bad one that cannot be asked for by key', async () => {
    for (const [again, first] of [['00000001', []], ['00000011', []], ['real', [sample('real')]]] as const) {
      const source = access([...first, ...ordinals(12), sample(again, { label: 99 })], { keys: 'ordinal' }, new Set(['00000002', '00000004']));
      await expect(collect(shuffled(source, { seed: 2, limit: 11 + first.length }).read({ onBadSample: () => undefined }))).rejects.toMatchObject({ code: 'MISMATCH', key: again });
    }
  });

  it('goes through a buffer where the records cannot be found', async () => {
    const source: IndexedStore = { ...access(ordinals(20), { keys: 'ordinal' }), keys: () => { throw new ImgstoreError('UNSUPPORTED', 'compressed'); } };
    expect(sorted(await labelsOf(shuffled(source, { seed: 2 })))).toEqual(counted(20));
  });

  it('goes through a buffer where keys are there more than once: each sample comes once all the same', async () => {
    const source = access([...named(20), sample('6.jpg', { label: 20 }), sample('00000000', { label: 21 }), sample('00000000', { label: 22 })], { keys: 'stored' });
    const store = shuffled(source, { seed: 2 });
    expect(sorted(await labelsOf(store))).toEqual(counted(23));
    expect(source.asked).toEqual([]);
    expect((await store.describe()).notes).toEqual([expect.stringMatching(/through a buffer .*: the source has the key "(?:6\.jpg|00000000)" more than once, so samples cannot be asked for by key$/)]);
    // A window without the second of two is asked for by key.
    expect(sorted(await labelsOf(shuffled(source, { seed: 2, limit: 20 })))).toEqual(counted(20));
    expect(source.asked).toHaveLength(20);
  });

  it('finds keys that are there more than once among very many', async () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `key ${i}`);
    const note = async (all: readonly string[]): Promise<string | undefined> => {
      const source: IndexedStore = { ...access([], { keys: 'stored' }), async* keys() { yield* all; } };
      return (await shuffled(source, { seed: 1 }).describe()).notes?.[0];
    };
    expect(await note(keys)).toContain('shuffled as a whole');
    expect(await note([...keys, 'key 7777'])).toContain('the key "key 7777" more than once');
  });

  describe('of which a caller gives up while keys are listed', () => {
    const slow = (): { readonly source: IndexedStore; readonly begun: Promise<void>; listings: number; listed: number } => {
      let begin: () => void = () => undefined;
      const state = { listings: 0, listed: 0, begun: new Promise<void>((resolve) => { begin = resolve; }), source: undefined as unknown as IndexedStore };
      state.source = { ...access(named(200), { keys: 'stored' }), async* keys() {
        state.listings++;
        for (const { key } of named(200)) {
          yield key;
          state.listed++;
          begin();
          await new Promise((resolve) => { setImmediate(resolve); });
        }
      } };
      return state;
    };

    it.each<[string, (store: SampleStore, signal: AbortSignal) => Promise<unknown>]>([
      ['read', (store, signal) => collect(store.read({ signal }))],
      ['describe', (store, signal) => store.describe({ signal })],
    ])('%s ends with the signal\'s reason, and lists no more', async (_, ask) => {
      const [state, stop] = [slow(), new AbortController()];
      const asked = ask(shuffled(state.source, { seed: 1 }), stop.signal);
      await state.begun;
      stop.abort(new Error('stopped'));
      await expect(asked).rejects.toThrow('stopped');
      expect(state.listed).toBeLessThan(10);
    });

    it('others go on', async () => {
      const [state, stop] = [slow(), new AbortController()];
      const store = shuffled(state.source, { seed: 1 });
      const given = store.describe({ signal: stop.signal });
      await state.begun;
      const kept = collect(store.read({ signal: new AbortController().signal }));
      stop.abort(new Error('stopped'));
      await expect(given).rejects.toThrow('stopped');
      expect(await kept).toHaveLength(200);
      expect(state.listings).toBe(2);
    });

    it('however fast the keys come', async () => {
      let listed = 0;
      const stop = new AbortController();
      const source: IndexedStore = { ...access([], { keys: 'ordinal' }), async* keys() { for (; listed < 3_000_000; listed++) yield ordinalKey(listed); } };
      setImmediate(() => { stop.abort(new Error('stopped')); });
      await expect(shuffled(source, { seed: 1 }).describe({ signal: stop.signal })).rejects.toThrow('stopped');
      expect(listed).toBeLessThan(3_000_000);
    });
  });

  it('tells of a source that was changed', async () => {
    const source: IndexedStore = { ...access(named(3), { keys: 'stored' }), get: async () => undefined };
    await expect(labelsOf(shuffled(source, { seed: 2 }))).rejects.toMatchObject({ code: 'CHANGED' });
  });
});

describe('a buffer', () => {
  it('holds so many samples, or so many bytes', async () => {
    let [read, written, most] = [0, 0, 0];
    const stream = async function* () {
      for (const one of ordinals(200)) {
        most = Math.max(most, ++read - written);
        yield one;
      }
    };
    const run = async (options: { bufferSamples?: number; bufferBytes?: number }): Promise<number> => {
      [read, written, most] = [0, 0, 0];
      for await (const _one of shuffled(once(stream(), { keys: 'ordinal' }), { seed: 4, ...options }).read()) written++;
      expect(written).toBe(200);
      return most;
    };
    expect(await run({ bufferSamples: 10 })).toBe(11);
    // Images of 16 bytes.
    expect(await run({ bufferBytes: 160 })).toBe(11);
    expect(await run({ bufferBytes: 1 })).toBe(2);
  });

  it('never borrows, and reads whole samples for a plan too', async () => {
    const source = memorySource(named(9).map((one) => ({ ...one, features: new Map([['x', text('ab')]]) })));
    await plan(shuffled(source, { seed: 1 }), memoryTarget({ borrow: true }));
    expect(source.readings.map(({ borrow, payload }) => [borrow, payload])).toEqual([[false, 'full']]);
  });

  it('knows ordinals behind bad samples', async () => {
    const samples = ordinals(6).filter(({ label }) => label !== 2);
    const source: SampleStore = { ...memorySource(samples, { keys: 'ordinal' }), async* read({ onBadSample } = {}) {
      for (const one of samples) {
        if (one.label === 3) onBadSample?.(new ImgstoreError('CORRUPT', 'bad'));
        yield one;
      }
    } };
    const got = await collect(shuffled(source, { seed: 1 }).read({ onBadSample: () => undefined }));
    expect(got.map(({ key }) => key)).toEqual(['00000000', '00000001', '00000002', '00000003', '00000004']);
  });
});

it.each([-1, 0.5, NaN, 2 ** 53])('refuses the seed %d', (seed) => {
  expect(() => shuffled(memorySource([]), { seed })).toThrow(/the seed is .*, expected a whole number/);
});

it('refuses a range of what is shuffled', () => {
  expect(() => shuffled(memorySource([]), { seed: 1 }).read({ range: { start: 0, end: 1, first: 0 } })).toThrow(/not read in ranges/);
});
