/**
 * TIFF 6.0 and BigTIFF: the facts stand in the first directory (exif.ts). Tags: 256 width, 257 height, 258 bits of each
 * sample, 262 photometric interpretation (3: palette), 274 orientation, 277 samples of a pixel.
 */
import { firstDirectory } from './exif.js';
import type { Facts, Peek } from './info.js';

const PALETTE = 3;

/** The facts of a TIFF, or undefined when it is none. */
export function sniffTiff(peek: Peek): Facts | undefined {
  const directory = firstDirectory(peek);
  if (directory === undefined) return undefined;
  const width = directory.value(256);
  const photometric = directory.value(262, 0);
  const orientation = directory.value(274);
  // Both have a default of 1, which counts only where a directory of an image was seen.
  const channels = directory.value(277, width > 0 ? 1 : NaN);
  const bitDepth = directory.value(258, width > 0 ? 1 : NaN);
  return {
    width, height: directory.value(257),
    channels: photometric === PALETTE ? 3 : photometric >= 0 ? channels : undefined,
    bitDepth: photometric === PALETTE ? 8 : photometric >= 0 ? bitDepth : undefined,
    orientation: orientation <= 8 ? orientation : undefined,
  };
}
