/** What lstat, stat and fstat tell, exact: as much of Node's as is used, so that who imports this needs no types of Node. */
export interface FileStatus {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  readonly size: bigint;
  readonly rdev: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isCharacterDevice(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/** What it is, for a message. */
export function nameOfKind(status: FileStatus): string {
  if (status.isFile()) return 'a file';
  if (status.isDirectory()) return 'a folder';
  if (status.isSymbolicLink()) return 'a link';
  if (status.isFIFO()) return 'a pipe';
  if (status.isSocket()) return 'a socket';
  return 'a device';
}

/** Equal for two names of the same file. */
export function fileIdentity(status: FileStatus): string {
  return `${status.dev}:${status.ino}`;
}

/** Equal while it is the same file and nobody wrote to it. The inode alone does not do: a removed file's number goes to the next one. */
export function contentIdentity(status: FileStatus): string {
  return `${status.dev}:${status.ino}:${status.size}:${status.mtimeNs}`;
}
