import { ImgstoreError, withPlace } from './errors.js';
import { unescapeKey } from './escape.js';
import { encodeUtf8 } from './keys.js';
import type { Sample, TensorImage } from './sample.js';
import type { Accepts } from './store.js';
import { checkTensor } from './tensor/check.js';

/**
 * The most features of a sample that is written, in every format, and the most that one record is read with: each takes memory of its own, though it
 * may be a few bytes of the record, and next to nothing of a compressed file.
 */
export const MOST_FEATURES = 10_000;

/**
 * That a store which says `accepts` can hold the sample: what `write` asks of each before it takes it. What concerns several samples
 * is the store's own business: equal keys (`unique`), their order (`sorted`), and one form for all images (`uniform`).
 * @throws ImgstoreError LOSSY for what `accepts` excludes and for more than {@link MOST_FEATURES}, MISMATCH for a tensor that contradicts itself; with the key.
 */
export function checkSample(sample: Sample, accepts: Accepts): void {
  try {
    checkKey(sample.key, accepts.key);
    checkImage(sample.image, accepts);
    checkLabel(sample, accepts);
    if (sample.features.size > MOST_FEATURES) throw lossy(`a sample of ${sample.features.size} features, at most ${MOST_FEATURES}`);
    for (const [name, { kind }] of sample.features) {
      if (accepts.reserved?.includes(name) === true) throw lossy('a feature of this name, which is its own', name);
      if (accepts.features === 'none' || !accepts.features.includes(kind)) throw lossy(`a feature of ${kind}`, name);
    }
  } catch (error) {
    throw withPlace(error, { key: sample.key });
  }
}

function checkKey(key: string, { kind, maxBytes = Infinity, allows }: Accepts['key']): void {
  if (kind === 'ordinal') return;
  const { length } = kind === 'bytes' ? unescapeKey(key) : encodeUtf8(key);
  if (length > maxBytes) throw lossy(`a key of ${length} bytes, at most ${maxBytes}`);
  // Unlike `test`, `search` begins at the beginning also with a pattern that was made global.
  if (allows !== undefined && key.search(allows) < 0) throw lossy('this key');
}

function checkImage(image: Sample['image'], { image: need, encoded, tensor }: Accepts): void {
  if (image === undefined) {
    if (need === 'required') throw lossy('a sample without an image');
  } else if (image.kind === 'tensor') {
    checkTensor(image);
    checkForm(image, tensor);
  } else if (encoded !== 'any' && !encoded.includes(image.format)) throw lossy(`an encoded image of the format ${image.format}`);
}

function checkForm({ dtype, layout, color, shape, data }: TensorImage, tensor: Accepts['tensor']): void {
  if (tensor === undefined) throw lossy('an image that is not encoded');
  if (!tensor.dtypes.includes(dtype)) throw lossy(`a tensor of ${dtype}`);
  if (!tensor.layouts.includes(layout)) throw lossy(`a tensor of the layout ${layout}`);
  if (color !== undefined && tensor.colors?.includes(color) === false) throw lossy(`a tensor of the colours ${color}`);
  if (data.length > (tensor.maxBytes ?? Infinity)) throw lossy(`a tensor of ${data.length} bytes, at most ${tensor.maxBytes ?? Infinity}`);
  const wanted = tensor.shape ?? shape;
  if (wanted.length !== shape.length || wanted.some((size, axis) => size !== null && size !== shape[axis])) throw lossy(`a tensor of the shape [${shape.join(', ')}]`);
}

function checkLabel({ label, className }: Sample, { label: range, classes, classNeedsLabel }: Accepts): void {
  if (label === undefined) {
    if (range?.required === true) throw lossy('a sample without a label');
    if (className !== undefined && classNeedsLabel === true) throw lossy('the name of a class without its label');
  } else if (range === undefined) throw lossy('a label');
  else if (!Number.isSafeInteger(label) || label < range.min || label > range.max) throw lossy(`the label ${label}; labels are whole numbers from ${range.min} to ${range.max}`);
  if (className !== undefined && !classes) throw lossy('the name of a class');
}

function lossy(what: string, feature?: string): ImgstoreError {
  return new ImgstoreError('LOSSY', `the store cannot hold ${what}`, feature === undefined ? {} : { feature });
}
