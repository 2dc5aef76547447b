const ARRAYS = ['ArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'BigUint64Array', 'Float32Array', 'Float64Array'] as const;
const BUFFERS = ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const;

/** The bytes of the largest buffer that is asked for by a length while `run` runs, whether it is granted or not. */
export async function largestAllocation(run: () => Promise<unknown>): Promise<number> {
  let largest = 0;
  const note = (bytes: unknown): void => {
    if (typeof bytes === 'number' && bytes > largest) largest = bytes;
  };
  const restore: (() => void)[] = [];
  for (const name of ARRAYS) {
    const original = globalThis[name];
    const size = 'BYTES_PER_ELEMENT' in original ? original.BYTES_PER_ELEMENT : 1;
    const counted = new Proxy<object>(original, {
      construct: (target, given: readonly unknown[], made) => {
        if (typeof given[0] === 'number') note(given[0] * size);
        return Reflect.construct(target as typeof Uint8Array, given, made) as object;
      },
    });
    Object.defineProperty(globalThis, name, { value: counted, configurable: true, writable: true });
    restore.push(() => Object.defineProperty(globalThis, name, { value: original, configurable: true, writable: true }));
  }
  for (const name of BUFFERS) {
    const original = Buffer[name];
    const counted = new Proxy(original, {
      apply: (target, self, given: Parameters<typeof original>) => {
        note(given[0]);
        return Reflect.apply(target, self, given) as Buffer;
      },
    });
    Object.defineProperty(Buffer, name, { value: counted, configurable: true, writable: true });
    restore.push(() => Object.defineProperty(Buffer, name, { value: original, configurable: true, writable: true }));
  }
  try {
    await run();
  } finally {
    for (const one of restore) one();
  }
  return largest;
}
