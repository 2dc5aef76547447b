import { ImgstoreError } from './errors.js';
import { ignore } from './ignore.js';

/**
 * Each value mapped, without a generator and in order. Borrowed samples may pass: nothing is held. When `map` throws, the
 * source is closed and the iteration ends with that error.
 */
export function mapEach<T, U>(source: AsyncIterable<T>, map: (value: T) => U): AsyncIterable<U> {
  return { [Symbol.asyncIterator]: () => new MapIterator(source[Symbol.asyncIterator](), map) };
}

class MapIterator<T, U> implements AsyncIterableIterator<U> {
  readonly #source: AsyncIterator<T>;
  readonly #map: (value: T) => U;
  #done = false;

  constructor(source: AsyncIterator<T>, map: (value: T) => U) {
    this.#source = source;
    this.#map = map;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<U>> {
    return this.#done ? Promise.resolve({ value: undefined, done: true }) : this.#source.next().then((result) => this.#mapped(result));
  }

  async return(): Promise<IteratorResult<U>> {
    await this.#close();
    return { value: undefined, done: true };
  }

  #mapped(result: IteratorResult<T>): IteratorResult<U> | Promise<never> {
    // A pull that overlapped with the one that failed has nowhere to go.
    if (result.done === true) this.#done = true;
    if (result.done === true || this.#done) return { value: undefined, done: true };
    try {
      return { value: this.#map(result.value), done: false };
    } catch (error) {
      return this.#close().catch(ignore).then(() => {
        throw error;
      });
    }
  }

  async #close(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    await this.#source.return?.();
  }
}

/**
 * Each value mapped by a promise, at most `concurrency` of them at once, the results in the order of the source. The
 * first error in that order ends it, after the results before it, and only when no `map` is running any more.
 * Never give it a borrowed stream: it pulls ahead.
 * @throws ImgstoreError BAD_OPTION when `concurrency` is not an integer of at least 1.
 */
export async function* mapOrdered<T, U>(
  source: AsyncIterable<T>, map: (value: T) => Promise<U>, options: { readonly concurrency: number },
): AsyncGenerator<U, void, undefined> {
  const { concurrency } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new ImgstoreError('BAD_OPTION', `concurrency is ${concurrency}, expected an integer of at least 1`);
  }
  const iterator = source[Symbol.asyncIterator]();
  const running: Promise<U>[] = [];
  const start = (job: () => Promise<U>): void => {
    const result = job();
    result.catch(ignore); // it is awaited below, in its turn
    running.push(result);
  };
  let open = true;
  let failed = false;
  try {
    while (open || running.length > 0) {
      if (!open || running.length === concurrency) {
        yield await (running.shift() as Promise<U>);
        continue;
      }
      try {
        const result = await iterator.next();
        if (result.done === true) open = false;
        else start(async () => map(result.value));
      } catch (error) {
        open = false;
        start(async () => { // the results before it come first
          throw error;
        });
      }
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    await Promise.allSettled(running);
    const closed = open ? iterator.return?.() : undefined;
    await (failed ? closed?.catch(ignore) : closed);
  }
}
