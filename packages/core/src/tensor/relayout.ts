import { ImgstoreError } from '../errors.js';
import type { ColorOrder, Layout, TensorImage } from '../sample.js';
import { checkTensor, tensorSize } from './check.js';
import { colorChannels, dtypeSize } from './dtype.js';
import { permute } from './permute.js';

/** What {@link relayout} can change; what is absent stays. */
export interface RelayoutTarget {
  readonly layout?: Layout;
  readonly color?: ColorOrder;
}

/**
 * The same pixels in another order of axes (`HW`, `HWC`, `CHW`) and of colours (rgb and bgr, rgba and bgra), in one
 * pass and for every dtype. The very same object when nothing changes; where only shape or names change the bytes are
 * shared; otherwise they are new, or those that `room` gives for that many bytes: they are all written, and must not be
 * the image's own. Never changes what it was given.
 * @throws ImgstoreError MISMATCH when the tensor contradicts itself, or has no such form (three channels as `HW`, rgb as gray).
 */
export function relayout(image: TensorImage, to: RelayoutTarget, room: (length: number) => Uint8Array = newBytes): TensorImage {
  const form = target(image, to);
  if (form.layout === image.layout && form.color === image.color) return image;
  const data = form.moves ? room(image.data.length) : image.data;
  if (form.moves) move(image, form, data);
  return { kind: 'tensor', dtype: image.dtype, shape: form.shape, layout: form.layout, ...(form.color === undefined ? {} : { color: form.color }), data };
}

function newBytes(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** The form that a tensor will have, and how its bytes move. */
interface Form {
  readonly layout: Layout;
  readonly color: ColorOrder | undefined;
  readonly shape: readonly number[];
  /** Whether any byte changes its place. */
  readonly moves: boolean;
  /** Whether the first and the third channel change places. */
  readonly swaps: boolean;
}

function target(image: TensorImage, to: RelayoutTarget): Form {
  checkTensor(image);
  const { height, width, channels } = tensorSize(image);
  const layout = to.layout ?? image.layout;
  const color = to.color ?? image.color;
  if (layout === 'HW' && channels !== 1) throw new ImgstoreError('MISMATCH', `a tensor of ${channels} channels has no HW form`);
  if (color !== image.color) checkColor(image.color, color, channels);
  const swaps = color !== image.color && channels >= 3;
  const planar = image.layout === 'CHW';
  const moves = swaps || (channels > 1 && planar !== (layout === 'CHW') && height * width > 1);
  const shape = layout === 'HW' ? [height, width] : layout === 'HWC' ? [height, width, channels] : [channels, height, width];
  return { layout, color, shape, moves, swaps };
}

function checkColor(from: ColorOrder | undefined, to: ColorOrder | undefined, channels: number): void {
  if (to === undefined) return;
  // One and two channels can only mean one thing each; three and four must say what they are before they can be reordered.
  const known = from ?? (channels === 1 ? 'gray' : channels === 2 ? 'gray-alpha' : undefined);
  if (known === undefined || colorChannels(known) !== colorChannels(to)) {
    throw new ImgstoreError('MISMATCH', `a tensor of ${channels} channels, ${from ?? 'of unknown colour'}, has no ${to} form without new pixels`);
  }
}

function move(image: TensorImage, form: Form, output: Uint8Array): void {
  const { height, width, channels } = tensorSize(image);
  permute(image.data, output, {
    pixels: height * width, channels, elementSize: dtypeSize(image.dtype), fromPlanar: image.layout === 'CHW', toPlanar: form.layout === 'CHW', swaps: form.swaps,
  });
}
