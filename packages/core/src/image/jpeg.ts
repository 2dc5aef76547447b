/**
 * JPEG (ITU-T T.81, Annex B): FF D8, then segments `FF marker length:u16be payload`, of which the length counts itself.
 * SOFn (C0..CF but C4, C8, CC): precision:u8 height:u16be width:u16be components:u8. EXIF is an APP1 (E1) that begins
 * with `Exif 00 00`.
 */
import { exifOrientation } from './exif.js';
import type { Facts, Peek } from './info.js';

/** Segments and stray bytes looked at before giving up: far more than any camera writes. */
const MOST_STEPS = 10_000;

/** The facts of a JPEG, or undefined when it is none. */
export function sniffJpeg(peek: Peek): Facts | undefined {
  if (!(peek.u8(0) === 0xff && peek.u8(1) === 0xd8 && peek.u8(2) === 0xff)) return undefined;
  const facts: Facts = {};
  let at = 2;
  for (let steps = 0; steps < MOST_STEPS && at < peek.length; steps++) {
    if (peek.u8(at) !== 0xff) { // stray bytes between segments: decoders look for the next marker
      at++;
      continue;
    }
    const marker = peek.u8(at + 1);
    if (marker === 0xff) { // a fill byte
      at++;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break; // the scan, or the end
    if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { // no length
      at += 2;
      continue;
    }
    const length = peek.u16(at + 2, false);
    if (!(length >= 2)) break;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      facts.bitDepth ??= peek.u8(at + 4);
      facts.height ??= peek.u16(at + 5, false);
      facts.width ??= peek.u16(at + 7, false);
      facts.channels ??= peek.u8(at + 9);
    } else if (marker === 0xe1 && peek.has(at + 4, 'Exif\0\0')) {
      facts.orientation ??= exifOrientation(peek.bytes.subarray(at + 10, at + 2 + length));
    }
    at += 2 + length;
  }
  return facts;
}
