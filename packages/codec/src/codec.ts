import { ImgstoreError, limitError, quote, resolveLimits } from '@imgstore/core';
import type { DecodedForm, DecodeOptions, Limits, PixelCodec } from '@imgstore/core';
import { decodeImage } from './decode.js';
import { encodeImage } from './encode.js';
import { imageError } from './failures.js';
import { CHANNELS } from './header/header.js';
import type { Header } from './header/header.js';
import { isTurned, orientationOf } from './orient.js';
import { readHeader } from './recognise.js';
import type { ImageHeader } from './recognise.js';
import { resizeImage } from './resize.js';
import { settled } from './signal.js';
import type { CodecOptions } from './types.js';

/**
 * A codec for convert, or for use by itself. Nothing is loaded until pixels are asked for; making one costs nothing.
 * @throws ImgstoreError BAD_OPTION for a limit that is none.
 */
export function createCodec(options: CodecOptions = {}): PixelCodec {
  const limits = resolveLimits(options.limits);
  const headerOf = (bytes: Uint8Array): ImageHeader => {
    try {
      return checked(readHeader(bytes), limits);
    } catch (error) {
      throw imageError(error);
    }
  };
  return {
    mostPixels: limits.image,
    inspect: ({ bytes }, decodeOptions = {}) => {
      checkDecodeOptions(decodeOptions);
      return formOf(headerOf(bytes), bytes, decodeOptions);
    },
    async decode({ bytes }, decodeOptions = {}) {
      decodeOptions.signal?.throwIfAborted();
      checkDecodeOptions(decodeOptions);
      const header = headerOf(bytes);
      const orientation = decodeOptions.orientation === 'apply' ? orientationOf(bytes) : 1;
      const work = decodeImage(bytes, header, { orientation, limits }).catch((error: unknown) => { throw imageError(error); });
      return settled(work, decodeOptions.signal);
    },
    async encode(image, format, encodeOptions = {}) {
      encodeOptions.signal?.throwIfAborted();
      return settled(encodeImage(image, format, encodeOptions, limits), encodeOptions.signal);
    },
    async resize(image, to, { signal } = {}) {
      signal?.throwIfAborted();
      return resizeImage(image, to, { limits, signal });
    },
  };
}

/** @throws ImgstoreError BAD_OPTION, for callers without a type checker. */
function checkDecodeOptions({ orientation }: DecodeOptions): void {
  if (orientation !== undefined && orientation !== 'keep' && orientation !== 'apply') throw new ImgstoreError('BAD_OPTION', `orientation is ${quote(String(orientation))}, expected keep or apply`);
}

function formOf({ width, height, dtype, color, losses }: Header, bytes: Uint8Array, { orientation }: DecodeOptions): DecodedForm {
  const sides = orientation === 'apply' && isTurned(orientationOf(bytes)) ? [width, height] : [height, width];
  return { dtype, shape: [...sides, CHANNELS[color]], layout: 'HWC', color, losses };
}

/** A size is only a claim: it is held against the limit before memory is taken. */
function checked(header: ImageHeader, limits: Required<Limits>): ImageHeader {
  const { width, height } = header;
  if (width === 0 || height === 0) throw new ImgstoreError('CORRUPT', `the image is ${width} pixels wide and ${height} high`);
  if (width * height > limits.image) throw limitError('image', width * height, `the image says that it has ${width} x ${height} pixels, the limit is ${limits.image}`);
  return header;
}
