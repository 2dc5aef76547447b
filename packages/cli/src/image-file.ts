import { extname } from 'node:path';
import { formatOfExtension, ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { Accepts, EncodedImage, Limits, Sample } from '@imgstore/core';
import { ENCODINGS, fit, Ledger } from '@imgstore/convert';
import type { EncodedFormat } from '@imgstore/convert';
import { loadCodec } from './builtins.js';

/** The format in which pixels can be written that the end of a file's name promises; undefined: none. */
export function writtenFormat(path: string): EncodedFormat | undefined {
  const format = formatOfExtension(extname(path).slice(1).toLowerCase());
  return ENCODINGS.filter((encoding): encoding is EncodedFormat => encoding !== 'copy' && encoding !== 'raw').find((encoding) => encoding === format);
}

/**
 * The pixels of a sample as an image file, by the rules of a conversion into a target that holds only such files. Whoever names a lossy format has asked for its loss.
 * @throws ImgstoreError UNSUPPORTED for pixels that the format does not hold, NO_ADAPTER without the codec.
 */
export async function asImageFile(
  { key, image }: Sample, format: EncodedFormat,
  { limits, signal, place }: { readonly limits: Limits | undefined; readonly signal: AbortSignal | undefined; readonly place: { readonly location: string; readonly key: string; readonly hint: string } },
): Promise<EncodedImage> {
  const accepts: Accepts = { image: 'required', encoded: [format], key: { kind: 'text' }, classes: false, features: 'none' };
  async function* one(): AsyncGenerator<Sample> {
    yield { key, ...image && { image }, features: new Map() };
  }
  const options = { codec: await loadCodec(limits), encoding: format, ledger: new Ledger(['encode']), ...signal && { signal } };
  let refused: string | undefined;
  try {
    for await (const { image: fitted } of fit(accepts, options)(one())) if (fitted?.kind === 'encoded') return fitted;
  } catch (error) {
    if (!isImgstoreError(error, 'LOSSY')) throw error;
    refused = error.what;
  }
  throw new ImgstoreError('UNSUPPORTED', refused ?? 'the sample has no image', place);
}
