import { readHead } from '@imgstore/core/files';
import { formatOf } from '../format.js';

/** So many bytes at the front of a file decide what it is. */
export const HEAD_BYTES = 4096;

/** Whether a file is an image by its first bytes. @throws ImgstoreError NOT_FOUND, UNSUPPORTED, IO. */
export function isImageFile(path: string): boolean {
  return formatOf(readHead(path, HEAD_BYTES)) !== undefined;
}
