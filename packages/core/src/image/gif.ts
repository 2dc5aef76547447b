/**
 * GIF (87a, 89a): `GIF87a` or `GIF89a`, then the logical screen: width:u16le height:u16le. Decoders give the screen, in
 * three channels of 8 bits.
 */
import type { Facts, Peek } from './info.js';

/** The facts of a GIF, or undefined when it is none. */
export function sniffGif(peek: Peek): Facts | undefined {
  if (!peek.has(0, 'GIF87a') && !peek.has(0, 'GIF89a')) return undefined;
  return { width: peek.u16(6, true), height: peek.u16(8, true), channels: 3, bitDepth: 8 };
}
