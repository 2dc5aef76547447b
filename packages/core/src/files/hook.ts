/** The name of a file operation, as tests see it. */
export type OperationName =
  | 'open' | 'close' | 'read' | 'write' | 'fsync' | 'fstat' | 'stat' | 'lstat' | 'readdir' | 'realpath' | 'mkdir' | 'rename' | 'link'
  | 'unlink' | 'rmdir';

/** Is called before a file operation, with the path it goes to. */
export type OperationHook = (name: OperationName, path: string) => void;

let currentHook: OperationHook | undefined;

/**
 * Calls `hook` before every file operation of readers and writers in this process; what it throws is the operation's
 * failure. For tests. Returns the function that takes the hook away.
 */
export function interceptOperations(hook: OperationHook): () => void {
  const previous = currentHook;
  currentHook = hook;
  return () => {
    if (currentHook === hook) currentHook = previous;
  };
}

/** Tells the hook, if there is one, of the operation that comes next. @throws what the hook throws. */
export function announce(name: OperationName, path: string): void {
  currentHook?.(name, path);
}
