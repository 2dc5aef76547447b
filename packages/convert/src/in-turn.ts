/**
 * Each value mapped in its turn: at once where `map` answers at once, else waited for before the next is pulled. So borrowed values
 * may pass, even those that take time. When `map` fails, the source is closed and the iteration ends with that error.
 */
export function mapInTurn<T, U>(source: AsyncIterable<T>, map: (value: T) => U | Promise<U>): AsyncIterable<U> {
  return { [Symbol.asyncIterator]: () => new TurnIterator(source[Symbol.asyncIterator](), map) };
}

class TurnIterator<T, U> implements AsyncIterator<U> {
  readonly #source: AsyncIterator<T>;
  readonly #map: (value: T) => U | Promise<U>;
  #done = false;

  constructor(source: AsyncIterator<T>, map: (value: T) => U | Promise<U>) {
    this.#source = source;
    this.#map = map;
  }

  next(): Promise<IteratorResult<U>> {
    return this.#done ? Promise.resolve({ value: undefined, done: true }) : this.#source.next().then((result) => this.#mapped(result));
  }

  async return(): Promise<IteratorResult<U>> {
    await this.#close();
    return { value: undefined, done: true };
  }

  #mapped(result: IteratorResult<T>): IteratorResult<U> | Promise<IteratorResult<U>> {
    if (result.done === true) {
      this.#done = true;
      return { value: undefined, done: true };
    }
    try {
      const value = this.#map(result.value);
      return value instanceof Promise ? value.then((done) => ({ value: done, done: false }), (error: unknown) => this.#fail(error)) : { value, done: false };
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<never> {
    // The first error is the one to tell.
    await this.#close().catch(() => undefined);
    throw error;
  }

  async #close(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    await this.#source.return?.();
  }
}
