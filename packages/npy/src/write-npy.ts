import { stageFiles } from '@imgstore/core/files';
import type { StageOptions } from '@imgstore/core/files';
import { checkArray } from './array.js';
import type { NpyArray } from './array.js';
import { formatHeader } from './wire/header.js';

/** The bytes of the .npy file that `np.save` writes for that array (little-endian, C order), byte for byte. @throws ImgstoreError MISMATCH, LIMIT. */
export function encodeNpy(array: NpyArray): Uint8Array {
  checkArray(array);
  const header = formatHeader(array.dtype, array.shape);
  const bytes = new Uint8Array(header.length + array.data.length);
  bytes.set(header);
  bytes.set(array.data, header.length);
  return bytes;
}

/**
 * Writes an array as a .npy file, which appears when it is complete and on disk.
 * @throws ImgstoreError EXISTS, IO, MISMATCH when dtype, shape and bytes disagree.
 */
export async function writeNpy(path: string, array: NpyArray, options: StageOptions = {}): Promise<void> {
  checkArray(array);
  const stage = await stageFiles([path], options);
  try {
    const file = stage.file(path);
    file.write(formatHeader(array.dtype, array.shape));
    file.write(array.data);
    await stage.commit();
  } catch (error) {
    await stage.discard();
    throw error;
  }
}
