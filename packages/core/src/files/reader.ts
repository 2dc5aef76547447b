/** A regular local file, open for reading. Reads are synchronous: measured as the fastest way; callers let the event loop breathe. */
export interface FileReader {
  readonly path: string;
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Fills `target` from `position`; returns how many bytes there were, less than asked only at the end of the file. */
  read(target: Uint8Array, position: number): number;
  /** Fills all of `target`. @throws ImgstoreError TRUNCATED with file and offset when the file ends before, IO. */
  readExactly(target: Uint8Array, position: number): void;
  /** @throws ImgstoreError CHANGED when size or modification time are not what they were at opening. */
  checkUnchanged(): void;
  /** Can be called twice. */
  close(): void;
}

/**
 * Opens a regular file (through links; never a FIFO, device or folder, and without waiting for one).
 * @throws ImgstoreError NOT_FOUND, UNSUPPORTED (not a regular file), IO with the errno in `cause.code`.
 */
export function openFileReader(path: string): FileReader {
  void path;
  throw new Error('not written yet');
}
