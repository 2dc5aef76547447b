/** The name of a file operation, as tests see it. */
export type OperationName =
  | 'open' | 'close' | 'read' | 'write' | 'fsync' | 'fstat' | 'stat' | 'lstat' | 'readdir' | 'realpath' | 'mkdir' | 'rename' | 'link'
  | 'unlink' | 'rmdir';

/**
 * Calls `hook` before every file operation of readers and writers in this process; what it throws is the operation's
 * failure. For tests. Returns the function that takes the hook away.
 */
export function interceptOperations(hook: (name: OperationName, path: string) => void): () => void {
  void hook;
  throw new Error('not written yet');
}
