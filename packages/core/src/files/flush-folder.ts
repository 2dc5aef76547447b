import { errnoOf } from '../errors.js';
import { closeFile, flush, openFolder } from './operations.js';

/** What systems say that cannot flush a folder, or do not let us open it for that. */
const notPossible = ['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EISDIR'];

/** Brings the names in a folder to disk, where the system can do that (Windows cannot). @throws ImgstoreError IO. */
export async function flushFolder(path: string, shown: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = openFolder(path, shown);
    try {
      await flush(handle);
    } finally {
      closeFile(handle);
    }
  } catch (error) {
    if (!notPossible.includes(errnoOf(error) ?? '')) throw error;
  }
}
