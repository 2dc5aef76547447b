/** Encodings of image files: what bytes are, and the ends of names that go with them. */
import { sniffImage } from '@imgstore/core';
import type { ImageFormat } from '@imgstore/core';

/** Every encoding that is read and written, with the ends of names that fit it; the first one is written. */
const EXTENSIONS: { readonly [format: string]: readonly [string, ...string[]] } = {
  jpeg: ['.jpg', '.jpeg', '.jpe', '.jfif'],
  png: ['.png', '.apng'],
  webp: ['.webp'],
  gif: ['.gif'],
  bmp: ['.bmp', '.dib'],
  tiff: ['.tif', '.tiff'],
  avif: ['.avif'],
};

/** The encodings that a folder holds. */
export const FORMATS: readonly ImageFormat[] = Object.keys(EXTENSIONS);

/** Ends of names that promise an image which is not read: the file is refused, not passed over. */
const OTHER_EXTENSIONS = ['.ppm', '.pgm', '.pbm', '.pnm', '.heic', '.heif', '.jxl', '.jp2', '.svg', '.svgz', '.ico', '.psd', '.eps', '.tga'];

const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set([...Object.values(EXTENSIONS).flat(), ...OTHER_EXTENSIONS]);

/** The end of a name from its last dot on, lower case; empty where there is no dot, or nothing before it. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > name.lastIndexOf('/') + 1 ? name.slice(dot).toLowerCase() : '';
}

/** Whether the name promises an image, known here or not. */
export function hasImageExtension(name: string): boolean {
  return IMAGE_EXTENSIONS.has(extensionOf(name));
}

/** The encoding that the name promises; undefined where it promises none of ours. */
export function formatOfName(name: string): ImageFormat | undefined {
  const extension = extensionOf(name);
  return FORMATS.find((format) => EXTENSIONS[format]?.includes(extension));
}

/** The end of a name that is written for the encoding; undefined for one that a folder does not hold. */
export function extensionFor(format: ImageFormat): string | undefined {
  return Object.hasOwn(EXTENSIONS, format) ? EXTENSIONS[format]?.[0] : undefined;
}

/** The encoding of a file by its first bytes; undefined when they are no image that is read here. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  return sniffImage(bytes)?.format ?? (isAvif(bytes) ? 'avif' : undefined);
}

/** An AVIF file is an ISO base media file: a box `ftyp` first, with `avif` or `avis` among its brands (AV1 Image File Format, 6.2). */
function isAvif(bytes: Uint8Array): boolean {
  if (ascii(bytes, 4, 8) !== 'ftyp') return false;
  const length = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256);
  for (let at = 8; at + 4 <= length; at += 4) {
    if (at !== 12 && /^avi[fs]$/.test(ascii(bytes, at, at + 4))) return true; // at 12 stands the version
  }
  return false;
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** What bytes that are no image of ours are plainly instead, for a message. */
export function lookOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const text = new TextDecoder().decode(bytes.subarray(0, 300)).trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'an HTML page, as a failed download leaves one';
  if (text.startsWith('version https://git-lfs')) return 'a pointer of git LFS, not the file itself';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'a GZIP stream; gunzip it first';
  return `no image; it begins ${[...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

/** Images that are known by name and not read: what they are, for a message; undefined where it is none of these. */
export function unreadFormat(bytes: Uint8Array): string | undefined {
  const head = ascii(bytes, 0, 16);
  if (/^P[1-7][\s#]/.test(head)) return 'a PNM image';
  if (/^....ftyp(?:hei|hev|mif1|msf1)/s.test(head)) return 'a HEIF image';
  if (head.startsWith('\xff\x0a') || head.startsWith('\0\0\0\x0cJXL ')) return 'a JPEG XL image';
  if (head.startsWith('\0\0\0\x0cjP  ') || head.startsWith('\xff\x4f\xff\x51')) return 'a JPEG 2000 image';
  if (head.startsWith('8BPS')) return 'a Photoshop file';
  if (head.startsWith('%PDF') || head.startsWith('%!PS') || head.startsWith('\xc5\xd0\xd3\xc6')) return 'a page description (PDF or PostScript), which has no pixels';
  if (head.startsWith('\0\0\x01\0') || head.startsWith('\0\0\x02\0')) return 'an icon';
  if (/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?(?:<!DOCTYPE svg[\s\S]*?>\s*)?<svg[\s>]/i.test(new TextDecoder().decode(bytes.subarray(0, 1024)))) return 'an SVG drawing, which has no pixels';
  return undefined;
}
