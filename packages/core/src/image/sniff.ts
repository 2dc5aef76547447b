import { sniffAvif } from './avif.js';
import { sniffBmp } from './bmp.js';
import { sniffGif } from './gif.js';
import { Peek } from './info.js';
import type { Facts, ImageInfo } from './info.js';
import { sniffJpeg } from './jpeg.js';
import { sniffPng } from './png.js';
import { sniffTiff } from './tiff.js';
import { sniffWebp } from './webp.js';

const SNIFFERS = [
  ['jpeg', sniffJpeg], ['png', sniffPng], ['gif', sniffGif], ['webp', sniffWebp], ['tiff', sniffTiff], ['bmp', sniffBmp], ['avif', sniffAvif],
] as const;

/**
 * What the leading bytes of a file say of the image in it; undefined when they are no image known here. They may be cut
 * anywhere: what stands behind the cut is absent. Never throws, whatever the bytes are, and looks at few of them. Nothing is
 * decoded: that the format is `jpeg` does not mean that the rest is sound.
 */
export function sniffImage(bytes: Uint8Array): ImageInfo | undefined {
  const peek = new Peek(bytes);
  for (const [format, sniff] of SNIFFERS) {
    const facts: Facts | undefined = sniff(peek);
    if (facts !== undefined) return tidy(format, facts);
  }
  return undefined;
}

const FACTS = ['width', 'height', 'channels', 'bitDepth', 'orientation'] as const;

/** Without what is not known: sizes of 0, and what stood behind the cut. */
function tidy(format: ImageInfo['format'], facts: Facts): ImageInfo {
  const info: { -readonly [K in keyof ImageInfo]: ImageInfo[K] } = { format };
  for (const name of FACTS) {
    const value = facts[name];
    if (value !== undefined && value > 0) info[name] = value;
  }
  return info;
}
