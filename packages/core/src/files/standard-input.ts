import { ImgstoreError } from '../errors.js';
import { fileFailure } from './failures.js';
import { canWrite, handleStatus, pathStatus } from './operations.js';
import type { Handle } from './operations.js';
import { fileIdentity, nameOfKind } from './status.js';
import type { FileStatus } from './status.js';

const INPUT: Handle = { fd: 0, path: '-', shown: 'standard input' };

/**
 * The bytes of standard input, taken when they are pulled.
 * @throws ImgstoreError UNSUPPORTED (a folder, say), IO with the errno in `cause.code`, IO without one where standard input is closed.
 */
export async function* readStandardInput(): AsyncGenerator<Uint8Array, void, undefined> {
  requireReadable(handleStatus(INPUT));
  try {
    for await (const piece of process.stdin) yield piece as Uint8Array;
  } catch (error) {
    throw fileFailure(error, { file: INPUT.shown, action: 'read' });
  }
}

/** The identity, as in `PathFacts`, of the file that standard input is read from; undefined where it is none: a pipe, a terminal. @throws ImgstoreError IO. */
export function standardInputIdentity(): string | undefined {
  const status = handleStatus(INPUT);
  return status.isFile() ? fileIdentity(status) : undefined;
}

/** Of anything else Node gives nothing, and says nothing. */
function requireReadable(status: FileStatus): void {
  if (!status.isFile() && !status.isFIFO() && !status.isSocket() && !status.isCharacterDevice()) {
    throw new ImgstoreError('UNSUPPORTED', `${nameOfKind(status)}, not a file or a pipe`, { file: INPUT.shown });
  }
  if (isPutByNode(status)) throw new ImgstoreError('IO', 'cannot read: it is closed', { file: INPUT.shown });
}

/** Where standard input is closed, Node puts /dev/null there before any code runs, open for writing too; who gives it as input does not do that. */
function isPutByNode(status: FileStatus): boolean {
  return status.isCharacterDevice() && status.rdev === pathStatus('/dev/null')?.rdev && canWrite(INPUT);
}
