import { AvifItems, ByteCursor } from '@imgstore/core';
import type { AvifBox } from '@imgstore/core';
import { colorMatrix, grayLevels } from './colors.js';
import type { ColorMatrix, ColorNumbers } from './colors.js';
import { readSequenceHeader } from './sequence-header.js';
import type { SequenceHeader } from './sequence-header.js';

/** An item of an AVIF that can be decoded by itself. */
export interface CodedItem {
  readonly properties: readonly AvifBox[];
  /** The payload of its `av1C`, without the headers that may follow in it: the stream has them too. */
  readonly configuration: Uint8Array;
  readonly stream: Uint8Array;
  readonly sequence: SequenceHeader;
}

/** A picture whose planes are known how to become pixels. */
export interface AvifPicture {
  readonly color: CodedItem;
  readonly alpha: CodedItem | undefined;
  /** Whether its colours are multiplied by its alpha. */
  readonly isPremultiplied: boolean;
  readonly conversion: { readonly kind: 'color'; readonly matrix: ColorMatrix } | { readonly kind: 'gray'; readonly levels: Uint8ClampedArray };
}

const CONFIGURATION_BYTES = 4;

/** Layers of which one is to be chosen, and other operating points than the first. */
const CHOICES = ['lsel', 'a1op'];

/**
 * What is needed to decode an AVIF exactly as libavif does; undefined for a picture put together from others (a grid), for colours of other standards
 * than BT.601, BT.709 and BT.2020, and for what cannot be understood.
 */
export function avifPicture(bytes: Uint8Array): AvifPicture | undefined {
  const items = AvifItems.in(bytes);
  const color = items && codedItem(items, items.picture, bytes);
  if (items === undefined || color === undefined) return undefined;
  const alphaItem = items.alpha();
  const alpha = alphaItem === undefined ? undefined : codedItem(items, alphaItem, bytes);
  if (alphaItem !== undefined && alpha === undefined) return undefined;
  const numbers = statedColors(bytes, color.properties) ?? color.sequence;
  const matrix = colorMatrix(numbers);
  const picture = { color, alpha, isPremultiplied: items.isPremultiplied() };
  if (color.sequence.isGray && (alpha === undefined || matrix !== undefined)) return { ...picture, conversion: { kind: 'gray', levels: grayLevels(numbers, alpha && matrix) } };
  return color.sequence.isGray || matrix === undefined ? undefined : { ...picture, conversion: { kind: 'color', matrix } };
}

/** The item, where it is one AV1 picture of 8 bits. */
function codedItem(items: AvifItems, item: number, bytes: Uint8Array): CodedItem | undefined {
  const properties = items.propertiesOf(item);
  const configuration = properties.find(({ type }) => type === 'av1C');
  const stream = items.typeOf(item) === 'av01' ? items.dataOf(item) : undefined;
  const sequence = stream && readSequenceHeader(stream);
  if (configuration === undefined || stream === undefined || sequence?.bits !== 8 || properties.some(({ type }) => CHOICES.includes(type))) return undefined;
  return { properties, configuration: bytes.subarray(configuration.start, Math.min(configuration.end, configuration.start + CONFIGURATION_BYTES)), stream, sequence };
}

/** What the property `colr` of the kind `nclx` says (primaries:u16be transfer:u16be matrix:u16be range:u8, of which 80 is full); it goes before the stream. */
function statedColors(bytes: Uint8Array, properties: readonly AvifBox[]): ColorNumbers | undefined {
  for (const { type, start, end } of properties) {
    if (type !== 'colr' || end - start < 11) continue;
    const cursor = new ByteCursor(bytes.subarray(start, end));
    if (String.fromCharCode(...cursor.bytes(4)) !== 'nclx') continue;
    const [primaries, , matrix, range] = [cursor.u16be(), cursor.u16be(), cursor.u16be(), cursor.u8()];
    return { primaries, matrix, isFullRange: range >= 0x80 };
  }
  return undefined;
}
