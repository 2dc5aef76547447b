/**
 * For loops of synchronous work: `await breathe()` lets the event loop run when `everyMs` have passed since it last did,
 * and returns undefined (nothing to wait for) otherwise.
 */
export function breather(everyMs = 10): () => Promise<void> | undefined {
  // A timer waits a millisecond, a tenth of the time between two breaths; browsers have nothing else.
  const { setImmediate: soon = setTimeout } = globalThis as { readonly setImmediate?: (call: () => void) => unknown };
  let last = performance.now();
  return () => {
    if (performance.now() - last < everyMs) return undefined;
    return new Promise((resolve) => {
      soon(() => {
        last = performance.now();
        resolve();
      });
    });
  };
}
