/**
 * AVIF (AV1 Image File Format 1.1): boxes (avif-items.ts). `ftyp` comes first: brand:4 version:4 and further brands, of which one is `avif` or, for an
 * animation, `avis`. Properties of the picture: `ispe` width:u32be height:u32be; `pixi` channels:u8 bits:u8; `av1C`, whose third byte has 40 for more
 * than 8 bits, 20 for 12, 10 for gray; `irot` quarter turns to the left:u8; `imir` axis:u8, after the turn.
 */
import { AvifItems } from './avif-items.js';
import type { Facts, Peek } from './info.js';

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
  const items = AvifItems.in(peek.bytes);
  if (items === undefined) return facts;
  let quarters: number | undefined;
  let mirror: 'none' | 0 | 1 = 'none';
  let coded: number | undefined;
  let samples: number | undefined;
  for (const { type, start } of items.propertiesOf(items.picture)) {
    if (type === 'ispe') [facts.width, facts.height] = [peek.u32(start + 4, false), peek.u32(start + 8, false)];
    else if (type === 'pixi') [samples, facts.bitDepth] = [peek.u8(start + 4), peek.u8(start + 5)];
    else if (type === 'av1C') coded = peek.u8(start + 2);
    else if (type === 'irot') quarters = peek.u8(start) & 3;
    else if (type === 'imir') mirror = (peek.u8(start) & 1) === 1 ? 1 : 0;
  }
  if (facts.width === undefined) return facts;
  if (quarters !== undefined || mirror !== 'none') facts.orientation = ORIENTATIONS[mirror][quarters ?? 0];
  if (coded !== undefined) facts.bitDepth ??= coded & 0x40 ? coded & 0x20 ? 12 : 10 : 8;
  const isGray = coded !== undefined ? (coded & 0x10) !== 0 : samples !== undefined ? samples === 1 : undefined;
  if (isGray !== undefined) facts.channels = (isGray ? 1 : 3) + (items.alpha() === undefined ? 0 : 1);
  return facts;
}
