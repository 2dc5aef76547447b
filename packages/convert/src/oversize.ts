import { limitError } from '@imgstore/core';
import type { ImgstoreError, PixelCodec, Resize, Sample } from '@imgstore/core';
import { mostInRow } from './encodings.js';
import type { EncodedFormat } from './pixel-options.js';
import { placeOf, refuse } from './refusal.js';

/** The size that an image is to have, and what makes it. */
export interface Goal {
  readonly width: number;
  readonly height: number;
  readonly resize: Resize | undefined;
  readonly format: EncodedFormat | undefined;
  /** Whether the target holds PNG, in which there is room. */
  readonly holdsPng: boolean;
  readonly codec: PixelCodec | undefined;
}

/** Why an image of that size cannot be made: the codec makes none so large (LIMIT), or its format has none (UNSUPPORTED); undefined: it can. */
export function oversize({ width, height, resize, format, holdsPng, codec }: Goal, sample: Sample): ImgstoreError | undefined {
  const most = codec?.mostPixels;
  if (resize !== undefined && most !== undefined && width * height > most) {
    return limitError('image', width * height, `the image is to be resized to ${width} x ${height} pixels, the limit is ${most}`, placeOf(sample));
  }
  if (format === undefined || Math.max(width, height) <= mostInRow(format)) return undefined;
  return refuse(sample, `no ${format.toUpperCase()} can hold ${width} x ${height} pixels, at most ${mostInRow(format)} in a row or column`,
    `${holdsPng ? '--codec png has no such bound; or ' : ''}--resize to a smaller size`, 'UNSUPPORTED');
}
