/**
 * WebP (RFC 9649): `RIFF` size:u32le `WEBP`, then chunks `type:4 length:u32le payload`, padded to even length.
 * `VP8 ` (lossy): at payload 3 the start code 9D 01 2A, then width and height as the low 14 bits of u16le.
 * `VP8L` (lossless): 2F, then 14 bits width-1, 14 bits height-1, 1 bit alpha.
 * `VP8X` (extended): flags:u8 (10 alpha) 3 bytes width-1:u24le height-1:u24le; an `EXIF` chunk may follow.
 */
import { exifOrientation } from './exif.js';
import type { Facts, Peek } from './info.js';

/** Chunks looked at before giving up on EXIF; an animation has one for each frame. */
const MOST_CHUNKS = 100_000;

/** The facts of a WebP, or undefined when it is none. */
export function sniffWebp(peek: Peek): Facts | undefined {
  if (!peek.has(0, 'RIFF') || !peek.has(8, 'WEBP')) return undefined;
  const facts: Facts = { bitDepth: 8 };
  let at = 12;
  for (let chunks = 0; chunks < MOST_CHUNKS && at < peek.length; chunks++) {
    const length = peek.u32(at + 4, true);
    if (Number.isNaN(length)) break;
    const payload = at + 8;
    if (facts.width === undefined) readSize(peek, at, facts);
    if (peek.has(at, 'EXIF')) facts.orientation ??= exifOrientation(withoutPrefix(peek, payload, length));
    at = payload + length + (length % 2);
  }
  return facts;
}

function readSize(peek: Peek, at: number, facts: Facts): void {
  const payload = at + 8;
  if (peek.has(at, 'VP8 ') && peek.has(payload + 3, '\x9d\x01\x2a')) {
    facts.width = peek.u16(payload + 6, true) & 0x3fff;
    facts.height = peek.u16(payload + 8, true) & 0x3fff;
    facts.channels = 3;
  } else if (peek.has(at, 'VP8L') && peek.u8(payload) === 0x2f) {
    const bits = peek.u32(payload + 1, true);
    if (Number.isNaN(bits)) return;
    facts.width = (bits & 0x3fff) + 1;
    facts.height = ((bits >>> 14) & 0x3fff) + 1;
    facts.channels = bits & 0x1000_0000 ? 4 : 3;
  } else if (peek.has(at, 'VP8X')) {
    facts.width = peek.u24le(payload + 4) + 1;
    facts.height = peek.u24le(payload + 7) + 1;
    const flags = peek.u8(payload);
    if (flags >= 0) facts.channels = flags & 0x10 ? 4 : 3;
  }
}

/** Some programs put JPEG's `Exif 00 00` before the TIFF. */
function withoutPrefix(peek: Peek, at: number, length: number): Uint8Array {
  return peek.bytes.subarray(peek.has(at, 'Exif\0\0') ? at + 6 : at, at + length);
}
