/**
 * JPEG (ITU-T T.81, Annex B): FF D8, then segments `FF marker length:u16be payload`, of which the length counts itself.
 * SOFn (C0..CF but C4, C8, CC): precision:u8 height:u16be width:u16be components:u8. SOS (DA) begins the scan. APP1 (E1)
 * `Exif 00 00`; APP2 (E2) `ICC_PROFILE 00` or `MPF 00` (CIPA DC-007: more pictures behind this one).
 */
import { ByteCursor, ImgstoreError } from '@imgstore/core';
import type { DecodeLoss } from '../types.js';
import { CMYK, EXIF, ICC } from './header.js';
import type { PlainHeader } from './header.js';

const FRAMES_DECODED = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];
const MORE_PICTURES: DecodeLoss = { kind: 'metadata', what: 'further pictures of a multi-picture file' };
const APPLICATION: readonly (readonly [marker: number, begin: string, loss: DecodeLoss])[] = [
  [0xe1, 'Exif\0\0', EXIF], [0xe2, 'ICC_PROFILE\0', ICC], [0xe2, 'MPF\0', MORE_PICTURES],
];

/** One segment before the scan. */
interface Segment {
  readonly marker: number;
  /** Where its FF stands. */
  readonly start: number;
  readonly payload: Uint8Array;
}

/** @throws ImgstoreError TRUNCATED when the bytes end before the scan, CORRUPT, UNSUPPORTED for 12 bits, lossless and hierarchical JPEG. */
export function readJpegHeader(bytes: Uint8Array): PlainHeader {
  const losses = new Set<DecodeLoss>();
  let frame: Pick<PlainHeader, 'width' | 'height' | 'color' | 'isCmyk'> | undefined;
  for (const { marker, payload } of segments(bytes)) {
    if (isFrame(marker)) frame ??= readFrame(marker, payload);
    for (const [application, begin, loss] of APPLICATION) if (marker === application && startsWith(payload, begin)) losses.add(loss);
  }
  if (frame === undefined) throw new ImgstoreError('CORRUPT', 'the JPEG has a scan before its header');
  if (frame.isCmyk === true) losses.add(CMYK);
  return { format: 'jpeg', dtype: 'uint8', ...frame, losses: [...losses] };
}

/**
 * The file without what stands between two segments before the scan and belongs to none: decoders step over it. The same
 * bytes when there is nothing.
 */
export function withoutStrayBytes(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let kept = 0;
  let end = 2;
  for (const { start, payload } of segments(bytes)) {
    if (start > end) {
      pieces.push(bytes.subarray(kept, end));
      kept = start;
    }
    end = start + 4 + payload.length;
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(kept)]);
}

/** The segments that have a length, up to and with the first SOS. */
function* segments(bytes: Uint8Array): Generator<Segment> {
  const cursor = new ByteCursor(bytes);
  cursor.skip(2);
  for (;;) {
    // Stray bytes and fill bytes, as libjpeg does: on to the next FF that is followed by neither 00 nor FF.
    while (cursor.u8() !== 0xff);
    let marker = cursor.u8();
    while (marker === 0xff) marker = cursor.u8();
    if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (marker === 0xd9) throw new ImgstoreError('CORRUPT', 'the JPEG ends without a scan');
    const start = cursor.position - 2;
    const length = cursor.u16be();
    if (length < 2) throw new ImgstoreError('CORRUPT', `a segment of the JPEG at its byte ${start} has a length of ${length}`);
    yield { marker, start, payload: cursor.bytes(length - 2) };
    if (marker === 0xda) return;
  }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(marker: number, payload: Uint8Array): Pick<PlainHeader, 'width' | 'height' | 'color' | 'isCmyk'> {
  const cursor = new ByteCursor(payload);
  const [precision, height, width, components] = [cursor.u8(), cursor.u16be(), cursor.u16be(), cursor.u8()];
  if (!FRAMES_DECODED.includes(marker)) throw new ImgstoreError('UNSUPPORTED', 'lossless and hierarchical JPEG is not read');
  if (precision !== 8) throw new ImgstoreError('UNSUPPORTED', `a JPEG of ${precision} bits is not read, only of 8`);
  if (height === 0) throw new ImgstoreError('UNSUPPORTED', 'a JPEG that says its height behind the scan is not read');
  switch (components) {
    case 1: return { width, height, color: 'gray' };
    case 3: return { width, height, color: 'rgb' };
    case 4: return { width, height, color: 'rgb', isCmyk: true };
    default: throw new ImgstoreError('UNSUPPORTED', `a JPEG of ${components} components is not read, only of 1, 3 and 4`);
  }
}

function startsWith(payload: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (payload[at] !== text.charCodeAt(at)) return false;
  return true;
}
