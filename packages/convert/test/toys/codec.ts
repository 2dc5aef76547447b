import { colorChannels, ImgstoreError, tensorSize } from '@imgstore/core';
import type { ColorOrder, EncodedImage, TensorImage } from '@imgstore/core';
import type { DecodedForm, PixelCodec } from '@imgstore/convert';

/** An image of the toy format `planes`: height, width and channels in a byte each, then the pixels. */
export function planes(height: number, width: number, channels: number, seed = 0): EncodedImage {
  const pixels = Array.from({ length: height * width * channels }, (_, i) => (seed + i) % 256);
  return { kind: 'encoded', format: 'planes', bytes: Uint8Array.from([height, width, channels, ...pixels]) };
}

/** A codec that counts what it is asked for. */
export interface ToyCodec extends PixelCodec {
  /** How many images it held at once, at most. */
  readonly mostAtOnce: number;
  readonly calls: { readonly inspect: number; readonly decode: number; readonly encode: number; readonly resize: number };
}

/** How the codec behaves. */
export interface ToyCodecOptions {
  /** Whether `planes` of 4 channels are decoded as 3, with the loss of alpha. Default true. */
  readonly dropsAlpha?: boolean;
  /** Also read as `planes`: formats by their names. */
  readonly formats?: readonly string[];
}

/**
 * A codec of the toy format. It encodes to PNG, JPEG and WebP in name only: height, width, channels and the pixels, which it decodes
 * again as `planes`. It resizes by repeating pixels.
 */
export function toyCodec({ dropsAlpha = true, formats = ['planes'] }: ToyCodecOptions = {}): ToyCodec {
  let [running, mostAtOnce] = [0, 0];
  const calls = { inspect: 0, decode: 0, encode: 0, resize: 0 };
  const work = async <T>(run: () => T): Promise<T> => {
    mostAtOnce = Math.max(mostAtOnce, ++running);
    // Later images are done earlier.
    for (let turn = 8 - 2 * running; turn > 0; turn--) await new Promise((resolve) => { setImmediate(resolve); });
    running--;
    return run();
  };
  const formOf = ({ format, bytes: [height = 0, width = 0, channels = 0] }: EncodedImage): DecodedForm => {
    if (!formats.includes(format)) throw new ImgstoreError('UNSUPPORTED', `no decoder for ${format}`);
    const kept = dropsAlpha ? Math.min(channels, 3) : channels;
    return {
      dtype: 'uint8', shape: [height, width, kept], layout: 'HWC', color: COLORS[kept - 1] ?? 'gray',
      losses: channels > kept ? [{ kind: 'alpha', what: 'alpha of planes' }] : [],
    };
  };
  return {
    calls,
    get mostAtOnce() {
      return mostAtOnce;
    },
    inspect: (image) => {
      calls.inspect++;
      return formOf(image);
    },
    decode: (image) => {
      calls.decode++;
      return work((): TensorImage => {
        const { losses: _, ...form } = formOf(image);
        const [height = 0, width = 0, channels = 0] = image.bytes;
        const { channels: kept } = tensorSize(form);
        const pixels = Array.from({ length: height * width }, (_pixel, i) => [...image.bytes.subarray(3 + i * channels, 3 + i * channels + kept)]);
        return { kind: 'tensor', ...form, data: Uint8Array.from(pixels.flat()) };
      });
    },
    encode: (image, format, { quality = 0 } = {}) => {
      calls.encode++;
      return work((): EncodedImage => {
        if (image.layout !== 'HWC' || !COLORS.includes(image.color ?? 'bgr')) throw new ImgstoreError('CONTRACT', `${image.layout} ${image.color} is not what an encoder takes`);
        const { height, width, channels } = tensorSize(image);
        return { kind: 'encoded', format, bytes: Uint8Array.of(height, width, channels, ...image.data, ...quality ? [quality] : []) };
      });
    },
    resize: (image, to) => {
      calls.resize++;
      return work((): TensorImage => {
        const { height, width, channels } = tensorSize(image);
        if (image.layout !== 'HWC' || (image.dtype !== 'uint8' && image.dtype !== 'uint16') || colorChannels(image.color ?? 'bgr') !== channels) throw new ImgstoreError('CONTRACT', 'not what is resized');
        const size = channels * (image.dtype === 'uint8' ? 1 : 2);
        const data = Array.from({ length: to.height * to.width }, (_, i) => {
          const at = size * (Math.floor(Math.floor(i / to.width) * height / to.height) * width + Math.floor((i % to.width) * width / to.width));
          return [...image.data.subarray(at, at + size)];
        });
        return { ...image, shape: [to.height, to.width, channels], data: Uint8Array.from(data.flat()) };
      });
    },
  };
}

const COLORS: readonly ColorOrder[] = ['gray', 'gray-alpha', 'rgb', 'rgba'];
