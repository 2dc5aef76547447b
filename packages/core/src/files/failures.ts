import { errnoOf, ImgstoreError, isImgstoreError } from '../errors.js';

/** What was tried, for the message of its failure. */
export interface Attempt {
  /** The path as the user knows it: the final name, not the temporary one. */
  readonly file: string;
  /** After "cannot": `read`, `write`, `flush to disk`. */
  readonly action: string;
  /** Whether a file that is not there is the user's source: NOT_FOUND instead of IO. */
  readonly source?: boolean;
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on that disk, or write to another one',
  EDQUOT: 'the quota is used up: free space, or write to another disk',
  EACCES: 'check the permissions of the file and of its folder',
  EPERM: 'check the permissions of the file and of its folder',
  EROFS: 'the disk is mounted read-only: write to another one',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EFBIG: 'the disk or a limit (ulimit -f) does not allow so large a file: write shards',
  ENOTDIR: 'a part of the path is a file',
  ENAMETOOLONG: 'use a shorter name',
  EXDEV: 'the path crosses from one disk to another',
};

/** The failure of a file operation as an ImgstoreError; what is no failure of the system is returned as it is. */
export function fileFailure(error: unknown, attempt: Attempt): unknown {
  if (isImgstoreError(error)) return error;
  const { file, action } = attempt;
  const errno = errnoOf(error);
  if (errno === undefined) return isBadPath(error) ? new ImgstoreError('BAD_OPTION', 'not a path: it holds a NUL byte', { cause: error }) : error;
  if (attempt.source === true && errno === 'ENOENT') return new ImgstoreError('NOT_FOUND', 'no such file or folder', { file, cause: error });
  if (attempt.source === true && errno === 'ENOTDIR') {
    return new ImgstoreError('NOT_FOUND', 'no such file: a part of its path is not a folder', { file, cause: error });
  }
  const hint = hints[errno];
  return new ImgstoreError('IO', `cannot ${action}: ${description(error, errno)}`, { file, cause: error, ...(hint !== undefined && { hint }) });
}

/** Node says `ENOSPC: no space left on device, write`; the operation and paths after the comma are told better by us. */
function description(error: unknown, errno: string): string {
  const text = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  const words = text.startsWith(`${errno}: `) ? text.slice(errno.length + 2).split(', ')[0] : undefined;
  return words ? `${errno} (${words})` : errno;
}

function isBadPath(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_INVALID_ARG_VALUE';
}
