/**
 * GIF (89a specification): 6 bytes, the screen `width:u16le height:u16le flags:u8 background:u8 aspect:u8`, by flag 80 a palette of 3 << (1 + flags & 7)
 * bytes, then blocks: `21 label` with sub-blocks, `2C` 8 bytes flags:u8, a palette by the same rule, the code size:u8 and sub-blocks, and `3B`, the end.
 * Sub-blocks are `length:u8 payload`, and end with a length of 0.
 */
import type { ByteCursor } from '../../bytes/cursor.js';
import { ImgstoreError } from '../../errors.js';
import { countPart } from '../parts.js';
import type { ImageCheckOptions } from './check.js';

const EXTENSION = 0x21;
const PICTURE = 0x2c;
const END = 0x3b;

/** That all blocks up to the end are there, a picture among them. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkGif(cursor: ByteCursor, { place }: ImageCheckOptions): void {
  cursor.skip(10);
  const screen = cursor.u8();
  cursor.skip(2);
  skipPalette(cursor, screen);
  for (let hasPicture = false, blocks = 0; ;) {
    const start = cursor.position;
    blocks = countPart(blocks, 'blocks in the GIF', { ...place, offset: start });
    const kind = cursor.u8();
    if (kind === 0) continue; // some programs pad
    if (kind === END && hasPicture) return;
    if (kind === END) throw new ImgstoreError('CORRUPT', 'the GIF has no picture', { ...place, offset: start });
    if (kind === EXTENSION) cursor.skip(1);
    else if (kind === PICTURE) skipPictureHead(cursor);
    else throw new ImgstoreError('CORRUPT', `the GIF has an unknown block ${kind}`, { ...place, offset: start });
    hasPicture ||= kind === PICTURE;
    for (let length = cursor.u8(); length > 0; length = cursor.u8()) cursor.skip(length);
  }
}

function skipPictureHead(cursor: ByteCursor): void {
  cursor.skip(8);
  skipPalette(cursor, cursor.u8());
  cursor.skip(1);
}

function skipPalette(cursor: ByteCursor, flags: number): void {
  if (flags & 0x80) cursor.skip(3 << ((flags & 7) + 1));
}
