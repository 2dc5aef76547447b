/**
 * JPEG (ITU-T T.81, Annex B): what the segments before the scan say (core's jpegSegments finds them).
 * SOFn (C0..CF but C4, C8, CC): precision:u8 height:u16be width:u16be components:u8. APP1 (E1)
 * `Exif 00 00`; APP2 (E2) `ICC_PROFILE 00` or `MPF 00` (CIPA DC-007: more pictures behind this one).
 */
import { ByteCursor, ImgstoreError, jpegSegments } from '@imgstore/core';
import type { DecodeLoss } from '@imgstore/core';
import { CMYK, EXIF, ICC } from './header.js';
import type { PlainHeader } from './header.js';

const FRAMES_DECODED = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];
const MORE_PICTURES: DecodeLoss = { kind: 'metadata', what: 'further pictures of a multi-picture file' };
const APPLICATION: readonly (readonly [marker: number, begin: string, loss: DecodeLoss])[] = [
  [0xe1, 'Exif\0\0', EXIF], [0xe2, 'ICC_PROFILE\0', ICC], [0xe2, 'MPF\0', MORE_PICTURES],
];

/** @throws ImgstoreError TRUNCATED when the bytes end before the scan, CORRUPT, UNSUPPORTED for 12 bits, lossless and hierarchical JPEG. */
export function readJpegHeader(bytes: Uint8Array): PlainHeader {
  const losses = new Set<DecodeLoss>();
  let frame: Pick<PlainHeader, 'width' | 'height' | 'color' | 'isCmyk'> | undefined;
  for (const { marker, payload } of jpegSegments(new ByteCursor(bytes))) {
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
  for (const { start, payload } of jpegSegments(new ByteCursor(bytes))) {
    if (start > end) {
      pieces.push(bytes.subarray(kept, end));
      kept = start;
    }
    end = start + 4 + payload.length;
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(kept)]);
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
