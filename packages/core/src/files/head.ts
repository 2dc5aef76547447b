import { openFileReader } from './reader.js';

/** The first bytes of a regular file, at most so many; fewer where it ends before. @throws ImgstoreError NOT_FOUND, UNSUPPORTED (not a regular file), IO. */
export function readHead(path: string, mostBytes: number): Uint8Array {
  const reader = openFileReader(path);
  try {
    const head = new Uint8Array(Math.min(mostBytes, reader.size));
    return head.subarray(0, reader.read(head, 0));
  } finally {
    reader.close();
  }
}
