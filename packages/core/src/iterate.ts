/**
 * Where batches come from: the pull side of a store. Both methods may answer at once or with a promise.
 * `next` gives a batch (which may be empty), or undefined at the end. `close` is called exactly once after the first
 * `next`, whatever happened.
 */
export interface BatchSource<T> {
  next(): readonly T[] | undefined | Promise<readonly T[] | undefined>;
  close(): void | Promise<void>;
}

/**
 * One value at a time from a source of batches: twice as fast as an async generator. `open` is called on the first pull.
 * A batch is let go before the next one is asked for, so a source may reuse its buffers then (`borrow`).
 * Pulls that overlap are answered in order.
 */
export function fromBatches<T>(open: () => BatchSource<T> | Promise<BatchSource<T>>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new BatchIterator(open) };
}

class BatchIterator<T> implements AsyncIterator<T> {
  readonly #open: () => BatchSource<T> | Promise<BatchSource<T>>;
  #source: BatchSource<T> | undefined;
  #batch: readonly T[] = [];
  #index = 0;
  #done = false;
  #pending: Promise<IteratorResult<T>> | undefined;

  constructor(open: () => BatchSource<T> | Promise<BatchSource<T>>) {
    this.#open = open;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#pending === undefined && this.#index < this.#batch.length) {
      return Promise.resolve({ value: this.#batch[this.#index++] as T, done: false });
    }
    return this.#enqueue(() => this.#pull());
  }

  return(): Promise<IteratorResult<T>> {
    return this.#enqueue(async () => {
      await this.#finish();
      return { value: undefined, done: true };
    });
  }

  #enqueue(job: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> {
    const previous = this.#pending;
    const result = previous === undefined ? job() : previous.then(job, job);
    const settled = result.finally(() => {
      if (this.#pending === settled) this.#pending = undefined;
    });
    settled.catch(() => undefined); // the caller holds `settled` too; this only keeps a second branch quiet
    this.#pending = settled;
    return settled;
  }

  async #pull(): Promise<IteratorResult<T>> {
    try {
      while (!this.#done) {
        if (this.#index < this.#batch.length) return { value: this.#batch[this.#index++] as T, done: false };
        this.#source ??= await this.#open();
        this.#batch = [];
        this.#index = 0;
        const batch = await this.#source.next();
        if (batch === undefined) await this.#finish();
        else this.#batch = batch;
      }
    } catch (error) {
      await this.#finish();
      throw error;
    }
    return { value: undefined, done: true };
  }

  async #finish(): Promise<void> {
    this.#done = true;
    this.#batch = [];
    this.#index = 0;
    const source = this.#source;
    this.#source = undefined;
    await source?.close();
  }
}

/** Each value mapped, without a generator and in order. Borrowed samples may pass: nothing is held. */
export function mapEach<T, U>(source: AsyncIterable<T>, map: (value: T) => U): AsyncIterable<U> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      const close = async (): Promise<IteratorResult<U>> => {
        await iterator.return?.();
        return { value: undefined, done: true };
      };
      return {
        next: () => iterator.next().then(async (result): Promise<IteratorResult<U>> => {
          if (result.done) return result;
          try {
            return { value: map(result.value), done: false };
          } catch (error) {
            await close();
            throw error;
          }
        }),
        return: close,
      };
    },
  };
}

/**
 * Each value mapped by a promise, at most `concurrency` of them at once, the results in the order of the source.
 * Never give it a borrowed stream: it pulls ahead.
 */
export async function* mapOrdered<T, U>(
  source: AsyncIterable<T>, map: (value: T) => Promise<U>, options: { readonly concurrency: number },
): AsyncGenerator<U, void, undefined> {
  const running: Promise<U>[] = [];
  try {
    for await (const value of source) {
      const job = map(value);
      job.catch(() => undefined); // it is awaited below, in its turn
      running.push(job);
      if (running.length >= options.concurrency) yield await (running.shift() as Promise<U>);
    }
    while (running.length) yield await (running.shift() as Promise<U>);
  } finally {
    await Promise.allSettled(running);
  }
}

/**
 * For loops of synchronous work: `await breathe()` lets the event loop run when `everyMs` have passed since it last did,
 * and returns undefined (nothing to wait for) otherwise.
 */
export function breather(everyMs = 10): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < everyMs) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        last = performance.now();
        resolve();
      }, 0);
    });
  };
}
