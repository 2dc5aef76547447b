import { ImgstoreError } from '@imgstore/core';
import type { EncodedImage, TensorImage } from '@imgstore/core';
import type { DecodedForm, PixelCodec } from '@imgstore/convert';

/** An image of the toy format `planes`: height, width and channels in a byte each, then the pixels. */
export function planes(height: number, width: number, channels: number, seed = 0): EncodedImage {
  const pixels = Array.from({ length: height * width * channels }, (_, i) => (seed + i) % 256);
  return { kind: 'encoded', format: 'planes', bytes: Uint8Array.from([height, width, channels, ...pixels]) };
}

/** A codec of the toy format, which counts how many images it holds at once. `planes` of 4 channels lose alpha. It encodes to a PNG in name only. */
export function toyCodec(): PixelCodec & { readonly mostAtOnce: number } {
  let [running, mostAtOnce] = [0, 0];
  const work = async <T>(run: () => T): Promise<T> => {
    mostAtOnce = Math.max(mostAtOnce, ++running);
    // Later images are done earlier.
    for (let turn = 8 - 2 * running; turn > 0; turn--) await new Promise((resolve) => { setImmediate(resolve); });
    running--;
    return run();
  };
  const inspect = ({ format, bytes: [height = 0, width = 0, channels = 0] }: EncodedImage): DecodedForm => {
    if (format !== 'planes') throw new ImgstoreError('UNSUPPORTED', `no decoder for ${format}`);
    const kept = Math.min(channels, 3);
    return {
      dtype: 'uint8', shape: [height, width, kept], layout: 'HWC', color: kept === 3 ? 'rgb' : 'gray',
      losses: channels > 3 ? [{ kind: 'alpha', what: 'alpha of planes' }] : [],
    };
  };
  return {
    get mostAtOnce() {
      return mostAtOnce;
    },
    inspect,
    decode: (image) => work((): TensorImage => {
      const { losses: _, ...form } = inspect(image);
      const [height = 0, width = 0, channels = 0] = image.bytes;
      const kept = Array.from({ length: height * width }, (_pixel, i) => [...image.bytes.subarray(3 + i * channels, 3 + i * channels + Math.min(channels, 3))]);
      return { kind: 'tensor', ...form, data: Uint8Array.from(kept.flat()) };
    }),
    encode: (image, format) => work((): EncodedImage => ({ kind: 'encoded', format, bytes: image.data.slice() })),
  };
}
