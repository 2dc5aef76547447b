/** The smallest files that say something of each kind, made by hand after the specifications. */

export const text = (value: string): number[] => Array.from(value, (character) => character.charCodeAt(0));
export const be = (value: number, count: number): number[] => Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
const le = (value: number, count: number): number[] => be(value, count).reverse();

/** A TIFF with one directory, whose entries are `tag, type, count, value` with the value in place; BigTIFF when `big`. */
export function tiff(entries: readonly (readonly [number, number, number, number])[], options: { readonly big?: boolean; readonly order?: 'II' | 'MM' } = {}): number[] {
  const { big = false, order = 'II' } = options;
  const n = order === 'II' ? le : be;
  const wide = big ? 8 : 4;
  const header = big ? [...text(order), ...n(43, 2), ...n(8, 2), ...n(0, 2), ...n(16, 8)] : [...text(order), ...n(42, 2), ...n(8, 4)];
  const rows = entries.flatMap(([tag, type, count, value]) => {
    const width = type === 3 ? 2 : type === 4 ? 4 : 1;
    return [...n(tag, 2), ...n(type, 2), ...n(count, wide), ...n(value, width), ...new Array<number>(wide - width).fill(0)];
  });
  return [...header, ...n(entries.length, big ? 8 : 2), ...rows, ...n(0, wide)];
}

export const exif = (orientation: number): number[] => tiff([[0x0112, 3, 1, orientation]], { order: 'MM' });

const segment = (marker: number, payload: number[]): number[] => [0xff, marker, ...be(payload.length + 2, 2), ...payload];
const frame = (marker: number, precision: number, width: number, height: number, channels: number): number[] =>
  segment(marker, [precision, ...be(height, 2), ...be(width, 2), channels, ...new Array<number>(channels * 3).fill(1)]);

/** A JPEG up to its scan. */
export function jpeg(options: { readonly before?: number[]; readonly marker?: number; readonly precision?: number; readonly width?: number; readonly height?: number; readonly channels?: number } = {}): Uint8Array {
  const { before = [], marker = 0xc0, precision = 8, width = 40, height = 30, channels = 3 } = options;
  return Uint8Array.from([0xff, 0xd8, ...before, ...segment(0xdb, [0, 1, 2]), ...frame(marker, precision, width, height, channels), ...segment(0xda, [1]), 1, 2, 3, 0xff, 0xd9]);
}
export const app1 = (orientation: number): number[] => segment(0xe1, [...text('Exif\0\0'), ...exif(orientation)]);
export const comment = (length: number): number[] => segment(0xfe, new Array<number>(length).fill(0xff));

const chunk = (type: string, payload: number[]): number[] => [...be(payload.length, 4), ...text(type), ...payload, 0, 0, 0, 0];

export function png(colorType: number, depth: number, options: { readonly before?: readonly [string, number[]][]; readonly after?: readonly [string, number[]][] } = {}): Uint8Array {
  const chunks = ([type, payload]: readonly [string, number[]]): number[] => chunk(type, payload);
  return Uint8Array.from([
    0x89, ...text('PNG\r\n\x1a\n'), ...chunk('IHDR', [...be(40, 4), ...be(30, 4), depth, colorType, 0, 0, 0]),
    ...(options.before ?? []).flatMap(chunks), ...chunk('IDAT', [1, 2, 3]), ...(options.after ?? []).flatMap(chunks), ...chunk('IEND', []),
  ]);
}

export const gif = (version = 'GIF89a'): Uint8Array => Uint8Array.from([...text(version), ...le(40, 2), ...le(30, 2), 0, 0, 0, 0x3b]);

const riff = (...chunks: readonly (readonly [string, number[]])[]): Uint8Array => Uint8Array.from([
  ...text('RIFF'), 0, 0, 0, 0, ...text('WEBP'),
  ...chunks.flatMap(([type, payload]) => [...text(type), ...le(payload.length, 4), ...payload, ...(payload.length % 2 ? [0] : [])]),
]);
const lossy: readonly [string, number[]] = ['VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, ...le(40 | 0x4000, 2), ...le(30 | 0x8000, 2)]];
const lossless = (alpha: boolean): readonly [string, number[]] => ['VP8L', [0x2f, ...le(39 + 29 * 2 ** 14 + (alpha ? 2 ** 28 : 0), 4)]];
const extended = (flags: number): readonly [string, number[]] => ['VP8X', [flags, 0, 0, 0, ...le(39, 3), ...le(29, 3)]];
export const webp = {
  lossy: riff(lossy), lossless: riff(lossless(false)), losslessAlpha: riff(lossless(true)), extended: riff(extended(0), lossy), alpha: riff(extended(0x10), ['ALPH', [1]], lossy),
  exif: riff(extended(8), lossy, ['EXIF', exif(6)]), prefixedExif: riff(extended(8), lossy, ['EXIF', [...text('Exif\0\0'), ...exif(3)]]),
};

/** A BMP's headers: with `size` 12 the OS/2 ones. */
export function bmp(size: number, bits: number, options: { readonly height?: number; readonly compression?: number; readonly alphaMask?: number } = {}): Uint8Array {
  const { height = 30, compression = 0, alphaMask = 0 } = options;
  const header = size === 12
    ? [...le(40, 2), ...le(30, 2), ...le(1, 2), ...le(bits, 2)]
    : [...le(40, 4), ...le(height < 0 ? 2 ** 32 + height : height, 4), ...le(1, 2), ...le(bits, 2), ...le(compression, 4), ...new Array<number>(32).fill(0), ...le(alphaMask, 4)];
  return Uint8Array.from([...text('BM'), ...new Array<number>(12).fill(0), ...le(size, 4), ...header, ...new Array<number>(60).fill(0)]);
}

export const box = (type: string, ...payload: readonly (readonly number[])[]): number[] => [...be(payload.flat().length + 8, 4), ...text(type), ...payload.flat()];
export const full = (type: string, version: number, ...payload: readonly (readonly number[])[]): number[] => box(type, [version, 0, 0, 0], ...payload);

/** An AVIF without its data: item 1 is the picture, item 2 its alpha plane if it has one. Version 1 has wider numbers. */
export function avif(options: { readonly brands?: readonly string[]; readonly turn?: number; readonly mirror?: number; readonly isGray?: boolean; readonly hasAlpha?: boolean; readonly version?: 0 | 1 } = {}): Uint8Array {
  const { brands = ['avif', 'mif1'], turn, mirror, isGray = false, hasAlpha = false, version = 0 } = options;
  const id = (value: number): number[] => be(value, version === 0 ? 2 : 4);
  const properties = [
    full('ispe', 0, be(40, 4), be(30, 4)), full('pixi', 0, isGray ? [1, 10] : [3, 10, 10, 10]), box('av1C', [0x81, 0, isGray ? 0x10 : 0x0c, 0]),
    full('auxC', 0, [...text('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha'), 0]), ...turn === undefined ? [] : [box('irot', [turn])], ...mirror === undefined ? [] : [box('imir', [mirror])],
  ];
  const own = properties.map((_, at) => at + 1).filter((at) => at !== 4);
  const association = (item: number, indexes: readonly number[]): number[] => [...id(item), indexes.length, ...indexes.map((index) => 0x80 | index)];
  const ipma = full('ipma', version, be(hasAlpha ? 2 : 1, 4), ...hasAlpha ? [association(2, [1, 4])] : [], association(1, own));
  return Uint8Array.from([
    ...box('ftyp', text(brands[0] ?? ''), be(0, 4), ...brands.slice(1).map(text)),
    ...full('meta', 0, full('pitm', version, id(1)), ...hasAlpha ? [full('iref', version, box('auxl', id(2), be(1, 2), id(1)))] : [], box('iprp', box('ipco', ...properties), ipma)),
    ...box('mdat', [1, 2, 3]),
  ]);
}
