/** Encodings of image files: what bytes are, and the ends of names that go with them. */
import { formatOfExtension, IMAGE_EXTENSIONS, recogniseContent, sniffImage } from '@imgstore/core';
import type { ImageFormat } from '@imgstore/core';

/** The encodings that a folder holds. */
export const FORMATS: readonly ImageFormat[] = [...IMAGE_EXTENSIONS.keys()];

/** The ends of names that go with them. */
export const EXTENSIONS: readonly string[] = [...IMAGE_EXTENSIONS.values()].flatMap((ends) => ends.map((end) => `.${end}`));

/** Ends of names that promise an image which is not read: the file is refused, not passed over. */
const OTHER_EXTENSIONS: readonly string[] = ['.ppm', '.pgm', '.pbm', '.pnm', '.heic', '.heif', '.jxl', '.jp2', '.svg', '.svgz', '.ico', '.psd', '.eps', '.tga'];

/** The end of a name from its last dot on, lower case; empty where there is no dot, or nothing before it. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > name.lastIndexOf('/') + 1 ? name.slice(dot).toLowerCase() : '';
}

/** Whether the name promises an image, known here or not. */
export function hasImageExtension(name: string): boolean {
  return formatOfName(name) !== undefined || OTHER_EXTENSIONS.includes(extensionOf(name));
}

/** The encoding that the name promises; undefined where it promises none of ours. */
export function formatOfName(name: string): ImageFormat | undefined {
  return formatOfExtension(extensionOf(name).slice(1));
}

/** The end of a name that is written for the encoding; undefined for one that a folder does not hold. */
export function extensionFor(format: ImageFormat): string | undefined {
  const [extension] = IMAGE_EXTENSIONS.get(format) ?? [];
  return extension && `.${extension}`;
}

/** The encoding of a file by its first bytes; undefined when they are no image that is read here. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  return sniffImage(bytes)?.format;
}

/** What bytes that are no image are plainly instead, for a message. */
export function lookOf(bytes: Uint8Array): string {
  const content = recogniseContent(bytes);
  if (content?.endsWith(' image') === true) return `${content} whose first bytes are damaged`;
  return content ?? `no image; it begins ${[...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}
