import { resolve, sep } from 'node:path';
import { interceptOperations } from '@imgstore/core/files';

/** How often an operation fails: the Nth one only, or every one from the Nth on. */
export type Persistence = 'once' | 'for ever';

/** Runs `job` and returns how many file operations it did below the folder. */
export async function countOperations(folder: string, job: () => Promise<unknown>): Promise<number> {
  let count = 0;
  await hooked(folder, () => count++, job);
  return count;
}

/** Runs `job` while the Nth file operation below the folder fails with EIO, from 0. Whatever it does is returned or thrown. */
export async function withFailure<T>(folder: string, at: number, persistence: Persistence, job: () => Promise<T>): Promise<T> {
  let count = 0;
  return hooked(folder, (operation) => {
    const nth = count++;
    if (persistence === 'once' ? nth === at : nth >= at) {
      throw Object.assign(new Error(`EIO: i/o error, ${operation}`), { code: 'EIO', errno: -5, syscall: operation });
    }
  }, job);
}

async function hooked<T>(folder: string, before: (operation: string) => void, job: () => Promise<T>): Promise<T> {
  const restore = interceptOperations((operation, path) => {
    const absolute = resolve(path);
    if (absolute === folder || absolute.startsWith(folder + sep)) before(operation);
  });
  try {
    return await job();
  } finally {
    restore();
  }
}
