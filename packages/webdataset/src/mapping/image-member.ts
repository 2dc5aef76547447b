import { IMAGE_EXTENSIONS } from '@imgstore/core';
import type { ImageFormat } from '@imgstore/core';

/**
 * The extensions of images, in the order in which they are chosen where a sample has several, with the format that the bytes
 * then have. `isSniffed`: core tells the format by the bytes, whatever the extension says.
 */
const IMAGES: readonly { readonly ext: string; readonly format: ImageFormat; readonly isSniffed: boolean }[] = [
  ...[...IMAGE_EXTENSIONS].flatMap(([format, exts]) => exts.map((ext) => ({ ext, format, isSniffed: true }))),
  ...['ppm', 'pgm', 'pbm', 'pnm'].map((ext) => ({ ext, format: ext, isSniffed: false })),
];

/** The extension that images of a format are written with. */
const EXT_OF_FORMAT: ReadonlyMap<ImageFormat, string> = new Map(IMAGES.toReversed().map(({ ext, format }) => [format, ext]));

/** The formats of images that can be written, so that reading finds them again. */
export const IMAGE_FORMATS: readonly ImageFormat[] = [...EXT_OF_FORMAT.keys()].sort();

/** The extension for images of that format; undefined: there is none. */
export function extOfFormat(format: ImageFormat): string | undefined {
  return EXT_OF_FORMAT.get(format);
}

/** Whether an extension is that of an image: its last part, as in `jpg` and `seg.png`. */
export function isImageExt(ext: string): boolean {
  return rankOf(ext) >= 0;
}

/** Which of a sample's extensions is that of its image: the one that is asked for, else the first by {@link compareImageExts}. */
export function chooseImage(exts: Iterable<string>, wanted: string | undefined): string | undefined {
  let chosen: string | undefined;
  for (const ext of exts) {
    if (wanted === undefined ? isImageExt(ext) && (chosen === undefined || compareImageExts(ext, chosen) < 0) : ext === wanted) chosen = ext;
  }
  return chosen;
}

/** Orders extensions of images: those of fewer parts first, then by the kind of image (jpg, png, ...), then by their letters. */
export function compareImageExts(a: string, b: string): number {
  return a.split('.').length - b.split('.').length || rankOf(a) - rankOf(b) || (a < b ? -1 : Number(a > b));
}

/** The format of an image that core does not know, by its extension: an extension asked for by name may be any. undefined: core knows this format, and these bytes are none. */
export function unsniffedFormat(ext: string, bytes: Uint8Array): ImageFormat | undefined {
  const known = IMAGES[rankOf(ext)];
  if (known === undefined) return lastPart(ext);
  if (known.isSniffed) return undefined;
  // Netpbm: P1 to P6, then white space.
  const [letter = 0, digit = 0, space = 0] = bytes;
  return letter === 0x50 && digit >= 0x31 && digit <= 0x36 && /\s/.test(String.fromCharCode(space)) ? known.format : undefined;
}

function rankOf(ext: string): number {
  const last = lastPart(ext);
  return IMAGES.findIndex((image) => image.ext === last);
}

function lastPart(ext: string): string {
  return ext.slice(ext.lastIndexOf('.') + 1);
}
