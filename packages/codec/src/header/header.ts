import type { DecodeLoss } from '@imgstore/core';

/** What the header of an image file says of its first frame, checked as far as a header can be. */
export interface Header {
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'bmp' | 'avif';
  /** In pixels, as stored. */
  readonly width: number;
  readonly height: number;
  readonly dtype: 'uint8' | 'uint16';
  /** What decoding gives. */
  readonly color: 'gray' | 'gray-alpha' | 'rgb' | 'rgba';
  /** The file has the four inks of CMYK, from which `color` (rgb) is computed. */
  readonly isCmyk?: boolean;
  readonly losses: readonly DecodeLoss[];
}

/** The header of a format that sharp decodes. */
export interface PlainHeader extends Header {
  readonly format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif';
  /** sharp gives the gray inverted, which it should not: TIFF of 16 bits whose 0 is white, of which Pillow and OpenCV read the numbers as they stand. */
  readonly isInverted?: boolean;
}

/** The formats as they are written in messages. */
export const NAMES = { jpeg: 'JPEG', png: 'PNG', gif: 'GIF', webp: 'WebP', tiff: 'TIFF', bmp: 'BMP', avif: 'AVIF' } as const;

/** How many channels each colour has. */
export const CHANNELS = { 'gray': 1, 'gray-alpha': 2, 'rgb': 3, 'rgba': 4 } as const;

/** An ICC profile is not applied: the reference programs give the numbers as they stand. */
export const ICC: DecodeLoss = { kind: 'metadata', what: 'an ICC profile' };

/** What a camera notes beside the pixels. Its orientation is applied where that is asked for; nothing else of it is in a tensor. */
export const EXIF: DecodeLoss = { kind: 'metadata', what: 'EXIF' };

/** An animation, or a file of several pages: the first is decoded. */
export const FRAMES: DecodeLoss = { kind: 'frames', what: 'frames after the first' };

/** Four inks, of which rgb is computed without a profile. */
export const CMYK: DecodeLoss = { kind: 'color', what: 'CMYK as rgb' };
