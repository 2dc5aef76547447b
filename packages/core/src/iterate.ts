import { ignore } from './ignore.js';

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
 * One value at a time from a source of batches: twice as fast as an async generator. `open` is called on the first pull of
 * each iteration. A batch is let go before the next one is asked for, so a source may reuse its buffers then (`borrow`).
 * Pulls that overlap are answered in order; the first error ends the iteration, and an error of `close` never hides it.
 * `signal` is checked at each pull and before each batch: the iteration ends with its reason, though values are at hand.
 */
export function fromBatches<T>(
  open: () => BatchSource<T> | Promise<BatchSource<T>>, options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new BatchIterator(open, options.signal) };
}

class BatchIterator<T> implements AsyncIterableIterator<T> {
  readonly #open: () => BatchSource<T> | Promise<BatchSource<T>>;
  readonly #signal: AbortSignal | undefined;
  #source: BatchSource<T> | undefined;
  #batch: readonly T[] = [];
  #index = 0;
  #done = false;
  /** The last pull that is not answered yet: later ones wait for it. */
  #pending: Promise<IteratorResult<T>> | undefined;

  constructor(open: () => BatchSource<T> | Promise<BatchSource<T>>, signal: AbortSignal | undefined) {
    this.#open = open;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#pending === undefined && this.#index < this.#batch.length && this.#signal?.aborted !== true) {
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
    const result = (previous === undefined ? job() : previous.then(job, job)).finally(() => {
      if (this.#pending === result) this.#pending = undefined;
    });
    this.#pending = result;
    return result;
  }

  async #pull(): Promise<IteratorResult<T>> {
    try {
      while (!this.#done) {
        this.#signal?.throwIfAborted();
        if (this.#index < this.#batch.length) return { value: this.#batch[this.#index++] as T, done: false };
        this.#source ??= await this.#open();
        this.#batch = [];
        this.#index = 0;
        const batch = await this.#source.next();
        if (batch === undefined) await this.#finish();
        else this.#batch = batch;
      }
    } catch (error) {
      await this.#finish().catch(ignore);
      throw error;
    }
    return { value: undefined, done: true };
  }

  /** Closes what is open. Nothing is pulled after it, and a second call does nothing. */
  async #finish(): Promise<void> {
    const source = this.#source;
    this.#done = true;
    this.#batch = [];
    this.#index = 0;
    this.#source = undefined;
    await source?.close();
  }
}
