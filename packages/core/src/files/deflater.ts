/** A stream of `node:zlib`, as much of it as is used: who imports this needs no types of Node. */
export interface Compressor {
  on(event: 'data', listener: (piece: Uint8Array) => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'end', listener: () => void): unknown;
  write(bytes: Uint8Array, done: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** A compressor at work. */
export interface Deflater {
  /** Compresses the bytes; when the promise resolves they may be reused. */
  push(bytes: Uint8Array): Promise<void>;
  /** Ends the stream: everything is in the sink when it resolves. */
  finish(): Promise<void>;
  /** Lets go of native memory without an end. Can be called after `finish`. */
  close(): void;
}

/** Runs a compressor of `node:zlib`, e.g. `createGzip()`, which must be new; what it gives goes to `sink`, in order. What the sink throws comes out of `push` and `finish`. */
export function openDeflater(compressor: Compressor, sink: (piece: Uint8Array) => void): Deflater {
  const pieces: Uint8Array[] = [];
  let failure: Error | undefined;
  let wake = (): void => {};
  compressor.on('data', (piece: Uint8Array) => pieces.push(piece));
  compressor.once('error', (error) => {
    failure = error;
    wake();
  });
  // The sink may throw (a full disk): it is called here, where a caller waits, and not in the stream's event.
  function drain(): void {
    if (failure) throw failure;
    for (const piece of pieces.splice(0)) sink(piece);
  }
  return {
    async push(bytes) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        compressor.write(bytes, () => resolve());
      });
      drain();
    },
    async finish() {
      await new Promise<void>((resolve) => {
        wake = resolve;
        compressor.once('end', resolve);
        compressor.end();
      });
      drain();
    },
    close: () => void compressor.destroy(),
  };
}
