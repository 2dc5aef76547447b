/** A value that is made once, however often it is asked for. A failure is not kept: it may have been of the moment. */
export class Once<T> {
  #value: Promise<T> | undefined;

  /** The value, made by `make` where there is none yet. Rejects as `make` does. */
  get(make: () => Promise<T>): Promise<T> {
    if (this.#value !== undefined) return this.#value;
    const value = make();
    this.#value = value;
    value.catch(() => { this.#value = undefined; }); // the caller has the failure
    return value;
  }
}
