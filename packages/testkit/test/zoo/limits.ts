import { checkTensor, encodeUtf8, ImgstoreError, withPlace } from '@imgstore/core';
import type { Accepts, Sample } from '@imgstore/core';

/** @throws ImgstoreError LOSSY for what `accepts` excludes, MISMATCH for a tensor that contradicts itself; with the key. */
export function checkSample({ key, image, label, className, features }: Sample, accepts: Accepts): void {
  const refuse = (what: string): never => {
    throw new ImgstoreError('LOSSY', `no place for ${what}`, { key });
  };
  if (encodeUtf8(key).length > (accepts.key.maxBytes ?? Infinity)) refuse('so long a key');
  if (image === undefined && accepts.image === 'required') refuse('a sample without an image');
  if (image?.kind === 'encoded' && accepts.encoded !== 'any' && !accepts.encoded.includes(image.format)) refuse(`the format ${image.format}`);
  if (image?.kind === 'tensor') {
    const { dtypes = [], layouts = [], colors = [] } = accepts.tensor ?? {};
    if (!dtypes.includes(image.dtype) || !layouts.includes(image.layout)) refuse(`${image.dtype} ${image.layout}`);
    if (image.color !== undefined && !colors.includes(image.color)) refuse(`the colour ${image.color}`);
    try {
      checkTensor(image);
    } catch (error) {
      throw withPlace(error, { key });
    }
  }
  const { min, max } = accepts.label ?? { min: 1, max: 0 };
  if (label !== undefined && !(Number.isSafeInteger(label) && label >= min && label <= max)) refuse(`the label ${label}`);
  if (className !== undefined && !accepts.classes) refuse('class names');
  for (const [name, { kind }] of features) {
    if (accepts.features === 'none' || !accepts.features.includes(kind)) refuse(`a feature of ${kind}`);
    if (accepts.reserved?.includes(name)) refuse(`the feature ${name}`);
  }
}
