/**
 * BMP (Windows, OS/2): `BM`, 12 bytes, then the header, whose first u32le is its size. Size 12: width:u16le
 * height:u16le planes:u16le bits:u16le. Larger: width:i32le height:i32le (negative: rows from the top) planes:u16le
 * bits:u16le compression:u32le; at 40 of the header the masks of red, green, blue and, from size 56 on, alpha.
 */
import type { Facts, Peek } from './info.js';

const HEADER_SIZES = [12, 16, 40, 52, 56, 64, 108, 124];
const BITFIELDS = 3;

/** The facts of a BMP, or undefined when it is none. */
export function sniffBmp(peek: Peek): Facts | undefined {
  const size = peek.u32(14, true);
  // Two letters are little evidence: the header's size must be one of those that exist.
  if (!peek.has(0, 'BM') || !HEADER_SIZES.includes(size)) return undefined;
  if (size === 12) return { width: peek.u16(18, true), height: peek.u16(20, true), channels: 3, bitDepth: 8 };
  const facts: Facts = { width: peek.i32(18, true), height: Math.abs(peek.i32(22, true)), bitDepth: 8 };
  const masked = peek.u16(28, true) === 32 && size >= 56 && size !== 64 && peek.u32(30, true) === BITFIELDS;
  if (masked) facts.channels = peek.u32(66, true) > 0 ? 4 : peek.u32(66, true) === 0 ? 3 : undefined;
  else if (peek.length >= 34) facts.channels = 3;
  return facts;
}
