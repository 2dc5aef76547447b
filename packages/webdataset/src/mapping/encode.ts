import { encodeUtf8, ImgstoreError, sniffImage } from '@imgstore/core';
import type { FeatureValue, Sample } from '@imgstore/core';
import { formatClassName, parseCls } from './class-text.js';
import { formatExtra } from './extra.js';
import { compareImageExts, extOfFormat, isImageExt, unsniffedFormat } from './image-member.js';
import { CLASS_EXT, EXTRA_EXT, LABEL_EXT } from './members.js';
import type { Members } from './members.js';

/** Features that may become members: lower case, since readers make it so, and not `__key__` or what else Python's webdataset adds itself. */
const MEMBER_NAME = /^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*$/;
const MAX_MEMBER_NAME = 100;

/**
 * The members of a sample that is within `accepts`, by extension, ascending, as webdataset's writer orders them. Bytes of the sample are
 * not copied. There is at least one member.
 * @throws ImgstoreError CORRUPT for an image whose bytes are not of its format, LOSSY for half a surrogate pair.
 */
export function encodeSample({ image, label, className, features }: Sample): Members {
  const members = new Map<string, Uint8Array>();
  let imageExt: string | undefined;
  if (image?.kind === 'encoded') {
    imageExt = extOfFormat(image.format);
    if (imageExt === undefined) throw new ImgstoreError('LOSSY', `no extension is known for images of the format ${image.format}`);
    requireFormat(imageExt, image);
    members.set(imageExt, image.bytes);
  }
  if (label !== undefined) members.set(LABEL_EXT, encodeUtf8(String(label)));
  if (className !== undefined) members.set(CLASS_EXT, formatClassName(className));
  const extra: (readonly [string, FeatureValue])[] = [];
  for (const [name, value] of features) {
    const bytes = value.kind === 'bytes' && value.values.length === 1 ? value.values[0] : undefined;
    if (bytes !== undefined && !members.has(name) && isReadBack(name, bytes, imageExt)) members.set(name, bytes);
    else extra.push([name, value]);
  }
  // A sample without any member would not be there.
  if (extra.length > 0 || members.size === 0) members.set(EXTRA_EXT, formatExtra(extra));
  return new Map([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether reading makes a feature of that member again. */
function isReadBack(name: string, bytes: Uint8Array, imageExt: string | undefined): boolean {
  if (!MEMBER_NAME.test(name) || name.length > MAX_MEMBER_NAME || name === CLASS_EXT || name === EXTRA_EXT) return false;
  if (name === LABEL_EXT) return parseCls(bytes) === undefined;
  return !isImageExt(name) || (imageExt !== undefined && compareImageExts(imageExt, name) < 0);
}

/** Reading tells the format by the bytes. */
function requireFormat(ext: string, { format, bytes }: { readonly format: string; readonly bytes: Uint8Array }): void {
  const found = sniffImage(bytes)?.format ?? unsniffedFormat(ext, bytes);
  if (found !== format) throw new ImgstoreError('CORRUPT', `the image is said to be ${format}, and its bytes are ${found ?? 'no image known here'}`);
}
