import type { DType, Layout, Orientation, PixelCodec, Resize } from '@imgstore/core';

/**
 * In which form images arrive. `copy`: encoded images as they are wherever the target holds them. `raw`: all as tensors. A format:
 * all in that one; encoded images of it are copied (JPEGs only gray and rgb, which is what every reader of JPEG knows).
 */
export type Encoding = 'copy' | 'raw' | EncodedFormat;

/** The formats that images are encoded to. */
export type EncodedFormat = 'png' | 'jpeg' | 'webp';

/** A colour behind transparent pixels, each number 0 to 255. */
export interface Background {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** Images that may be in the hands of the codec at once. */
export const CONCURRENCY = 4;

/**
 * What is done to pixels, in this order: decode, orientation, alpha and channels, resize, scale and dtype, layout and colour order,
 * encode. An image that is already as asked is not touched: an encoded one that the target holds is then copied.
 */
export interface PixelOptions {
  /** What decodes, encodes and resizes; without it only what can be copied or reshaped is fitted. */
  readonly codec?: PixelCodec;
  /** Default `copy`; what must be decoded becomes a tensor where the target holds tensors, else a PNG. */
  readonly encoding?: Encoding;
  /** 1 to 100, of `encoding` jpeg and webp. Default: the codec's own. */
  readonly quality?: number;
  /** What to do with EXIF orientations when pixels are decoded; `apply` decodes every turned image. Default: the first one that must be decided is refused. */
  readonly orientation?: Orientation;
  /** How alpha is taken away: left out, or laid over a colour. Default: only where `channels` or the encoding asks for it, left out. */
  readonly alpha?: 'drop' | Background;
  /** 1: gray, 2: with alpha, 3: colour, 4: with alpha. Gray is ITU-R 601 as Pillow computes it; gray becomes colour by copying. Default: as they are. */
  readonly channels?: 1 | 2 | 3 | 4;
  /** Another size, of uint8 and uint16 images. Default: none. */
  readonly resize?: Resize;
  /** The numbers of tensors (of an encoding: uint8, of png also uint16). Default: as they are, or what the target holds. */
  readonly dtype?: DType;
  /**
   * A factor for every number, before it is rounded to `dtype`, which must be given. `range`: each image from the whole range of its own
   * dtype onto that of `dtype`, unsigned integers from 0 to their bound, floats from 0 to 1. Default 1.
   */
  readonly scale?: number | 'range';
  /** The order of axes of tensors, of those that the target holds. Default: the target's choice. */
  readonly layout?: Layout;
  /** The order of colours of tensors of 3 and 4 channels, of those that the target holds. Default: the target's choice. */
  readonly color?: 'rgb' | 'bgr';
}

/** Every encoding. */
export const ENCODINGS: readonly Encoding[] = ['copy', 'raw', 'png', 'jpeg', 'webp'];

/** The format that all images are to be encoded in, where one is named. */
export function formatOf({ encoding }: PixelOptions): EncodedFormat | undefined {
  return encoding === undefined || encoding === 'copy' || encoding === 'raw' ? undefined : encoding;
}

/** Whether pixels are to be changed, where they are not as asked. */
export function hasEdits({ channels, alpha, resize, dtype, scale }: PixelOptions): boolean {
  return channels !== undefined || alpha !== undefined || resize !== undefined || dtype !== undefined || scale !== undefined;
}
