import { Once } from '@imgstore/core';

/** What is made when it is told to be, or fails with the signal's reason. */
function making(): { readonly make: (signal?: AbortSignal) => () => Promise<string>; readonly finish: (value: string) => void; count: number } {
  let finish: (value: string) => void = () => undefined;
  const made = {
    count: 0,
    finish: (value: string) => { finish(value); },
    make: (signal?: AbortSignal) => () => {
      made.count++;
      return new Promise<string>((resolve, reject) => {
        finish = resolve;
        signal?.addEventListener('abort', () => { reject(signal.reason as Error); });
      });
    },
  };
  return made;
}

describe('a value that is made once', () => {
  it('is the same for all who ask, before and after it is there', async () => {
    const [once, made] = [new Once<string>(), making()];
    const both = [once.get(made.make()), once.get(made.make())];
    made.finish('a');
    expect(await Promise.all(both)).toEqual(['a', 'a']);
    expect(await once.get(made.make())).toBe('a');
    expect(made.count).toBe(1);
  });

  it('is made again when it failed', async () => {
    const once = new Once<number>();
    await expect(once.get(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await once.get(async () => 3)).toBe(3);
  });

  it('is begun anew by those who wait, when the one who began it gave up', async () => {
    const [once, made, stop, other] = [new Once<string>(), making(), new AbortController(), new AbortController()];
    const [first, second, third] = [once.get(made.make(stop.signal), stop.signal), once.get(made.make(other.signal), other.signal), once.get(made.make())];
    stop.abort(new Error('stopped'));
    await expect(first).rejects.toThrow('stopped');
    expect(made.count).toBe(2);
    made.finish('b');
    expect(await Promise.all([second, third])).toEqual(['b', 'b']);
    expect(made.count).toBe(2);
  });

  it('is not waited for by one who gives up, and goes on for the others', async () => {
    const [once, made, stop] = [new Once<string>(), making(), new AbortController()];
    const first = once.get(made.make());
    const second = once.get(made.make(stop.signal), stop.signal);
    stop.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    await expect(once.get(made.make(stop.signal), stop.signal)).rejects.toThrow('stopped');
    made.finish('c');
    expect(await first).toBe('c');
    expect(made.count).toBe(1);
  });
});
