import { breather, fromBatches, mapEach, mapOrdered } from '@imgstore/core';
import type { BatchSource } from '@imgstore/core';

/** A source over the batches that writes down what is called. */
function recorded(batches: readonly (readonly number[] | Error)[], options: { readonly closeError?: Error; readonly late?: boolean } = {}) {
  const calls: string[] = [];
  let at = 0;
  const source: BatchSource<number> = {
    next() {
      calls.push('next');
      const batch = batches[at++];
      if (batch instanceof Error) throw batch;
      return options.late === true ? Promise.resolve(batch) : batch;
    },
    close() {
      calls.push('close');
      if (options.closeError !== undefined) throw options.closeError;
    },
  };
  const open = () => {
    calls.push('open');
    return options.late === true ? Promise.resolve(source) : source;
  };
  return { open, calls };
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

const closes = (calls: readonly string[]): number => calls.filter((call) => call === 'close').length;

describe('fromBatches', () => {
  it.each([true, false])('gives the values of all batches in order, past empty ones (promises: %s)', async (late) => {
    const { open, calls } = recorded([[1, 2], [], [3], []], { late });
    expect(await collect(fromBatches(open))).toEqual([1, 2, 3]);
    expect(calls).toEqual(['open', 'next', 'next', 'next', 'next', 'next', 'close']);
  });

  it('opens on the first pull and not before, and anew for each iteration', async () => {
    const { open, calls } = recorded([]);
    const values = fromBatches(open);
    const iterator = values[Symbol.asyncIterator]();
    expect(calls).toEqual([]);
    await iterator.next();
    expect(calls).toEqual(['open', 'next', 'close']);
    await collect(values);
    expect(calls.filter((call) => call === 'open')).toHaveLength(2);
  });

  it('ends with the reason of its signal at the next pull, though values of the batch are left', async () => {
    const { open, calls } = recorded([[1, 2, 3], [4]]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const value of fromBatches(open, { signal: controller.signal })) {
        seen.push(value);
        controller.abort(reason);
      }
    };
    await expect(reading()).rejects.toBe(reason);
    expect(seen).toEqual([1]);
    expect(calls).toEqual(['open', 'next', 'close']);
  });

  it('never opens what was aborted before the first pull, and stays at its end afterwards', async () => {
    const { open, calls } = recorded([[1]]);
    const reason = new Error('enough');
    const iterator = fromBatches(open, { signal: AbortSignal.abort(reason) })[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBe(reason);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect(calls).toEqual([]);
  });

  it('looks at its signal between empty batches', async () => {
    const { open } = recorded([[], [], [1]]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const values = fromBatches(() => {
      const source = open() as BatchSource<number>;
      return { next: () => { controller.abort(reason); return source.next(); }, close: () => source.close() };
    }, { signal: controller.signal });
    await expect(collect(values)).rejects.toBe(reason);
  });

  it('never opens what is closed before the first pull', async () => {
    const { open, calls } = recorded([[1]]);
    const iterator = fromBatches(open)[Symbol.asyncIterator]();
    expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect(calls).toEqual([]);
  });

  it.each([true, false])('closes once when the loop breaks, within a batch or at its end (promises: %s)', async (late) => {
    for (const last of [1, 2, 3]) {
      const { open, calls } = recorded([[1, 2], [3]], { late });
      for await (const value of fromBatches(open)) if (value === last) break;
      expect(closes(calls)).toBe(1);
    }
  });

  it('closes once when the body of the loop throws, and keeps that error', async () => {
    const { open, calls } = recorded([[1]], { closeError: new Error('close') });
    const loop = async (): Promise<void> => {
      for await (const value of fromBatches(open)) throw new Error(`body ${value}`);
    };
    await expect(loop()).rejects.toThrow('body 1');
    expect(closes(calls)).toBe(1);
  });

  it('lets the batch go before it asks for the next one', async () => {
    const buffer = [0];
    let count = 0;
    const values = fromBatches(() => ({
      next: () => {
        if (count === 3) return undefined;
        buffer[0] = count++;
        return buffer;
      },
      close: () => undefined,
    }));
    expect(await collect(values)).toEqual([0, 1, 2]);
  });

  it('answers pulls that overlap in order, also across batches, the end and a return', async () => {
    const { open, calls } = recorded([[1, 2], [3]], { late: true });
    const iterator = fromBatches(open)[Symbol.asyncIterator]();
    const done = { value: undefined, done: true };
    expect(await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next(), iterator.next()]))
      .toEqual([{ value: 1, done: false }, { value: 2, done: false }, { value: 3, done: false }, done, done]);
    expect(closes(calls)).toBe(1);
  });

  it('closes once when return comes while open is pending', async () => {
    const { open, calls } = recorded([[1]], { late: true });
    const iterator = fromBatches(open)[Symbol.asyncIterator]();
    const results = await Promise.all([iterator.next(), iterator.return?.(), iterator.next(), iterator.return?.()]);
    expect(results.map((result) => result?.done)).toEqual([false, true, true, true]);
    expect(calls).toEqual(['open', 'next', 'close']);
  });

  it('gives the error of open and never closes', async () => {
    const iterator = fromBatches<number>(() => Promise.reject(new Error('open')))[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toThrow('open');
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  it('gives an error of the source in its place, closes once and ends', async () => {
    const { open, calls } = recorded([[1], new Error('read'), [2]]);
    const iterator = fromBatches(open)[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ value: 1, done: false });
    const [failed, after] = await Promise.allSettled([iterator.next(), iterator.next()]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'read' } });
    expect(after).toEqual({ status: 'fulfilled', value: { value: undefined, done: true } });
    await iterator.return?.();
    expect(calls).toEqual(['open', 'next', 'next', 'close']);
  });

  it('does not let an error of close hide the first one', async () => {
    const { open, calls } = recorded([new Error('read')], { closeError: new Error('close') });
    await expect(collect(fromBatches(open))).rejects.toThrow('read');
    expect(closes(calls)).toBe(1);
  });

  it('gives the error of close when there is no other', async () => {
    for (const batches of [[], [[1]]]) {
      const { open, calls } = recorded(batches, { closeError: new Error('close') });
      await expect(collect(fromBatches(open))).rejects.toThrow('close');
      expect(closes(calls)).toBe(1);
    }
  });

  it('gives an iterator that can itself be looped over', async () => {
    const iterator = fromBatches(recorded([[1, 2, 3]]).open)[Symbol.asyncIterator]() as AsyncIterableIterator<number>;
    await iterator.next();
    expect(await collect(iterator)).toEqual([2, 3]);
  });
});

describe('mapEach', () => {
  it('maps in order and closes the source once when the loop breaks', async () => {
    const { open, calls } = recorded([[1, 2, 3]]);
    const seen: number[] = [];
    for await (const value of mapEach(fromBatches(open), (n) => n * 10)) {
      seen.push(value);
      if (value === 20) break;
    }
    expect(seen).toEqual([10, 20]);
    expect(closes(calls)).toBe(1);
  });

  it('pulls one value when it is asked for one', async () => {
    let pulled = 0;
    const source = (async function* () {
      for (;;) yield pulled++;
    })();
    await mapEach(source, (n) => n)[Symbol.asyncIterator]().next();
    expect(pulled).toBe(1);
  });

  it('gives the error of map, closes the source once and ends', async () => {
    const { open, calls } = recorded([[1, 2, 3]], { closeError: new Error('close') });
    const iterator = mapEach(fromBatches(open), (n) => {
      if (n === 2) throw new Error('map');
      return n;
    })[Symbol.asyncIterator]();
    const [one, two, three] = await Promise.allSettled([iterator.next(), iterator.next(), iterator.next()]);
    expect(one).toMatchObject({ value: { value: 1, done: false } });
    expect(two).toMatchObject({ reason: { message: 'map' } });
    expect(three).toMatchObject({ value: { done: true } });
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect(closes(calls)).toBe(1);
  });

  it('gives the error of the source', async () => {
    await expect(collect(mapEach(fromBatches(recorded([[1], new Error('read')]).open), String))).rejects.toThrow('read');
  });

  it('stops a source that has no return', async () => {
    const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: 1, done: false }) }) };
    const iterator = mapEach(source, (n) => n)[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });
});

describe('mapOrdered', () => {
  /** Jobs that finish when they are told to. */
  function jobs() {
    const running = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
    const map = (n: number): Promise<number> => new Promise((resolve, reject) => {
      running.set(n, { resolve: () => resolve(n), reject });
    });
    return { map, running };
  }
  const turn = (): Promise<void> => new Promise((resolve) => {
    setImmediate(resolve);
  });

  it('keeps the order of the source, whichever job ends first, and runs at most so many at once', async () => {
    const { map, running } = jobs();
    const results = collect(mapOrdered(fromBatches(recorded([[1, 2, 3, 4]]).open), map, { concurrency: 3 }));
    await turn();
    expect([...running.keys()]).toEqual([1, 2, 3]);
    running.get(3)?.resolve();
    running.get(2)?.resolve();
    await turn();
    expect(running.has(4)).toBe(false);
    running.get(1)?.resolve();
    await turn();
    running.get(4)?.resolve();
    expect(await results).toEqual([1, 2, 3, 4]);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a concurrency of %d', async (concurrency) => {
    await expect(collect(mapOrdered(fromBatches(recorded([[1]]).open), async (n) => n, { concurrency }))).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('gives the results before the first error in source order, then that error, and closes once', async () => {
    const { open, calls } = recorded([[1, 2, 3, 4]], { closeError: new Error('close') });
    const seen: number[] = [];
    const failing = async (n: number): Promise<number> => {
      if (n === 4) throw new Error('four');
      await turn();
      if (n === 3) throw new Error('three');
      return n;
    };
    await expect((async () => {
      for await (const n of mapOrdered(fromBatches(open), failing, { concurrency: 4 })) seen.push(n);
    })()).rejects.toThrow('three');
    expect(seen).toEqual([1, 2]);
    expect(closes(calls)).toBe(1);
  });

  it('gives the results before an error of the source, and before a map that throws at once', async () => {
    for (const [batches, map] of [
      [[[1, 2], new Error('end')], async (n: number) => n],
      [[[1, 2, 3]], (n: number) => {
        if (n === 3) throw new Error('end');
        return turn().then(() => n);
      }],
    ] as const) {
      const seen: number[] = [];
      await expect((async () => {
        for await (const n of mapOrdered(fromBatches(recorded(batches).open), map, { concurrency: 8 })) seen.push(n);
      })()).rejects.toThrow('end');
      expect(seen).toEqual([1, 2]);
    }
  });

  it('waits for running jobs and closes the source once when the loop breaks', async () => {
    const { open, calls } = recorded([[1, 2, 3, 4]]);
    let active = 0;
    const map = async (n: number): Promise<number> => {
      active++;
      await turn();
      active--;
      return n;
    };
    for await (const n of mapOrdered(fromBatches(open), map, { concurrency: 3 })) if (n === 1) break;
    expect(active).toBe(0);
    expect(closes(calls)).toBe(1);
  });
});

describe('breather', () => {
  it('has nothing to wait for before its time', () => {
    expect(breather(Infinity)()).toBeUndefined();
  });

  it('lets what waits in the event loop run', async () => {
    const breathe = breather(0);
    let ran = false;
    setImmediate(() => {
      ran = true;
    });
    await breathe();
    expect(ran).toBe(true);
  });
});
