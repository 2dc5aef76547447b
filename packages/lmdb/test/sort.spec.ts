import { isImgstoreError } from '@imgstore/core';
import { expectEntries, key, load, numbered, patterned, seeded, shuffled, type Loaded, type Pair } from './helpers/bulk.js';
import { walk } from './helpers/walk.js';

/** The least memory that the sort takes: everything above a few dozen kilobytes is spilled. */
const tiny = { ordered: false, sortBytes: 1 };

function inOrder(pairs: readonly Pair[]): Pair[] {
  return [...pairs].sort((left, right) => Buffer.compare(left.key, right.key));
}

/** How many bytes of scratch files there were. */
function scratchLength({ scratches }: Loaded): number {
  return scratches.reduce((sum, scratch) => sum + scratch.length, 0);
}

describe.each([1, 2, 3] as const)('bulk writer with keys in any order, data format %i', (dataFormat) => {
  it('makes the bytes of the ordered writer where all values are in leaves', async () => {
    const pairs = Array.from({ length: 2000 }, (_, number) => numbered(number, number % 700));
    const ordered = await load(pairs, { dataFormat });
    const inMemory = await load(shuffled(pairs, 5), { dataFormat, ordered: false });
    const spilled = await load(shuffled(pairs, 6), { dataFormat, ...tiny });
    expect(inMemory.bytes.equals(ordered.bytes)).toBe(true);
    expect(spilled.bytes.equals(ordered.bytes)).toBe(true);
  });

  it('writes large values as they come and their keys in order', async () => {
    const pairs = Array.from({ length: 600 }, (_, number) => numbered(number, (number * 37) % 9000));
    for (const options of [{ ordered: false }, tiny]) {
      const walked = walk((await load(shuffled(pairs, 1), { dataFormat, ...options })).bytes);
      expectEntries(walked, pairs);
      expect(walked.overflowPages).toBe(walk((await load(pairs, { dataFormat })).bytes).overflowPages);
    }
  });
});

describe('bulk writer with keys in any order', () => {
  it('makes an empty database of nothing, without a scratch file', async () => {
    const loaded = await load([], tiny);
    expect(walk(loaded.bytes)).toMatchObject({ entries: [], txnids: [0, 0] });
    expect(loaded.scratches).toEqual([]);
  });

  it('makes no scratch file when the entries fit in memory', async () => {
    const pairs = Array.from({ length: 5000 }, (_, number) => numbered(number, 100));
    const loaded = await load(shuffled(pairs, 2), { ordered: false });
    expectEntries(walk(loaded.bytes), pairs);
    expect(loaded.scratches).toEqual([]);
  });

  it('merges as many runs as it has windows in one pass, and more in several, and removes every scratch file', async () => {
    const pairs = Array.from({ length: 40_000 }, (_, number) => numbered(number, 40));
    const once = await load(shuffled(pairs, 3), { ordered: false, sortBytes: 2 ** 19 });
    const often = await load(shuffled(pairs, 3), tiny);
    for (const loaded of [once, often]) {
      expectEntries(walk(loaded.bytes), pairs);
      expect(loaded.scratches.every((scratch) => scratch.isRemoved)).toBe(true);
    }
    expect(once.scratches.length).toBe(1);
    expect(often.scratches.length).toBeGreaterThan(2);
    expect(scratchLength(often)).toBe(scratchLength(once) * often.scratches.length);
  });

  it.each([1, 2 ** 25])('stops with the reason of its signal while it sorts in %i bytes', async (sortBytes) => {
    const stop = new AbortController();
    const pairs = Array.from({ length: 3000 }, (_, number) => numbered(number, 40));
    const counted = function* (): Generator<Pair> {
      yield* pairs.slice(1);
      stop.abort(new Error('enough'));
      yield* pairs.slice(0, 1);
    };
    await expect(load(counted(), { ordered: false, sortBytes, signal: stop.signal })).rejects.toThrow('enough');
  });

  it('sorts entries of very different sizes, with keys from 1 to 511 bytes', async () => {
    const random = seeded(9);
    const keys = new Set<string>();
    while (keys.size < 1500) keys.add(Buffer.from(patterned(1 + (random() % 511), random())).toString('latin1'));
    const pairs = [...keys].map((text) => ({ key: key(text), value: patterned(random() % 2500, random()) }));
    expectEntries(walk((await load(pairs, tiny)).bytes), inOrder(pairs));
  });

  it.each([
    ['descending', (number: number) => String(9000 - number)],
    ['ascending', (number: number) => String(10_000 + number)],
    ['with a prefix of 500 bytes', (number: number) => `${'p'.repeat(500)}${number}`],
    ['each a prefix of another', (number: number) => 'x'.repeat(number % 511) + String.fromCharCode(1 + Math.floor(number / 511))],
    ['of two bytes, few of them different', (number: number) => String.fromCharCode(number % 200, Math.floor(number / 200))],
    ['above 0x7f', (number: number) => String.fromCharCode(255 - (number % 7), 128 + (number % 100), number >> 8, number & 255)],
  ])('sorts keys that come %s', async (_, name) => {
    const pairs = Array.from({ length: 2000 }, (__, number) => ({ key: key(name(number)), value: patterned(number % 9, number) }));
    for (const options of [{ ordered: false }, tiny]) expectEntries(walk((await load(pairs, options)).bytes), inOrder(pairs));
  });

  it('sorts by unsigned bytes, a prefix first', async () => {
    const keys = [[0], [0, 0], [0, 1], [1], [0x7f], [0x80], [0xff], [0xff, 0]].map((bytes) => Buffer.from(bytes));
    const pairs = keys.map((bytes) => ({ key: bytes, value: new Uint8Array(1) }));
    expectEntries(walk((await load(shuffled(pairs, 4), { ordered: false })).bytes), pairs);
  });
});

describe('bulk writer with keys in any order, refusing equal keys', () => {
  const failure = async (pairs: readonly Pair[], options: Parameters<typeof load>[1]): Promise<string> =>
    load(pairs, options).then(() => 'none', (error: unknown) => (isImgstoreError(error, 'MISMATCH') ? error.message : `foreign: ${String(error)}`));

  /** Pairs of which the last has the key of another, each with its origin. */
  function withEqual(count: number, equal: number): Pair[] {
    const pairs = shuffled(Array.from({ length: count }, (_, number) => numbered(number, 20)), 8).map((pair, ordinal): Pair => ({
      ...pair, from: { ordinal, origin: { file: `part-${Math.floor(ordinal / 1000)}.tfrecord`, record: ordinal % 1000, offset: (ordinal % 1000) * 52 } },
    }));
    return [...pairs, { ...(pairs[equal] as Pair), from: { ordinal: count } }];
  }

  const message = (pairs: readonly Pair[], first: number): string =>
    `(key "${Buffer.from((pairs[first] as Pair).key).toString()}"): `
    + `sample ${first} (part-${Math.floor(first / 1000)}.tfrecord, record ${first % 1000} at byte ${(first % 1000) * 52}) `
    + `and sample ${pairs.length - 1} have the same key, and LMDB keeps one value for a key`;

  it.each([3, 20, 5000])('names both of them in one run of %i', async (count) => {
    for (const equal of [0, 1, count >> 1, count - 1]) {
      const pairs = withEqual(count, equal);
      expect(await failure(pairs, { ordered: false })).toBe(message(pairs, equal));
    }
  });

  it('names both of them in different runs', async () => {
    for (const equal of [0, 77, 1001, 2500, 4999]) {
      const pairs = withEqual(5000, equal);
      expect(await failure(pairs, tiny)).toBe(message(pairs, equal));
    }
  });

  it('names both of them when runs are merged in several passes', async () => {
    for (const equal of [0, 12_345]) {
      const pairs = withEqual(20_000, equal);
      expect(await failure(pairs, tiny)).toBe(message(pairs, equal));
    }
  });

  it('names the first two of many', async () => {
    const pairs = Array.from({ length: 40 }, (_, ordinal): Pair => ({ key: key('same'), value: new Uint8Array(1), from: { ordinal } }));
    expect(await failure(pairs, { ordered: false })).toBe('(key "same"): sample 0 and sample 1 have the same key, and LMDB keeps one value for a key');
  });

  it('does not see a prefix as equal, nor equal values', async () => {
    const pairs = ['a', 'ab', 'abc', 'abcd'].map((text) => ({ key: key(text), value: new Uint8Array(4) }));
    expect(await failure(shuffled(pairs, 1), tiny)).toBe('none');
  });

  it('leaves out what is not known of an origin', async () => {
    const value = new Uint8Array(1);
    const pairs = [
      { key: key('a'), value, from: { ordinal: 10, origin: { file: 'a/b.jpg' } } },
      { key: key('b'), value },
      { key: key('a'), value, from: { ordinal: 12, origin: { record: 3 } } },
    ];
    expect(await failure(pairs, { ordered: false })).toBe(
      '(key "a"): sample 10 (a/b.jpg) and sample 12 (record 3) have the same key, and LMDB keeps one value for a key');
  });
});
