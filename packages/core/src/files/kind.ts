import type { FileStatus } from './operations.js';

/** What it is, for a message. */
export function nameOfKind(status: FileStatus): string {
  if (status.isFile()) return 'a file';
  if (status.isDirectory()) return 'a folder';
  if (status.isSymbolicLink()) return 'a link';
  if (status.isFIFO()) return 'a pipe';
  if (status.isSocket()) return 'a socket';
  return 'a device';
}
