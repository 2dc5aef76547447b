/**
 * AVIF (AV1 Image File Format 1.1, in HEIF, ISO 23008-12): boxes `size:u32be type:4 payload`. `ftyp` comes first: brand:4 version:4
 * and further brands, of which one is `avif` or, for an animation, `avis`. `meta` (its payload begins with version:u8 flags:u24) holds `pitm`, the item that is the
 * picture; `iprp`, with `ipco`, the properties, and `ipma`, which item has which of them; `iref`, where `auxl` leads from
 * an alpha plane to its picture. Properties: `ispe` width:u32be height:u32be; `pixi` channels:u8 bits:u8; `irot` quarter turns to
 * the left:u8; `imir` axis:u8, after the turn; `av1C` has in its third byte 10 for gray; `auxC` names a plane's purpose.
 */
import type { Facts, Peek } from './info.js';

/** Boxes and items looked at before giving up: far more than any program writes. */
const MOST = 1000;

/** A box's payload. */
interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The EXIF orientation that quarter turns to the left and then a mirror (0: top and bottom change places, 1: left and right) amount to. */
const ORIENTATIONS = { none: [1, 8, 3, 6], 0: [4, 5, 2, 7], 1: [2, 7, 4, 5] } as const;

/** The facts of an AVIF, or undefined when it is none. */
export function sniffAvif(peek: Peek): Facts | undefined {
  if (!peek.has(4, 'ftyp')) return undefined;
  const size = Math.min(peek.u32(0, false), 512);
  let isAvif = false;
  for (let at = 8; at + 4 <= size; at += 4) isAvif ||= at !== 12 && (peek.has(at, 'avif') || peek.has(at, 'avis'));
  if (!isAvif) return undefined;
  const facts: Facts = {};
  const meta = child(peek, { type: '', start: 0, end: Infinity }, 'meta');
  if (meta === undefined || meta.end > peek.length) return facts; // what is cut may say something else
  const inside: Box = { ...meta, start: meta.start + 4 };
  const picture = pictureOf(peek, inside);
  let quarters: number | undefined;
  let mirror: 'none' | 0 | 1 = 'none';
  let isGray: boolean | undefined;
  for (const { type, start } of propertiesOf(peek, inside, picture)) {
    if (type === 'ispe') [facts.width, facts.height] = [peek.u32(start + 4, false), peek.u32(start + 8, false)];
    else if (type === 'pixi') [isGray, facts.bitDepth] = [peek.u8(start + 4) === 1, peek.u8(start + 5)];
    else if (type === 'av1C') isGray = (peek.u8(start + 2) & 0x10) !== 0;
    else if (type === 'irot') quarters = peek.u8(start) & 3;
    else if (type === 'imir') mirror = (peek.u8(start) & 1) === 1 ? 1 : 0;
  }
  if (facts.width === undefined) return facts;
  if (quarters !== undefined || mirror !== 'none') facts.orientation = ORIENTATIONS[mirror][quarters ?? 0];
  if (isGray !== undefined) facts.channels = (isGray ? 1 : 3) + (hasAlpha(peek, inside, picture) ? 1 : 0);
  return facts;
}

function* boxes(peek: Peek, { start, end }: Box): Generator<Box> {
  let at = start;
  for (let count = 0; count < MOST && at + 8 <= end; count++) {
    const length = peek.u32(at, false);
    if (!(length >= 8)) return; // 0 (to the end) and 1 (64 bit) are for the data, which comes last
    yield { type: String.fromCharCode(...peek.bytes.subarray(at + 4, at + 8)), start: at + 8, end: Math.min(end, at + length) };
    at += length;
  }
}

function child(peek: Peek, parent: Box, type: string): Box | undefined {
  for (const box of boxes(peek, parent)) if (box.type === type) return box;
  return undefined;
}

function pictureOf(peek: Peek, meta: Box): number {
  const pitm = child(peek, meta, 'pitm');
  if (pitm === undefined) return NaN;
  return peek.u8(pitm.start) === 0 ? peek.u16(pitm.start + 4, false) : peek.u32(pitm.start + 4, false);
}

/** The properties that an item has, in the order in which it names them. */
function propertiesOf(peek: Peek, meta: Box, item: number): readonly Box[] {
  const iprp = child(peek, meta, 'iprp');
  const ipco = iprp && child(peek, iprp, 'ipco');
  const ipma = iprp && child(peek, iprp, 'ipma');
  if (ipco === undefined || ipma === undefined) return [];
  const properties = [...boxes(peek, ipco)];
  const idBytes = peek.u8(ipma.start) === 0 ? 2 : 4;
  const isWide = (peek.u8(ipma.start + 3) & 1) === 1;
  let at = ipma.start + 8;
  for (let left = Math.min(peek.u32(ipma.start + 4, false), MOST); left > 0 && at < ipma.end; left--) {
    const id = idBytes === 2 ? peek.u16(at, false) : peek.u32(at, false);
    const count = peek.u8(at + idBytes);
    at += idBytes + 1;
    if (id === item) {
      const indexes = Array.from({ length: count || 0 }, (_, entry) => isWide ? peek.u16(at + 2 * entry, false) & 0x7fff : peek.u8(at + entry) & 0x7f);
      return indexes.flatMap((index) => properties[index - 1] ?? []);
    }
    at += count * (isWide ? 2 : 1);
  }
  return [];
}

/** Whether an item that is an alpha plane belongs to the picture. */
function hasAlpha(peek: Peek, meta: Box, picture: number): boolean {
  const iref = child(peek, meta, 'iref');
  if (iref === undefined) return false;
  const isShort = peek.u8(iref.start) === 0;
  const id = (at: number): number => isShort ? peek.u16(at, false) : peek.u32(at, false);
  for (const { type, start } of boxes(peek, { ...iref, start: iref.start + 4 })) {
    const idBytes = isShort ? 2 : 4;
    if (type !== 'auxl' || id(start + idBytes + 2) !== picture) continue;
    for (const property of propertiesOf(peek, meta, id(start))) {
      if (property.type === 'auxC' && (peek.has(property.start + 4, 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha') || peek.has(property.start + 4, 'urn:mpeg:hevc:2015:auxid:1'))) return true;
    }
  }
  return false;
}
