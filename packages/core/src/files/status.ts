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

/** Equal while it is the same file and nobody wrote to it. The inode alone does not do: a removed file's number goes to the next one. */
export function contentIdentity(status: FileStatus): string {
  return `${status.dev}:${status.ino}:${status.size}:${status.mtimeNs}`;
}
