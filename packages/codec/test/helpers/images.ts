import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { tensorLength } from '@imgstore/core';
import type { ColorOrder, DType, EncodedImage, TensorImage } from '@imgstore/core';

export { failureOf, sha256 } from '../../../../tools/jest/helpers.js';

const FIXTURES = join(__dirname, '../../../../fixtures/images');

/** What the reference programs make of an image, with the digest of the bytes. */
export interface Told {
  readonly dtype: DType;
  readonly shape: readonly [number, number, number];
  readonly sha256: string;
}

/** The image files that Pillow and OpenCV wrote, with what is read from them. */
export const fixtures: readonly (readonly [name: string, told: Told & { readonly upright?: Told }])[] =
  Object.entries(JSON.parse(readFileSync(join(FIXTURES, 'images.json'), 'utf8')) as Record<string, Told & { readonly upright?: Told }>);

/** The bytes are what counts, so the format is one that does not exist. */
export const encoded = (bytes: Uint8Array): EncodedImage => ({ kind: 'encoded', format: 'whatever', bytes });
export const fixture = (name: string): EncodedImage => encoded(new Uint8Array(readFileSync(join(FIXTURES, name))));

const COLORS: readonly ColorOrder[] = ['gray', 'gray-alpha', 'rgb', 'rgba'];

/** An image of numbers that look like chance. */
export function tensor(height: number, width: number, channels: number, dtype: 'uint8' | 'uint16' = 'uint8'): TensorImage {
  const shape = [height, width, channels];
  const color = COLORS[channels - 1];
  const data = Uint8Array.from({ length: tensorLength(shape) * (dtype === 'uint16' ? 2 : 1) }, (_, at) => (at * 7919 + 31 * (at >> 3)) % 251);
  return { kind: 'tensor', dtype, shape, layout: 'HWC', ...color && { color }, data };
}

const text = (value: string): number[] => Array.from(value, (character) => character.charCodeAt(0));
export const be = (value: number, count: number): number[] => Array.from({ length: count }, (_, at) => Math.floor(value / 256 ** (count - 1 - at)) % 256);
export const le = (value: number, count: number): number[] => be(value, count).reverse();

export function chunk(type: string, payload: Uint8Array | readonly number[]): number[] {
  const covered = [...text(type), ...payload];
  return [...be(payload.length, 4), ...covered, ...be(crc32(Uint8Array.from(covered)), 4)];
}

/** A PNG of black pixels, or of the size claimed with the pixels of another. */
export function png(options: { readonly width?: number; readonly height?: number; readonly depth?: number; readonly colorType?: number; readonly before?: readonly number[]; readonly data?: Uint8Array } = {}): Uint8Array {
  const { width = 4, height = 3, depth = 8, colorType = 2, before = [], data = deflateSync(new Uint8Array(3 * (4 * 3 + 1))) } = options;
  return Uint8Array.from([
    0x89, ...text('PNG\r\n\x1a\n'), ...chunk('IHDR', [...be(width, 4), ...be(height, 4), depth, colorType, 0, 0, 0]), ...before, ...chunk('IDAT', data), ...chunk('IEND', []),
  ]);
}

/** A JPEG up to its scan. */
export function jpegHead(options: { readonly width?: number; readonly height?: number; readonly marker?: number; readonly precision?: number; readonly components?: number; readonly before?: readonly number[] } = {}): Uint8Array {
  const { width = 4, height = 3, marker = 0xc0, precision = 8, components = 3, before = [] } = options;
  return Uint8Array.from([
    0xff, 0xd8, ...before, 0xff, marker, ...be(8 + 3 * components, 2), precision, ...be(height, 2), ...be(width, 2), components, ...Array<number>(3 * components).fill(1), 0xff, 0xda, 0, 3, 1,
  ]);
}

/** A GIF: its screen and blocks. The palette is red, green, blue, white. */
export function gif(width: number, height: number, ...blocks: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...text('GIF89a'), ...le(width, 2), ...le(height, 2), 0x81, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, ...blocks.flat()]);
}

/** A picture in a GIF, of two bits a pixel; each index is a code of three bits and the table is emptied before it grows. */
export function gifPicture(left: number, top: number, width: number, height: number, indexes: readonly number[], flags = 0): number[] {
  const codes = indexes.flatMap((index, at) => at % 2 === 0 ? [4, index] : [index]);
  const bits = [...codes, 5].map((code) => code.toString(2).padStart(3, '0')).reverse().join('');
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) => parseInt(bits.slice(Math.max(0, bits.length - 8 * at - 8), bits.length - 8 * at), 2));
  return [0x2c, ...le(left, 2), ...le(top, 2), ...le(width, 2), ...le(height, 2), flags, 2, bytes.length, ...bytes, 0];
}
export const gifTransparent = (index: number): number[] => [0x21, 0xf9, 4, 1, 0, 0, index, 0];
export const GIF_END = [0x3b];

/** A BMP: header of 40 bytes, palette, rows. */
export function bmp(options: { readonly width?: number; readonly height?: number; readonly bits?: number; readonly compression?: number; readonly palette?: readonly number[]; readonly rows?: readonly number[]; readonly start?: number; readonly size?: number } = {}): Uint8Array {
  const { width = 2, height = 1, bits = 24, compression = 0, palette = [], rows = [1, 2, 3, 4, 5, 6, 0, 0], size = 40 } = options;
  const { start = 14 + size + palette.length } = options;
  return Uint8Array.from([
    ...text('BM'), ...le(0, 8), ...le(start, 4), ...le(size, 4), ...le(width, 4), ...le(height < 0 ? 2 ** 32 + height : height, 4), ...le(1, 2), ...le(bits, 2), ...le(compression, 4),
    ...Array<number>(12).fill(0), ...le(palette.length / 4, 4), ...Array<number>(4 + size - 40).fill(0), ...palette, ...rows,
  ]);
}

/** A little-endian TIFF without pixels, of entries `tag, type, count, value`. */
export function tiff(entries: readonly (readonly [tag: number, type: number, count: number, value: number])[], next = 0): Uint8Array {
  return Uint8Array.from([...text('II'), ...le(42, 2), ...le(8, 4), ...le(entries.length, 2), ...entries.flatMap(([tag, type, count, value]) => [...le(tag, 2), ...le(type, 2), ...le(count, 4), ...le(value, 4)]), ...le(next, 4)]);
}

/** An extended WebP of chunks. */
export function webp(flags: number, width: number, height: number, ...chunks: readonly (readonly [type: string, payload: readonly number[]])[]): Uint8Array {
  const body = [['VP8X', [flags, 0, 0, 0, ...le(width - 1, 3), ...le(height - 1, 3)]] as const, ...chunks].flatMap(([type, payload]) => [...text(type), ...le(payload.length, 4), ...payload, ...payload.length % 2 ? [0] : []]);
  return Uint8Array.from([...text('RIFF'), ...le(body.length + 4, 4), ...text('WEBP'), ...body]);
}

const box = (type: string, ...payload: readonly (readonly number[])[]): number[] => [...be(payload.flat().length + 8, 4), ...text(type), ...payload.flat()];

/** An AVIF without pixels, with `more` behind its properties. */
export function avif(width: number, height: number, more: readonly number[] = []): Uint8Array {
  const properties = box('ipco', box('ispe', be(0, 4), be(width, 4), be(height, 4)), box('av1C', [0x81, 0, 0x0c, 0]));
  return Uint8Array.from([
    ...box('ftyp', text('avif'), be(0, 4), text('avif')),
    ...box('meta', be(0, 4), box('pitm', be(0, 4), be(1, 2)), box('iprp', properties, box('ipma', be(0, 4), be(1, 4), be(1, 2), [2, 1, 2])), box('free', more)),
  ]);
}

export { text };
