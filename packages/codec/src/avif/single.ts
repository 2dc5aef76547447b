/** An AVIF of one item and nothing around it: HEIF's boxes (ISO 23008-12 and ISO 14496-12, see core's avif-items.ts). */

/** The nclx of `colr` (ITU-T H.273) that says: matrix 0, full range. Decoders then give the planes as they are coded, as green, blue and red. */
const UNTOUCHED = [...ascii('nclx'), 0, 2, 0, 2, 0, 0, 0x80];

/**
 * A file of which a decoder gives the very planes of an AV1 picture, without a conversion of colours, a turn, a cut or alpha.
 * @param configuration the payload of the item's `av1C`
 * @param stream the item's AV1 stream, which is copied
 */
export function singleItemFile({ width, height, configuration, stream }: { readonly width: number; readonly height: number; readonly configuration: Uint8Array; readonly stream: Uint8Array }): Uint8Array {
  const ftyp = box('ftyp', ascii('avif'), u32(0), ascii('avif'), ascii('mif1'));
  const properties = box('iprp',
    box('ipco', full('ispe', 0, u32(width), u32(height)), box('av1C', configuration), box('colr', UNTOUCHED)),
    full('ipma', 0, u32(1), u16(1), [3, 1, 0x80 | 2, 3]));
  const meta = (start: number): number[] => full('meta', 0,
    full('hdlr', 0, u32(0), ascii('pict'), u32(0), u32(0), u32(0), [0]),
    full('pitm', 0, u16(1)),
    full('iloc', 0, [0x44, 0], u16(1), u16(1), u16(0), u16(1), u32(start), u32(stream.length)),
    full('iinf', 0, u16(1), full('infe', 2, u16(1), u16(0), ascii('av01'), [0])),
    properties);
  const start = ftyp.length + meta(0).length + 8;
  return Buffer.concat([Uint8Array.from([...ftyp, ...meta(start), ...u32(8 + stream.length), ...ascii('mdat')]), stream]);
}

function box(type: string, ...payload: readonly ArrayLike<number>[]): number[] {
  const bytes = payload.flatMap((part) => Array.from(part));
  return [...u32(8 + bytes.length), ...ascii(type), ...bytes];
}

function full(type: string, version: number, ...payload: readonly ArrayLike<number>[]): number[] {
  return box(type, [version, 0, 0, 0], ...payload);
}

function u16(value: number): number[] {
  return [value >> 8, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
