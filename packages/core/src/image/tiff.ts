/**
 * TIFF 6.0 and BigTIFF: the facts stand in the first directory (exif.ts). Tags: 256 width, 257 height, 258 bits of each
 * sample, 262 photometric interpretation (3: palette), 274 orientation, 277 samples of a pixel.
 */
import { firstDirectory } from './exif.js';
import type { Facts, Peek } from './info.js';

/** The facts of a TIFF, or undefined when it is none. */
export function sniffTiff(peek: Peek): Facts | undefined {
  const directory = firstDirectory(peek);
  if (directory === undefined) return undefined;
  const width = directory.value(256);
  // Both have a default of 1, which counts only where a directory was seen.
  const known = width > 0;
  const palette = directory.value(262) === 3;
  const orientation = directory.value(274);
  return {
    width, height: directory.value(257),
    channels: !known ? undefined : palette ? 3 : directory.value(277) || 1,
    bitDepth: !known ? undefined : palette ? 8 : directory.value(258) || 1,
    orientation: orientation <= 8 ? orientation : undefined,
  };
}
