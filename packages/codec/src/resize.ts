import { checkTensor, fitInside, ImgstoreError, limitError, tensorSize } from '@imgstore/core';
import type { Limits, Resize, TensorImage } from '@imgstore/core';
import { timedBreather } from './pieces.js';

/** For one axis of the result: the two pixels of the source that each is between, and the part of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly part: Float64Array;
}

/** The part of the source that is stretched to the whole result, in pixels of the source; its edges may lie within a pixel. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The image in another size. `limits.image` bounds the result. */
export async function resizeImage(image: TensorImage, to: Resize, { limits, signal }: { readonly limits: Required<Limits>; readonly signal: AbortSignal | undefined }): Promise<TensorImage> {
  checkTensor(image);
  const { dtype, layout, data } = image;
  if (layout !== 'HWC' || (dtype !== 'uint8' && dtype !== 'uint16')) {
    throw new ImgstoreError('UNSUPPORTED', `a tensor of ${dtype} ${layout} is not resized, only uint8 and uint16 HWC`);
  }
  for (const size of [to.width, to.height]) {
    if (!(Number.isSafeInteger(size) && size >= 1)) throw new ImgstoreError('BAD_OPTION', `a size of ${to.width} x ${to.height} is not possible, expected whole numbers of at least 1`);
  }
  const from = tensorSize(image);
  const { width, height } = to.mode === 'fit' ? fitInside(from, to) : to;
  if (width * height > limits.image) throw limitError('image', width * height, `the image is to be resized to ${width} x ${height} pixels, the limit is ${limits.image}`);
  const window = to.mode === 'cover' ? covering(from, to) : { left: 0, top: 0, width: from.width, height: from.height };
  const across = taps({ start: window.left, span: window.width, size: from.width, count: width });
  const down = taps({ start: window.top, span: window.height, size: from.height, count: height });
  const elements = dtype === 'uint16' ? new Uint16Array(new Uint8Array(data).buffer) : data;
  const result = dtype === 'uint16' ? new Uint16Array(width * height * from.channels) : new Uint8Array(width * height * from.channels);
  const breathe = timedBreather('resizing', limits);
  for (let y = 0; y < height; y++) {
    await breathe();
    signal?.throwIfAborted();
    interpolate({ elements, result, across, rowLength: from.width * from.channels, channels: from.channels }, down, y);
  }
  return { ...image, shape: [height, width, from.channels], data: new Uint8Array(result.buffer) };
}

/** The largest part about the middle that has the proportions of the result. */
function covering(from: { readonly width: number; readonly height: number }, to: Resize): Window {
  const scale = Math.max(to.width / from.width, to.height / from.height);
  const [width, height] = [Math.min(from.width, to.width / scale), Math.min(from.height, to.height / scale)];
  return { left: (from.width - width) / 2, top: (from.height - height) / 2, width, height };
}

/** Centres of pixels lie at halves; beyond the first and last centre the edge is repeated. */
function taps({ start, span, size, count }: { readonly start: number; readonly span: number; readonly size: number; readonly count: number }): Taps {
  const result = { first: new Int32Array(count), second: new Int32Array(count), part: new Float64Array(count) };
  for (let at = 0; at < count; at++) {
    const centre = Math.min(size - 1, Math.max(0, start + (at + 0.5) * span / count - 0.5));
    const first = Math.floor(centre);
    result.first[at] = first;
    result.second[at] = Math.min(size - 1, first + 1);
    result.part[at] = centre - first;
  }
  return result;
}

interface Pass {
  readonly elements: Uint8Array | Uint16Array;
  readonly result: Uint8Array | Uint16Array;
  readonly across: Taps;
  readonly rowLength: number;
  readonly channels: number;
}

/** One row of the result, rounded half up. All indexes lie within the elements, by the taps. */
function interpolate({ elements, result, across, rowLength, channels }: Pass, down: Taps, y: number): void {
  const { first, second, part } = across;
  const upper = (down.first[y] as number) * rowLength;
  const lower = (down.second[y] as number) * rowLength;
  const below = down.part[y] as number;
  let to = y * first.length * channels;
  for (let x = 0; x < first.length; x++) {
    const left = (first[x] as number) * channels;
    const right = (second[x] as number) * channels;
    const beside = part[x] as number;
    for (let channel = 0; channel < channels; channel++) {
      const a = elements[upper + left + channel] as number;
      const b = elements[upper + right + channel] as number;
      const c = elements[lower + left + channel] as number;
      const d = elements[lower + right + channel] as number;
      const top = a + (b - a) * beside;
      result[to++] = Math.floor(top + (c + (d - c) * beside - top) * below + 0.5);
    }
  }
}
