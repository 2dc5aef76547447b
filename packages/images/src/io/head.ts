import { openFileReader } from '@imgstore/core/files';
import { formatOf } from '../format.js';

/** So many bytes at the front of a file decide what it is. */
const HEAD_BYTES = 4096;

/** The first bytes of a regular file. @param mostBytes default 4 KiB. @throws ImgstoreError NOT_FOUND, UNSUPPORTED, IO. */
export function readHead(path: string, mostBytes: number = HEAD_BYTES): Uint8Array {
  const reader = openFileReader(path);
  try {
    const head = new Uint8Array(Math.min(mostBytes, reader.size));
    return head.subarray(0, reader.read(head, 0));
  } finally {
    reader.close();
  }
}

/** Whether a file is an image by its first bytes. @throws ImgstoreError NOT_FOUND, UNSUPPORTED, IO. */
export function isImageFile(path: string): boolean {
  return formatOf(readHead(path)) !== undefined;
}
