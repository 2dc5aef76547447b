/** A value in the making, and who may stop that. */
interface Making<T> {
  readonly value: Promise<T>;
  readonly signal: AbortSignal | undefined;
}

/** A value that is made once, however often it is asked for. A failure is not kept: it may have been of the moment. */
export class Once<T> {
  #making: Making<T> | undefined;

  /**
   * The value, made by `make` where there is none yet. `signal` is the caller's own, which `make` may obey: whoever waits for what another
   * caller began is not stopped with that one, but begins anew. Rejects as `make` does; with the signal's reason as soon as it is aborted.
   */
  async get(make: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      signal?.throwIfAborted();
      const making = this.#making ??= this.#begin(make, signal);
      try {
        return await unlessAborted(making.value, signal);
      } catch (error) {
        const wasStopped = making.signal !== signal && making.signal?.aborted === true;
        if (!wasStopped || signal?.aborted === true) throw error;
      }
    }
  }

  #begin(make: () => Promise<T>, signal: AbortSignal | undefined): Making<T> {
    const making = { value: make(), signal };
    making.value.catch(() => { if (this.#making === making) this.#making = undefined; }); // the callers have the failure
    return making;
  }
}

/** What the promise gives, or the signal's reason, whichever comes first. */
async function unlessAborted<T>(value: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return value;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => { reject(signal.reason as Error); }; // whatever the caller gave as the reason
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
