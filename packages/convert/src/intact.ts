import { crc32 } from 'node:zlib';
import { checkImage, HEAD_BYTES, ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { ReadOptions, Sample } from '@imgstore/core';
import { placeOf } from './refusal.js';

/**
 * That the sample has no encoded image that is cut or whose checksums fail: what is only copied no decoder would look at, and the target could
 * not be read again. Where only heads are read (`isHead`), larger images pass.
 * @throws ImgstoreError TRUNCATED, CORRUPT, LIMIT, with the sample's place.
 */
export function requireIntact(sample: Sample, isHead: boolean): void {
  const fault = faultOf(sample, isHead);
  if (fault !== undefined) throw fault;
}

/** The samples without those that {@link requireIntact} refuses, which are told. */
export async function* intact(
  samples: AsyncIterable<Sample>, { payload }: Pick<ReadOptions, 'payload'>, onBadSample: NonNullable<ReadOptions['onBadSample']>,
): AsyncGenerator<Sample, void, undefined> {
  for await (const sample of samples) {
    const fault = faultOf(sample, payload === 'head');
    if (fault === undefined) yield sample;
    else onBadSample(fault, bytesOf(sample.image));
  }
}

/** What a user may keep of a bad sample. */
export function bytesOf(image: Sample['image']): Uint8Array | undefined {
  return image?.kind === 'encoded' ? image.bytes : undefined;
}

function faultOf(sample: Sample, isHead: boolean): ImgstoreError | undefined {
  const { image } = sample;
  if (image?.kind !== 'encoded' || (isHead && image.bytes.length >= HEAD_BYTES)) return undefined;
  try {
    checkImage(image.format, image.bytes, { crc32 });
    return undefined;
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
    const { code, what, offset, cause } = error;
    const where = offset === undefined ? '' : ` (byte ${offset} of the image)`;
    return new ImgstoreError(code, `the image is ${code === 'TRUNCATED' ? 'cut' : 'damaged'}: ${what}${where}`, { ...placeOf(sample), cause: cause ?? error });
  }
}
