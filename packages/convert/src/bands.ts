import { breather, dtypeSize, tensorSize } from '@imgstore/core';
import type { TensorImage } from '@imgstore/core';

/** Images below this are done at once: some tens of milliseconds for the slowest work there is. */
const AT_ONCE_BYTES = 2 * 1024 * 1024;

/** Bytes of the source between two looks at the clock. */
const BAND_BYTES = 256 * 1024;

/** Work in which each pixel depends on that same pixel alone. What it returns may be overwritten by its next call. */
type PixelWork = (image: TensorImage) => TensorImage;

/**
 * What `work` makes of the image: at once, or for a large one band by band, with the event loop running in between. The source's
 * bytes must last until then; those of the result are its own where it was made in bands.
 * @throws what `work` throws; the signal's reason.
 */
export function inBands(image: TensorImage, work: PixelWork, signal: AbortSignal | undefined): TensorImage | Promise<TensorImage> {
  return image.data.length < AT_ONCE_BYTES ? work(image) : bandByBand(image, work, signal);
}

async function bandByBand(image: TensorImage, work: PixelWork, signal: AbortSignal | undefined): Promise<TensorImage> {
  const { height, width } = tensorSize(image);
  const pixels = height * width;
  const step = Math.max(1, Math.floor(BAND_BYTES * pixels / image.data.length));
  const breathe = breather();
  const band = bandOf(image, 0, Math.min(step, pixels));
  const first = work(band);
  // Only the names of axes or colours change, which takes no time.
  if (first.data.buffer === band.data.buffer) return work(image);
  const whole = spread(first, { height, width });
  put(first, whole, 0);
  for (let from = step; from < pixels; from += step) {
    await breathe();
    signal?.throwIfAborted();
    put(work(bandOf(image, from, Math.min(step, pixels - from))), whole, from);
  }
  return whole;
}

/** So many pixels in a row, shared where they lie together. */
function bandOf(image: TensorImage, from: number, count: number): TensorImage {
  const shape = shapeOf(image, 1, count);
  const { runs, bytes } = runsOf(image);
  const [length, plane] = [count * bytes, image.data.length / runs];
  const part = (run: number): Uint8Array => image.data.subarray(run * plane + from * bytes, run * plane + from * bytes + length);
  if (runs === 1) return { ...image, shape, data: part(0) };
  const data = new Uint8Array(length * runs);
  for (let run = 0; run < runs; run++) data.set(part(run), run * length);
  return { ...image, shape, data };
}

/** Room for the whole image of such bands. */
function spread(band: TensorImage, { height, width }: { readonly height: number; readonly width: number }): TensorImage {
  const { channels } = tensorSize(band);
  return { ...band, shape: shapeOf(band, height, width), data: new Uint8Array(height * width * channels * dtypeSize(band.dtype)) };
}

function put(band: TensorImage, whole: TensorImage, from: number): void {
  const { runs, bytes } = runsOf(band);
  const [length, plane] = [band.data.length / runs, whole.data.length / runs];
  for (let run = 0; run < runs; run++) whole.data.set(band.data.subarray(run * length, (run + 1) * length), run * plane + from * bytes);
}

/** In how many planes the pixels lie, and the bytes of one pixel in each. */
function runsOf(image: TensorImage): { readonly runs: number; readonly bytes: number } {
  const { channels } = tensorSize(image);
  const size = dtypeSize(image.dtype);
  return image.layout === 'CHW' ? { runs: channels, bytes: size } : { runs: 1, bytes: size * channels };
}

function shapeOf(image: TensorImage, height: number, width: number): readonly number[] {
  const { channels } = tensorSize(image);
  return image.layout === 'HW' ? [height, width] : image.layout === 'HWC' ? [height, width, channels] : [channels, height, width];
}
