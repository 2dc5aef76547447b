import type { Sample, TensorImage } from './sample.js';
import type { StoreDescription } from './store.js';

/** What holds for all of these images, for `describe().image`: a size that varies is null. Undefined: nothing does, or there are none. Looks at no bytes. */
export function commonImage(images: readonly NonNullable<Sample['image']>[]): StoreDescription['image'] {
  const [first] = images;
  if (first === undefined) return undefined;
  if (first.kind === 'encoded') {
    return images.every((image) => image.kind === 'encoded' && image.format === first.format) ? { format: first.format } : undefined;
  }
  const { dtype, layout, color, shape } = first;
  const tensors = images.filter((image) => image.kind === 'tensor');
  const isSame = (value: unknown, of: (image: TensorImage) => unknown): boolean => tensors.every((image) => of(image) === value);
  if (tensors.length < images.length || !isSame(layout, (image) => image.layout)) return undefined;
  return {
    layout,
    shape: shape.map((size, axis) => isSame(size, (image) => image.shape[axis]) ? size : null),
    ...isSame(dtype, (image) => image.dtype) && { dtype },
    ...color !== undefined && isSame(color, (image) => image.color) && { color },
  };
}
