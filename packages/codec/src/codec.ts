import { ImgstoreError, limitError, resolveLimits } from '@imgstore/core';
import type { Limits } from '@imgstore/core';
import { decodeImage } from './decode.js';
import { encodeImage } from './encode.js';
import { inImage } from './failures.js';
import type { Header } from './header/header.js';
import { isTurned, orientationOf } from './orient.js';
import { readHeader } from './recognise.js';
import { resizeImage } from './resize.js';
import type { Codec, CodecOptions, DecodedForm, DecodeOptions } from './types.js';
import { settled } from './signal.js';

/**
 * A codec for convert, or for use by itself. Nothing is loaded until pixels are asked for; making one costs nothing.
 * @throws ImgstoreError BAD_OPTION for a limit that is none.
 */
export function createCodec(options: CodecOptions = {}): Codec {
  const limits = resolveLimits(options.limits);
  const headerOf = (bytes: Uint8Array): Header => inImage(() => checked(readHeader(bytes), limits));
  return {
    inspect: ({ bytes }, decodeOptions) => formOf(headerOf(bytes), bytes, decodeOptions),
    async decode({ bytes }, decodeOptions = {}) {
      decodeOptions.signal?.throwIfAborted();
      const header = headerOf(bytes);
      const turn = decodeOptions.orientation === 'apply' ? orientationOf(bytes) : 1;
      return settled(decodeImage(bytes, header, { turn, limits }), decodeOptions.signal);
    },
    async encode(image, format, encodeOptions = {}) {
      encodeOptions.signal?.throwIfAborted();
      return settled(encodeImage(image, format, encodeOptions), encodeOptions.signal);
    },
    async resize(image, to, { signal } = {}) {
      signal?.throwIfAborted();
      return resizeImage(image, to, { limits, signal });
    },
  };
}

function formOf({ width, height, dtype, color, losses }: Header, bytes: Uint8Array, { orientation }: DecodeOptions = {}): DecodedForm {
  const turned = orientation === 'apply' && isTurned(orientationOf(bytes));
  return { dtype, shape: [...turned ? [width, height] : [height, width], CHANNELS[color]], layout: 'HWC', color, losses };
}

const CHANNELS = { 'gray': 1, 'gray-alpha': 2, 'rgb': 3, 'rgba': 4 } as const;

/** A size is only a claim: it is held against the limit before memory is taken. */
function checked(header: Header, limits: Required<Limits>): Header {
  const { width, height } = header;
  if (width === 0 || height === 0) throw new ImgstoreError('CORRUPT', `the image is ${width} pixels wide and ${height} high`);
  if (width * height > limits.image) throw limitError('image', width * height, `the image says that it has ${width} x ${height} pixels, the limit is ${limits.image}`);
  return header;
}
