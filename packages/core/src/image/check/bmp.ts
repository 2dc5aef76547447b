/**
 * BMP: `BM`, 8 bytes, where the rows begin:u32le, then the header, whose size:u32le comes first. Of size 12: width:u16le height:u16le planes:u16le
 * bits:u16le; larger: width:i32le height:i32le planes:u16le bits:u16le and, from 40 on, compression:u32le, bytes of the pixels:u32le, 8 bytes, colours:u32le.
 */
import type { ByteCursor } from '../../bytes/cursor.js';

const OS2_SIZE = 12;
/** BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS: rows of pixels as they are. */
const PLAIN = [0, 3, 6];

/** That the rows are there; what is compressed says itself how long it is. @throws ImgstoreError TRUNCATED. */
export function checkBmp(cursor: ByteCursor): void {
  cursor.skip(10);
  const stated = cursor.u32le();
  const size = cursor.u32le();
  const isOs2 = size === OS2_SIZE;
  const [width, height] = isOs2 ? [cursor.u16le(), cursor.u16le()] : [cursor.i32le(), cursor.i32le()];
  cursor.skip(2);
  const bits = cursor.u16le();
  let length = Math.ceil(Math.abs(width) * bits / 32) * 4 * Math.abs(height);
  if (size >= 40) {
    const compression = cursor.u32le();
    const compressed = cursor.u32le();
    if (!PLAIN.includes(compression)) length = compressed;
  }
  cursor.position = stated;
  cursor.skip(length);
}
