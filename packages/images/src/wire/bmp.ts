/**
 * BMP: `BM`, length u32le (often wrong), 4 bytes, offset of the pixels u32le | header: its size u32le; of size 12: width u16le, height u16le,
 * planes u16le, bits u16le; larger: width i32le, height i32le, planes u16le, bits u16le, compression u32le, length of the pixels u32le.
 */
import type { ErrorPlace } from '@imgstore/core';
import { cutShort, viewOf } from './ends.js';

const SMALL_HEADER = 12;
/** BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS: lines of pixels as they are. */
const PLAIN = [0, 3, 6];

/** That the pixels are there. @throws ImgstoreError TRUNCATED. */
export function checkBmp(bytes: Uint8Array, place: ErrorPlace): void {
  if (bytes.length < 26) throw cutShort('its header', 0, place);
  const view = viewOf(bytes);
  const start = view.getUint32(10, true);
  const length = pixelsLength(view, place);
  if (start + length > bytes.length) throw cutShort('its pixels', start, place);
}

function pixelsLength(view: DataView, place: ErrorPlace): number {
  if (view.getUint32(14, true) === SMALL_HEADER) return linesLength(view.getUint16(18, true), view.getUint16(20, true), view.getUint16(24, true));
  if (view.byteLength < 38) throw cutShort('its header', 0, place);
  if (!PLAIN.includes(view.getUint32(30, true))) return view.getUint32(34, true);
  return linesLength(view.getInt32(18, true), view.getInt32(22, true), view.getUint16(28, true));
}

/** Each line is filled up to 4 bytes. */
function linesLength(width: number, height: number, bits: number): number {
  return Math.ceil((Math.abs(width) * bits) / 32) * 4 * Math.abs(height);
}
