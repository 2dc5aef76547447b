/**
 * PNG (ISO 15948): 89 `PNG` 0D 0A 1A 0A, then chunks `length:u32be type:4 payload crc:u32be`. The first is IHDR:
 * width:u32be height:u32be depth:u8 colourType:u8. tRNS stands before IDAT; eXIf (a TIFF) before or behind all IDAT.
 */
import { exifOrientation } from './exif.js';
import type { Facts, Peek } from './info.js';

/** Chunks looked at before giving up on EXIF. */
const MOST_CHUNKS = 100_000;

/** By colour type: gray, rgb, gray and alpha, rgb and alpha. A palette (3) depends on its transparency. */
const CHANNELS: ReadonlyMap<number, number> = new Map([[0, 1], [2, 3], [4, 2], [6, 4]]);

/** The facts of a PNG, or undefined when it is none. */
export function sniffPng(peek: Peek): Facts | undefined {
  if (!(peek.u8(0) === 0x89 && peek.has(1, 'PNG\r\n\x1a\n'))) return undefined;
  const facts: Facts = {};
  if (!peek.has(12, 'IHDR')) return facts;
  const colorType = peek.u8(25);
  const palette = colorType === 3;
  facts.width = peek.u32(16, false);
  facts.height = peek.u32(20, false);
  facts.bitDepth = palette ? 8 : colorType >= 0 ? peek.u8(24) : undefined;
  facts.channels = CHANNELS.get(colorType);
  let at = 8;
  for (let chunks = 0; chunks < MOST_CHUNKS && at < peek.length; chunks++) {
    const length = peek.u32(at, false);
    if (!(length <= 0x7fff_ffff) || peek.has(at + 4, 'IEND')) break;
    if (palette && peek.has(at + 4, 'tRNS')) facts.channels = 4;
    else if (palette && peek.has(at + 4, 'IDAT')) facts.channels ??= 3;
    else if (peek.has(at + 4, 'eXIf')) facts.orientation ??= exifOrientation(peek.bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return facts;
}
