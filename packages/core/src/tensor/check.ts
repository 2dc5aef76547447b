import { ImgstoreError } from '../errors.js';
import type { TensorImage } from '../sample.js';
import { colorChannels, dtypeSize, tensorLength } from './dtype.js';

/** Height, width and channels of a tensor in pixels, whatever its layout; a `HW` tensor has one channel. Believes shape and layout: see {@link checkTensor}. */
export function tensorSize(image: Pick<TensorImage, 'layout' | 'shape'>): { readonly height: number; readonly width: number; readonly channels: number } {
  const [a = 0, b = 0, c = 0] = image.shape;
  switch (image.layout) {
    case 'HW': return { height: a, width: b, channels: 1 };
    case 'HWC': return { height: a, width: b, channels: c };
    case 'CHW': return { height: b, width: c, channels: a };
  }
}

/**
 * That the parts of a tensor agree: as many axes as the layout has letters, each at least 1; as many bytes as shape
 * and dtype ask for; as many channels as the colour has.
 * @throws ImgstoreError MISMATCH when they do not, LIMIT when the shape's product is above 2^53-1.
 */
export function checkTensor(image: TensorImage): void {
  const { shape, layout, dtype, color, data } = image;
  if (shape.length !== layout.length) {
    throw new ImgstoreError('MISMATCH', `the shape [${shape.join(', ')}] has ${shape.length} axes, the layout ${layout} has ${layout.length}`);
  }
  const length = tensorLength(shape);
  if (length === 0) throw new ImgstoreError('MISMATCH', `the shape [${shape.join(', ')}] holds no pixels`);
  const expected = length * dtypeSize(dtype);
  if (data.length !== expected) {
    throw new ImgstoreError('MISMATCH', `the shape [${shape.join(', ')}] of ${dtype} takes ${expected} bytes, ${data.length} are there`);
  }
  const { channels } = tensorSize(image);
  if (color !== undefined && colorChannels(color) !== channels) {
    throw new ImgstoreError('MISMATCH', `${color} has ${colorChannels(color)} channels, the ${layout} shape [${shape.join(', ')}] has ${channels}`);
  }
}
